import { join } from 'node:path'
import type { Lab } from '../lab.ts'
import { wrangler } from '../processes/wrangler.ts'
import { median } from '../statistics.ts'
import type { Row } from '../table.ts'

const runs = { quick: 3, full: 9 }

/** What a deployment uploads, and what an isolate spends before its first request. */
export async function size(lab: Lab): Promise<Row[]> {
  const { gzipKiB } = await lab.product()
  const times: number[] = []
  for (let run = 0; run < (lab.settings.quick ? runs.quick : runs.full); run += 1) {
    times.push(await startupMs(lab))
  }
  const lowest = Math.min(...times)
  return [
    {
      name: 'bundle, gzip',
      value: gzipKiB,
      unit: 'KiB',
      judged: gzipKiB,
      bar: { kind: 'at most', value: 600, unit: 'KiB' },
    },
    {
      name: 'start-up CPU',
      value: lowest,
      unit: 'ms',
      judged: lowest,
      bar: { kind: 'at most', value: 50, unit: 'ms' },
      note:
        `wrangler check startup, active time of the profile: lowest of ${times.length} runs, as other work on the ` +
        `machine only adds to it; the median is ${median(times).toFixed(1)} ms. A Worker that only answers "ok" takes 0.`,
    },
  ]
}

/** Milliseconds that are not idle in the profile that wrangler takes. */
async function startupMs(lab: Lab): Promise<number> {
  // The profile itself is only written because it must go somewhere.
  const file = join(lab.folder, 'startup.cpuprofile')
  const output = await wrangler(
    ['check', 'startup', '--outfile', file],
    join(lab.folder, 'startup'),
  )
  const active = /Active: ([\d.]+) ms/.exec(output)?.[1]
  if (!active) throw new Error(`wrangler told no start-up time:\n${output}`)
  return Number(active)
}
