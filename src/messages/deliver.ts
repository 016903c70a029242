import { outbox as policy } from '../policy.ts'
import type { Delivery, Ports } from '../ports.ts'
import { openPayload } from '../tokens/sealed.ts'
import { renderLetter, renderText } from './letters/render.ts'
import type { Channel, OutboxRow } from './outbox.ts'
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
      ? await tryChannels(ports, row, attempt)
      : { ...untried, status: row.status, channel: row.channel, fallback: row.fallback }
  await ports.database.run(markStatement(row.id, verdict), 'idempotent')
  return verdict
}

const untried = { attempt: 0, wait: 0, messageId: null, reason: null }

/** What is still to be tried. */
interface Ways {
  channel: Channel
  fallback: readonly Channel[]
}

/**
 * A channel that does not take a message passes it on at once: a code is worth little a minute later. A time-out does
 * not, as the message may be on its way.
 */
async function tryChannels(
  ports: DeliveryPorts,
  row: OutboxRow,
  attempt: number,
): Promise<Verdict> {
  for (let ways: Ways = row; ; ) {
    const delivery = await send(ports, { ...row, channel: ways.channel })
    const [next, ...fallback] = ways.fallback
    const isSettled = delivery.outcome === 'sent' || delivery.reason === 'timeout'
    if (isSettled || !next) return judge(delivery, attempt, ways, row.life)
    ways = { channel: next, fallback }
  }
}

/** A key or a letter that this version does not know may come back with the next deployment: so `retry`. */
async function send(ports: DeliveryPorts, row: OutboxRow): Promise<Delivery> {
  const { letter, locale, recipient, channel, life, tenant } = row
  if (!recipient) return { outcome: 'refused', reason: 'no_recipient' }
  // Nobody can use it any more, and it would only confuse.
  if (life <= 0) return { outcome: 'refused', reason: 'expired' }
  const payload = await openPayload(ports.config.keys.outbox, row.id, row.sealed ?? '')
  if (payload === null) return { outcome: 'retry', reason: 'seal_not_opened' }
  const order = { letter, locale, recipient, payload, tenant }
  if (channel !== 'email') {
    const text = renderText(ports.config, order)
    if (!text) return { outcome: 'retry', reason: 'letter_not_rendered' }
    return ports.mailer.text({ ...text, channel, life })
  }
  const mail = renderLetter(ports.config, order)
  if (!mail) return { outcome: 'retry', reason: 'letter_not_rendered' }
  return ports.mailer.send(mail)
}

function judge(
  delivery: Delivery,
  attempt: number,
  { channel, fallback }: Ways,
  life: number,
): Verdict {
  const base = { ...untried, attempt, channel, fallback }
  if (delivery.outcome === 'sent') {
    return { ...base, status: 'sent', messageId: delivery.messageId }
  }
  const reason = delivery.reason.slice(0, 100)
  if (delivery.outcome === 'refused' || attempt >= policy.maxAttempts) {
    return { ...base, status: 'dead', reason }
  }
  return { ...base, status: 'pending', reason, wait: waitAfter(attempt, life, Math.random()) }
}

/**
 * Seconds to wait after try n. The jitter spreads what failed together. What lives for minutes is tried to its end: a
 * wait takes no more than a share of what is left, or a code would sleep through the return of its vendor.
 * @param life seconds that are left
 * @param chance 0 to 1
 */
export function waitAfter(attempt: number, life: number, chance: number): number {
  const doubled = policy.backoffBase * 2 ** (attempt - 1)
  const share = Math.max(policy.backoffBase, life * policy.backoffShare)
  return Math.round(Math.min(doubled, policy.backoffLongest, share) * (1 + chance / 5))
}
