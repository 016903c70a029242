import { database, webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { openSecret } from './secret.ts'
import { signatureHeaders } from './sign.ts'
import { type ClaimedDelivery, claimStatement, markStatement, type Verdict } from './statements.ts'

export type DispatchPorts = Pick<Ports, 'clock' | 'config' | 'database' | 'webhookSender'>

/** A Worker opens six connections at a time; one stays free for the marks. */
const lanes = 5
/** Batches of one run: bounds its subrequests. */
const maxBatches = 10
/**
 * Milliseconds of a run in which a delivery may begin: then there is time to make it and to mark it before this run's
 * database gives up, and before its claim opens to another.
 */
const startWindowMs =
  Math.min(database.backgroundTimeoutMs, policy.claimLife * 1_000) -
  policy.timeoutMs -
  database.statementTimeoutMs

/**
 * Makes the deliveries that are due: of one tenant, after a request that may have caused some, or of all (null), once a
 * minute. Each arrives at least once; the receiver knows a repeat by its id.
 */
export async function dispatch(ports: DispatchPorts, tenantId: string | null): Promise<void> {
  const latestStart = ports.clock.now() + startWindowMs
  for (let batch = 0; batch < maxBatches && ports.clock.now() <= latestStart; batch += 1) {
    const claimed = await ports.database.run<ClaimedDelivery>(claimStatement(tenantId), 'once')
    await deliverAll(ports, claimed, latestStart)
    if (claimed.length === 0) return
  }
}

/** What is claimed and not begun in time is open again after the life of its claim. */
async function deliverAll(
  ports: DispatchPorts,
  claimed: readonly ClaimedDelivery[],
  latestStart: number,
): Promise<void> {
  const waiting = claimed.toSorted((left, right) => left.turn - right.turn)
  async function lane(): Promise<void> {
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      if (ports.clock.now() > latestStart) return
      await deliver(ports, one)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

async function deliver(ports: DispatchPorts, delivery: ClaimedDelivery): Promise<void> {
  const at = ports.clock.now()
  const verdict = judge(await send(ports, delivery, at), delivery.attempts, at)
  // One that is not marked is made again: it must not end the other lanes.
  await ports.database.run(markStatement(delivery, verdict), 'idempotent').catch(() => null)
}

async function send({ config, webhookSender }: DispatchPorts, one: ClaimedDelivery, at: number) {
  const place = { tenantId: one.tenant_id, endpointId: one.endpoint_id }
  const sealed = [one.sealed_secret, ...(one.previous_secret ? [one.previous_secret] : [])]
  const opened = await Promise.all(
    sealed.map((text) => openSecret(config.keys.webhooks, place, text)),
  )
  const secrets = opened.filter((secret) => secret !== null)
  // Its key may come back with the next deployment; unsigned it would not be believed.
  if (!opened[0]) return { status: null, error: 'seal_not_opened', ms: 0 }
  const body = payloadOf(one)
  const signature = await signatureHeaders(secrets, one.event_id, Math.floor(at / 1_000), body)
  return webhookSender.post(one.url, signature, body)
}

/** Ids and words of the trail: no address, no name, no secret. Who wants more asks the API, and is asked who they are. */
function payloadOf(one: ClaimedDelivery): string {
  const { type, timestamp, tenant, user_id, session_id, outcome, reason, details } = one
  const data = { tenant, user_id, session_id, outcome, reason, details }
  return JSON.stringify({ type, timestamp, data: { event_id: one.event_id, ...data } })
}

function judge(answer: Verdict['answer'], attempt: number, at: number): Verdict {
  const base = { at: new Date(at).toISOString(), answer, wait: 0, gone: answer.status === 410 }
  if (!answer.error) return { ...base, status: 'delivered' }
  if (attempt >= policy.maxAttempts) return { ...base, status: 'dead' }
  return { ...base, status: 'pending', wait: waitAfter(attempt, Math.random()) }
}

/**
 * Seconds to wait after try n. The jitter spreads what failed together.
 * @param chance 0 to 1
 */
function waitAfter(attempt: number, chance: number): number {
  const doubled = policy.backoffBase * 2 ** (attempt - 1)
  return Math.round(Math.min(doubled, policy.backoffLongest) * (1 + chance / 5))
}
