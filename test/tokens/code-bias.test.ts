import { afterEach, expect, it, vi } from 'vitest'
import { newCode } from '../../src/tokens/code.ts'

const draws = 60_000

afterEach(() => vi.restoreAllMocks())

/** Chi-squared of counts that should be equal. */
function chiSquared(counts: number[], total: number): number {
  const expected = total / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

it('makes each digit at each place equally often', () => {
  const counts = Array.from({ length: 6 }, () => Array<number>(10).fill(0))
  for (let draw = 0; draw < draws; draw += 1) {
    const code = newCode()
    expect(code).toMatch(/^\d{6}$/)
    for (const [place, digit] of [...code].entries()) {
      const row = counts[place] as number[]
      row[Number(digit)] = (row[Number(digit)] ?? 0) + 1
    }
  }
  // 9 degrees of freedom: beyond 45 once in a million fair runs.
  for (const row of counts) expect(chiSquared(row, draws)).toBeLessThan(45)
})

it('draws again above the largest multiple of a million, where small codes would be likelier', () => {
  const fair = Math.floor(2 ** 32 / 1_000_000) * 1_000_000
  const values = [fair, 2 ** 32 - 1, fair - 1]
  const draw = vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    ;(array as Uint32Array)[0] = values.shift() ?? 0
    return array
  })
  expect(newCode()).toBe('999999')
  expect(draw).toHaveBeenCalledTimes(3)
})
