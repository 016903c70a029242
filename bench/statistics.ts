export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** The value that `share` of all values, 0 to 1, do not reach. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN
}

export interface Difference {
  median: number
  /** Bounds of the 95 % confidence interval. */
  low: number
  high: number
}

const resamples = 1_000

/** Difference of two medians, with a bootstrap interval: latencies are far from normal. */
export function medianDifference(a: readonly number[], b: readonly number[]): Difference {
  const drawn = Array.from({ length: resamples }, () => median(resample(a)) - median(resample(b)))
  return {
    median: median(a) - median(b),
    low: quantile(drawn, 0.025),
    high: quantile(drawn, 0.975),
  }
}

function resample(values: readonly number[]): number[] {
  return values.map(() => values[Math.floor(Math.random() * values.length)] ?? 0)
}

/**
 * Runs contenders in turn, so that a machine that grows slow or busy does so for all of them; in another order each round,
 * so that nobody always comes after the same one.
 */
export async function interleave<T>(
  rounds: number,
  contenders: Record<string, () => Promise<T>>,
): Promise<Record<string, T[]>> {
  const results: Record<string, T[]> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, run] of shuffled(Object.entries(contenders))) {
      results[name] ??= []
      results[name].push(await run())
    }
  }
  return results
}

function shuffled<T>(values: readonly T[]): T[] {
  const keyed = values.map((value) => ({ value, key: Math.random() }))
  return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value)
}

/** The median of the ratios round by round: what changes between rounds falls out. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / (b[round] ?? Number.NaN)))
}
