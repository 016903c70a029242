import { database, outbox as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { deliver } from './deliver.ts'
import { type ClaimedRow, claimStatement, type Settled, settleStatement } from './statements.ts'

type SweepPorts = Pick<Ports, 'clock' | 'config' | 'database' | 'mailer'>

export interface SweepReport {
  claimed: number
  sent: number
  retried: number
  /** Refused by the provider, or out of tries: somebody should look. */
  dead: number
  expired: number
  removed: number
  /** Tried, but the result could not be written: these will be tried again. */
  unmarked: number
}

/** A Worker opens six connections at a time; one stays free for the marks. */
const lanes = 5
/** Batches of one sweep: bounds the subrequests of one run. The next one comes within a minute. */
const maxBatches = 15
/** The longest a send may last, in milliseconds: the time-out of the mailer, rounded up. */
const sendTimeMs = 12_000
/**
 * Milliseconds of a run in which a send may begin: then there is time to send it and twice to mark it, before this
 * run's database gives up and before the claim opens to another dispatcher. No two send one row.
 */
const startWindowMs =
  Math.min(database.backgroundTimeoutMs, policy.claimLife * 1_000) -
  sendTimeMs -
  2 * database.statementTimeoutMs

/** The scheduled handler's work: sends what no request has sent, ends what expired, removes what is old. */
export async function sweepOutbox(ports: SweepPorts): Promise<SweepReport> {
  const latestStart = ports.clock.now() + startWindowMs
  const report = { claimed: 0, sent: 0, retried: 0, dead: 0, expired: 0, removed: 0, unmarked: 0 }
  const [settled] = await ports.database.run<Settled>(settleStatement(), 'idempotent')
  report.expired = settled?.expired ?? 0
  report.dead = settled?.dead ?? 0
  report.removed = settled?.removed ?? 0

  for (let batch = 0; batch < maxBatches && ports.clock.now() <= latestStart; batch += 1) {
    const sentBefore = report.sent
    const claimed = await sweepBatch(ports, report, latestStart)
    // A provider that takes nothing is left alone until the next run.
    if (claimed < policy.batch || report.sent === sentBefore) break
  }
  return report
}

/** What is claimed and not begun in time is open again after the life of its claim. */
async function sweepBatch(
  ports: SweepPorts,
  report: SweepReport,
  latestStart: number,
): Promise<number> {
  const rows = await ports.database.run<ClaimedRow>(claimStatement(), 'once')
  const waiting = [...rows]
  report.claimed += rows.length

  async function lane(): Promise<void> {
    for (let row = waiting.shift(); row; row = waiting.shift()) {
      if (ports.clock.now() > latestStart) return
      await deliverOne(ports, row, report)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return rows.length
}

/** Counts one try. Its failure must not end the other lanes. */
async function deliverOne(ports: SweepPorts, row: ClaimedRow, report: SweepReport): Promise<void> {
  try {
    const { status } = await deliver(ports, row, row.attempts)
    if (status === 'sent') report.sent += 1
    if (status === 'pending') report.retried += 1
    if (status === 'dead') report.dead += 1
  } catch {
    report.unmarked += 1
  }
}
