import { type Load, runLoad } from './client/load.ts'
import { cpuMs } from './processes/process-stat.ts'
import type { Workerd } from './processes/workerd.ts'
import { interleave, median } from './statistics.ts'

/** What one contender is asked in its turn. */
export interface Contender extends Load {
  pid: number
  /** How many of what is counted one request does; 1 where it is not said. */
  inOne?: number
}

/** What a turn showed. */
export interface Turn {
  /** Which of the casts of processes it belongs to, from 0. */
  cast: number
  perSecond: number
  /** CPU time of the process for each of what is counted, in milliseconds. */
  cpuMs: number
  clientShare: number
}

export interface ContestSize {
  /** How often all processes begin anew. */
  casts: number
  /** Turns of each contender in one cast. */
  rounds: number
  /** Seconds that each is asked before it is measured. */
  warmUp: number
}

/** Remembers what was started, so that the end of a cast stops it whatever happens. */
export type Starting = <T extends Workerd>(process: Promise<T>) => Promise<T>

/**
 * Contenders beside each other, fairly. Each has a process of its own, as in a common one it would be warm by what the
 * others do; each is warm before it is measured, as V8 compiles for some ten seconds; nobody's turn is long, as a machine's
 * pace changes within seconds; and all processes begin anew some times, beside the same database: where a process has its
 * code and its memory makes it up to a tenth faster or slower than another one with the same program, for as long as it
 * lives.
 */
export async function contest<Name extends string>(
  { casts, rounds, warmUp }: ContestSize,
  newContenders: (starting: Starting) => Promise<Record<Name, Contender>>,
): Promise<Record<Name, Turn[]>> {
  const turns: Partial<Record<Name, Turn[]>> = {}
  for (let cast = 0; cast < casts; cast += 1) {
    const started: Workerd[] = []
    try {
      const contenders = await newContenders(async (starting) => {
        const process = await starting
        started.push(process)
        return process
      })
      const all = Object.entries<Contender>(contenders)
      for (const [, contender] of all) {
        await runLoad({ ...contender, requests: Number.POSITIVE_INFINITY, seconds: warmUp })
      }
      const run = all.map(([name, contender]) => [name, () => measure(contender, cast)] as const)
      const measured = await interleave(rounds, Object.fromEntries(run))
      for (const name of Object.keys(contenders) as Name[]) {
        turns[name] = [...(turns[name] ?? []), ...(measured[name] ?? [])]
      }
    } finally {
      for (const process of started) await process.stop()
    }
  }
  return turns as Record<Name, Turn[]>
}

async function measure({ pid, inOne = 1, ...load }: Contender, cast: number): Promise<Turn> {
  const before = cpuMs(pid)
  const { requests, perSecond, clientShare } = await runLoad(load)
  const count = requests * inOne
  return { cast, perSecond: perSecond * inOne, clientShare, cpuMs: (cpuMs(pid) - before) / count }
}

/** The median of one of the values over all turns. */
export function typical(turns: readonly Turn[], of: keyof Turn): number {
  return median(turns.map((turn) => turn[of]))
}

/** The rate of each turn beside that of a floor in the same round, in percent. */
export function percentsOf(floor: readonly Turn[], turns: readonly Turn[]): number[] {
  return turns.map(({ perSecond }, index) => (perSecond / (floor[index]?.perSecond ?? 0)) * 100)
}

/** The median of each cast, in words: what they differ by is luck, and how sure the median of all is. */
export function castsInWords(turns: readonly Turn[], values: readonly number[], digits: number) {
  const ofCasts = Map.groupBy(values, (_, index) => turns[index]?.cast)
  const medians = [...ofCasts.values()].map((ofCast) => median(ofCast).toFixed(digits))
  return `medians of the casts: ${medians.join(', ')}`
}
