import { onTestFinished } from 'vitest'
import { type Answer, call, unlessBusy } from './client.ts'
import { until } from './outside.ts'
import { site } from './site.ts'
import type { TestWorker } from './worker.ts'

/** How many race: SECURITY.md §4. */
export const crowd = 50

/**
 * Sends so many requests at the same moment, in turn to the two Workers. The connections stand before the start.
 * 503 `BUSY` is asked again until each has got a real answer.
 */
export async function together<T>(
  count: number,
  send: (worker: TestWorker, index: number) => Promise<Answer<T>>,
): Promise<Answer<T>[]> {
  const lanes = Array.from({ length: count }, (_, index) => ({ index, worker: workerOf(index) }))
  await Promise.all(lanes.map(({ worker }) => call(worker, '/healthz')))
  return Promise.all(lanes.map(({ worker, index }) => unlessBusy(() => send(worker, index))))
}

export function workerOf(index: number): TestWorker {
  return site().workers[index % 2 === 0 ? 0 : 1]
}

export interface StartLine {
  /** Waits until so many statements stand at the line. */
  queued(count: number): Promise<void>
  release(): Promise<void>
}

/**
 * A start line inside the database: rows that stay locked until all statements of a race wait for them. Each has taken
 * its snapshot by then, which is the hardest moment for a guard.
 */
export async function startLine(lock: string, ...values: unknown[]): Promise<StartLine> {
  const { database } = site()
  const client = await database.connect()
  let isHeld = true
  // A test that fails at the line must not leave the rows locked for the next one.
  onTestFinished(() => {
    if (isHeld) client.release(true)
  })
  await client.query('begin')
  const { rowCount } = await client.query(lock, values)
  if (!rowCount) throw new Error('There is no row to lock.')
  return {
    queued: async (count) => {
      await until(`${count} statements at the start line`, async () => {
        const { rows } = await database.query(
          `select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock'`,
        )
        return rows[0].waiting >= count || undefined
      })
    },
    release: async () => {
      await client.query('commit')
      isHeld = false
      client.release()
    },
  }
}

/** How many answers there were of each kind: `200`, or status and code. */
export function tally(answers: readonly Answer<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, code } of answers) {
    const kind = code ? `${status} ${code}` : String(status)
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}
