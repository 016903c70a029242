import { encodeBase32NoPadding } from '@oslojs/encoding'
import { generateHOTP, verifyHOTP } from '@oslojs/otp'
import { TOTP, URI } from 'otpauth'
import { describe, expect, it } from 'vitest'
import { matchingStep, stepAt } from '../../../src/methods/totp/code.ts'
import { newSeed, provisioningUri } from '../../../src/methods/totp/seed.ts'
import { utf8 } from '../../../src/tokens/encoding.ts'

const seed = utf8('12345678901234567890')

/** RFC 4226 appendix D: counters 0 to 9. */
const counted: [counter: number, code: string][] = [
  [0, '755224'],
  [1, '287082'],
  [2, '359152'],
  [3, '969429'],
  [4, '338314'],
  [5, '254676'],
  [6, '287922'],
  [7, '162583'],
  [8, '399871'],
  [9, '520489'],
]

/** RFC 6238 appendix B, SHA-1, as it stands there: of its eight digits apps show the last six. */
const timed: [seconds: number, code: string][] = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
]
const vectors = timed.map(([seconds, code]): [number, string] => [seconds, code.slice(2)])

describe('the library that codes are compared by', () => {
  it.each(counted)('has for counter %i the code of RFC 4226', (counter, code) => {
    expect(generateHOTP(seed, BigInt(counter), 6)).toBe(code)
    expect(verifyHOTP(seed, BigInt(counter), 6, code)).toBe(true)
    expect(verifyHOTP(seed, BigInt(counter + 1), 6, code)).toBe(false)
  })

  it.each(timed)('has at %i seconds the eight digits of RFC 6238', (seconds, code) => {
    const step = BigInt(stepAt(seconds * 1_000))
    expect(generateHOTP(seed, step, 8)).toBe(code)
    expect(verifyHOTP(seed, step, 8, code)).toBe(true)
    expect(verifyHOTP(seed, step + 1n, 8, code)).toBe(false)
  })
})

describe('a code', () => {
  it.each(counted.slice(1))('of step %i is that of RFC 4226', (step, code) => {
    expect(matchingStep(seed, code, 0, step * 30_000)).toBe(step)
  })

  it.each(vectors)('at %i seconds is that of RFC 6238', (seconds, code) => {
    const now = seconds * 1_000
    expect(matchingStep(seed, code, 0, now)).toBe(Math.floor(seconds / 30))
  })

  it.each(vectors.slice(1))(
    'at %i seconds counts for its step and the one after',
    (seconds, code) => {
      const step = Math.floor(seconds / 30)
      const at = (steps: number) => matchingStep(seed, code, 0, (step + steps) * 30_000)
      expect([at(-1), at(0), at(1), at(2)]).toEqual([null, step, step, null])
    },
  )

  it('is the one that an app of somebody else shows, for any seed at any time', () => {
    for (let draw = 0; draw < 200; draw += 1) {
      const random = newSeed()
      const app = URI.parse(provisioningUri('Gatehouse', 'ann@example.com', random)) as TOTP
      expect(app).toBeInstanceOf(TOTP)
      const now = Math.floor(Math.random() * 4e12)
      const code = app.generate({ timestamp: now })
      expect(matchingStep(random, code, 0, now)).toBe(stepAt(now))
    }
  })

  it('counts up to the last millisecond of its time', () => {
    expect(matchingStep(seed, '287082', 0, 89_999)).toBe(1)
    expect(matchingStep(seed, '287082', 0, 90_000)).toBeNull()
  })

  it('of a step that was used, or of an earlier one, is none', () => {
    expect(matchingStep(seed, '287082', 1, 59_000)).toBeNull()
    expect(matchingStep(seed, '287082', 2, 60_000)).toBeNull()
  })

  it.each([
    '',
    '28708',
    '2870820',
    ' 287082',
    '287082 ',
    '94287082',
    '２８７０８２',
    'abcdef',
    '+87082',
  ])('is nothing like %j', (code) => {
    expect(matchingStep(seed, code, 0, 59_000)).toBeNull()
  })

  it('belongs to the step of thirty seconds that began last', () => {
    expect([0, 29_999, 30_000].map(stepAt)).toEqual([0, 0, 1])
  })
})

describe('a seed', () => {
  it('has 160 bits, each time others', () => {
    const seeds = Array.from({ length: 50 }, newSeed)
    expect(new Set(seeds.map((made) => made.length))).toEqual(new Set([20]))
    expect(new Set(seeds.map(encodeBase32NoPadding)).size).toBe(50)
  })

  it('is told to apps with every parameter, and no character that an app reads otherwise', () => {
    expect(provisioningUri('Gate house', 'a+b&c@example.com', seed)).toBe(
      'otpauth://totp/Gate%20house:a%2Bb%26c%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gate%20house&algorithm=SHA1&digits=6&period=30',
    )
  })
})
