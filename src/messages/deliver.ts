import { outbox as policy } from '../policy.ts'
import type { Delivery, Ports } from '../ports.ts'
import { openPayload } from '../tokens/sealed.ts'
import { renderLetter } from './letters/render.ts'
import type { OutboxRow } from './outbox.ts'
import { markStatement, type Verdict } from './statements.ts'

type DeliveryPorts = Pick<Ports, 'config' | 'database' | 'mailer'>

/**
 * Sends, after the answer, what a request has just written. Every row gets one UPDATE, also one that sends nothing:
 * known and unknown addresses cost the same. What fails here is in the table, and the sweep takes it over.
 */
export function deliverSoon(
  ports: DeliveryPorts & Pick<Ports, 'background'>,
  rows: readonly OutboxRow[],
): void {
  for (const row of rows) ports.background.run('deliver', () => deliver(ports, row, 1))
}

/**
 * One try for one row that this caller holds: send, then mark. A worker that dies between the two leaves a claim that
 * opens again, so a letter may arrive twice but is never lost.
 * Throws `UNAVAILABLE` where the mark could not be written.
 */
export async function deliver(
  ports: DeliveryPorts,
  row: OutboxRow,
  attempt: number,
): Promise<Verdict> {
  const verdict =
    row.status === 'pending'
      ? judge(await send(ports, row), attempt)
      : { status: row.status, attempt: 0, wait: 0, messageId: null, reason: null }
  await ports.database.run(markStatement(row.id, verdict), 'idempotent')
  return verdict
}

/** A key or a letter that this version does not know may come back with the next deployment: so `retry`. */
async function send(ports: DeliveryPorts, row: OutboxRow): Promise<Delivery> {
  const { letter, locale, recipient } = row
  if (!recipient) return { outcome: 'refused', reason: 'no_recipient' }
  const payload = await openPayload(ports.config.keys.outbox, row.id, row.sealed ?? '')
  if (payload === null) return { outcome: 'retry', reason: 'seal_not_opened' }
  const mail = renderLetter(ports.config, { letter, locale, recipient, payload })
  if (!mail) return { outcome: 'retry', reason: 'letter_not_rendered' }
  return ports.mailer.send(mail)
}

function judge(delivery: Delivery, attempt: number): Verdict {
  const base = { attempt, wait: 0, messageId: null, reason: null }
  if (delivery.outcome === 'sent') {
    return { ...base, status: 'sent', messageId: delivery.messageId }
  }
  const reason = delivery.reason.slice(0, 100)
  if (delivery.outcome === 'refused' || attempt >= policy.maxAttempts) {
    return { ...base, status: 'dead', reason }
  }
  return { ...base, status: 'pending', reason, wait: waitAfter(attempt, Math.random()) }
}

/**
 * Seconds to wait after try n. The jitter spreads what failed together.
 * @param chance 0 to 1
 */
export function waitAfter(attempt: number, chance: number): number {
  const doubled = policy.backoffBase * 2 ** (attempt - 1)
  return Math.round(Math.min(doubled, policy.backoffLongest) * (1 + chance / 5))
}
