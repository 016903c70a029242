import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateStrength } from '../../../src/methods/password/strength.ts'
import { lists } from '../../support/password-lists.ts'

const scoreOf = async (password: string, context: string[] = []) =>
  (await estimateStrength(lists, password, context)).score

describe('estimateStrength', () => {
  it.each([
    ['', 0],
    ['password', 0],
    ['P@ssw0rd', 0],
    ['qwertyuiop', 0],
    ['aaaaaaaaaaaaaaaaaaaa', 0],
    ['correct horse battery staple', 4],
  ])('gives %j the score %i', async (password, score) =>
    expect(await scoreOf(password)).toBe(score),
  )

  it('says what is wrong and what to do, in sentences', async () => {
    expect((await estimateStrength(lists, 'password', [])).feedback).toEqual({
      warning: 'This is one of the ten most used passwords.',
      suggestions: ['Add another uncommon word or two.'],
    })
    expect((await estimateStrength(lists, '', [])).feedback.suggestions).toHaveLength(2)
    expect((await estimateStrength(lists, 'correct horse battery staple', [])).feedback).toEqual({
      warning: null,
      suggestions: [],
    })
  })

  it('values a password less that is made of the own name', async () => {
    expect(await scoreOf('rosalindfranklin')).toBeGreaterThan(
      await scoreOf('rosalindfranklin', ['Rosalind Franklin']),
    )
  })

  it.each([
    '春眠不觉晓处处闻',
    '나의비밀의정원에',
    'নদীর ধারে কাশ',
    'мойдядясамых',
    'κρυφήπόρτα',
    'بيتالقمرالبعيد',
  ])('judges %s as fairly as a Latin password', async (password) =>
    expect(await scoreOf(password)).toBeGreaterThanOrEqual(3),
  )

  it.each(['爱爱爱爱爱爱爱爱', 'পাসওয়ার্ড', 'пароль', '密码', 'কককককককক'])(
    'finds %s weak',
    async (password) => expect(await scoreOf(password)).toBeLessThan(3),
  )

  it('judges the first 32 characters, and never cuts one in two', async () => {
    expect(await scoreOf(`${'a'.repeat(32)}vexing-plum-42`)).toBe(await scoreOf('a'.repeat(32)))
    await expect(
      estimateStrength(lists, `${'x'.repeat(31)}${'😀'.repeat(10)}`, []),
    ).resolves.toBeDefined()
  })

  it('throws on no text', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { maxLength: 3 }), async (password, context) => {
        const { score } = await estimateStrength(lists, password, context)
        expect([0, 1, 2, 3, 4]).toContain(score)
      }),
      { numRuns: 300 },
    )
    for (const word of ['__proto__', 'constructor', '__proto____proto__', 'valueof']) {
      expect(await scoreOf(word, [word])).toBeLessThan(5)
    }
  })

  it('takes bounded time on texts made to be slow', async () => {
    await scoreOf('warm')
    const started = performance.now()
    for (const text of [
      'a1b2'.repeat(64),
      '4@8({[<369&#!1|0$5+7%2'.repeat(12),
      '1/1/11'.repeat(40),
    ]) {
      await scoreOf(
        text,
        Array.from({ length: 50 }, (_, index) => `word${index}`),
      )
    }
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})
