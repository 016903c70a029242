import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPassword } from '../../../src/methods/password/rules.ts'
import { lists } from '../../support/password-lists.ts'

type Preset = Parameters<typeof checkPassword>[1]

const codes = async (preset: Preset, password: string, context: string[] = []) =>
  (await checkPassword(lists, preset, password, context)).map((error) => error.code)

describe('the standard preset', () => {
  it.each([
    'correct horse battery staple',
    'vexing-Plum-42-harbour',
    'নদীর ধারে কাশফুল ফোটে',
    'мой дядя самых честных правил',
    '春眠不觉晓处处闻啼鸟',
    'xxxQj7!mzP0vT',
    `${'a unique sentence of mine '.repeat(9)}ending here now.`.slice(0, 256),
  ])('takes %s', async (password) => expect(await codes('standard', password)).toEqual([]))

  it('names each broken rule', async () => {
    expect(await codes('standard', 'abc')).toEqual(['PASSWORD_TOO_SHORT', 'PASSWORD_TOO_WEAK'])
    expect(await codes('standard', 'password')).toEqual([
      'PASSWORD_TOO_COMMON',
      'PASSWORD_TOO_WEAK',
    ])
    expect(await codes('standard', '')).toEqual(['PASSWORD_TOO_SHORT', 'PASSWORD_TOO_WEAK'])
  })

  it('counts characters as code points, composed', async () => {
    expect(await codes('standard', '🜁🜂🜃🜄🝆🝇🝈')).toContain('PASSWORD_TOO_SHORT')
    expect(await codes('standard', '🜁🜂🜃🜄🝆🝇🝈🝉')).not.toContain('PASSWORD_TOO_SHORT')
    expect(await codes('standard', 'e\u0301'.repeat(7))).toContain('PASSWORD_TOO_SHORT')
    expect(await codes('standard', 'é😀'.repeat(128))).not.toContain('PASSWORD_TOO_LONG')
    expect(await codes('standard', 'x'.repeat(257))).toContain('PASSWORD_TOO_LONG')
  })

  it.each(['PASSWORD', 'Qwerty123', '123456789', 'iloveyou', 'পাসওয়ার্ড', 'Пароль'])(
    '%s is too common, whatever its case',
    async (password) => expect(await codes('standard', password)).toContain('PASSWORD_TOO_COMMON'),
  )

  it('does not mistake names of JavaScript for common passwords', async () => {
    for (const word of ['constructor', '__proto__', 'hasownproperty', 'tostring']) {
      expect(await codes('classic', word)).not.toContain('PASSWORD_TOO_COMMON')
    }
  })
})

describe('context words', () => {
  const leaning = async (password: string, context: string[]) =>
    (await codes('classic', password, context)).includes('PASSWORD_CONTAINS_CONTEXT')

  it.each([
    ['Rosalind!2xyz9', ['Rosalind']],
    ['xxROSALINDxx9', ['rosalind']],
    ['my-Franklin-77', ['Anne Franklin-Jones']],
    ['annemarie.77Xq', ['Anne-Marie']],
    ['Rosalind.77Xq', ['rosalind.franklin+shop@example.com']],
    ['johnny#Xq77vv', ['johnny1985@example.com']],
    ['GateHouse#Xq7', ['Gatehouse']],
    ['Sine\u0301ad#Xq77', ['SINÉAD']],
    ['Xq#8801712345678', ['+8801712345678']],
    ['Xq7#মুজিবুর', ['শেখ মুজিবুর রহমান']],
  ])('%s leans on %j', async (password, context) =>
    expect(await leaning(password, context)).toBe(true),
  )

  it.each([
    ['vexing-Plum-42', ['Rosalind', 'ann@example.com']],
    ['example-Plum-42', ['ann@example.com']],
    ['shopping-Plum-42', ['rosalind+shop@example.com']],
    ['Ann-vexing-42', ['Ann']],
    ['vexing-Plum-42', ['', ' ', '@', '+', '....']],
  ])('%s does not lean on %j', async (password, context) =>
    expect(await leaning(password, context)).toBe(false),
  )
})

describe('the classic preset', () => {
  it('asks for an upper-case letter, a lower-case letter and a digit of any script', async () => {
    expect(await codes('classic', 'vexing-plum')).toEqual([
      'PASSWORD_NO_UPPERCASE',
      'PASSWORD_NO_DIGIT',
    ])
    expect(await codes('classic', 'VEXING-PLUM-4')).toEqual(['PASSWORD_NO_LOWERCASE'])
    expect(await codes('classic', 'Vexing-plum-4')).toEqual([])
    expect(await codes('classic', 'Ёжик-туман-৪')).toEqual([])
    expect(await codes('classic', 'a')).toEqual([
      'PASSWORD_TOO_SHORT',
      'PASSWORD_NO_UPPERCASE',
      'PASSWORD_NO_DIGIT',
    ])
  })

  it('estimates no strength, but holds the block list', async () => {
    expect(await codes('classic', 'Wwwwwww4')).toEqual([])
    expect(await codes('classic', 'Password1')).toEqual(['PASSWORD_TOO_COMMON'])
  })
})

describe('errors', () => {
  it('carry the name of the field, and never the password', async () => {
    const [error] = await checkPassword(lists, 'classic', 'sesame', [], 'new_password')
    expect(error).toEqual({
      field: 'new_password',
      code: 'PASSWORD_TOO_SHORT',
      message: 'Use at least 8 characters.',
    })
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 6 }), async (password) => {
        const errors = await checkPassword(lists, 'standard', password, [password, 'Ann'])
        expect(JSON.stringify(errors).includes(JSON.stringify(password).slice(1, -1))).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})
