import { type SQL, sql } from 'drizzle-orm'
import { timestampText } from '../accounts/user.ts'
import { recordEvent, unattended } from '../audit/record.ts'
import { webhook as policy } from '../policy.ts'
import type { Row, WebhookAnswer } from '../ports.ts'

/** A delivery that this caller holds, with all that it takes to make it. */
export interface ClaimedDelivery extends Row {
  /** Which of its tenant's it is in this batch, the oldest first. */
  turn: number
  endpoint_id: string
  event_id: string
  tenant_id: string
  /** Slug. */
  tenant: string
  attempts: number
  url: string
  sealed_secret: string
  /** Null where none signs beside it any more. */
  previous_secret: string | null
  type: string
  timestamp: string
  user_id: string | null
  session_id: string | null
  outcome: string
  reason: string | null
  details: Record<string, unknown>
}

/**
 * Takes due deliveries for this dispatcher alone, of one tenant or of all. A few of each endpoint, and one of an endpoint
 * that fails: a receiver that hangs costs the others nothing but a place. Tenants take turns, and then the oldest comes
 * first: whoever writes ten thousand, or answers slowly, waits for himself. Two dispatchers may look at the same rows; the
 * lock passes by what the other takes.
 */
export function claimStatement(tenantId: string | null): SQL {
  return sql`with due as (
      select d.endpoint_id, d.event_id,
        row_number() over (partition by e.tenant_id order by d.next_attempt_at)::integer as turn
      from webhook_endpoints e cross join lateral (
        select endpoint_id, event_id, next_attempt_at from webhook_deliveries
        where endpoint_id = e.id and status = 'pending' and next_attempt_at <= now()
          and expires_at > now() and attempts < ${policy.maxAttempts}
        order by next_attempt_at limit case when e.failures > 0 then 1 else ${policy.perEndpoint} end
      ) d
      where e.status = 'active' and e.resume_at <= now()
        and (${tenantId}::uuid is null or e.tenant_id = ${tenantId}::uuid)
      order by turn, d.next_attempt_at limit ${policy.batch}
    ), held as (
      select w.endpoint_id, w.event_id, due.turn from webhook_deliveries w
      join due on due.endpoint_id = w.endpoint_id and due.event_id = w.event_id
      where w.status = 'pending' and w.next_attempt_at <= now()
      for update of w skip locked
    )
    update webhook_deliveries d set attempts = d.attempts + 1,
      next_attempt_at = now() + make_interval(secs => ${policy.claimLife})
    from held, webhook_endpoints e, audit_events a, tenants t
    where d.endpoint_id = held.endpoint_id and d.event_id = held.event_id and e.id = d.endpoint_id
      and a.id = d.event_id and a.tenant_id = d.tenant_id and t.id = d.tenant_id and e.tenant_id = d.tenant_id
    returning held.turn, d.endpoint_id, d.event_id, d.tenant_id, t.slug as tenant, d.attempts, e.url, e.sealed_secret,
      case when e.previous_until > now() then e.previous_secret end as previous_secret, a.action as type,
      ${timestampText(sql`a.occurred_at`)} as timestamp, a.user_id, a.session_id, a.outcome, a.reason, a.details`
}

/** What becomes of a delivery after a try. */
export interface Verdict {
  status: 'pending' | 'delivered' | 'dead'
  /** Seconds until the next try. */
  wait: number
  /** RFC 3339: when the try began. */
  at: string
  answer: WebhookAnswer
  /** The receiver says that it is no more: 410. */
  gone: boolean
}

/**
 * Writes down a try, and what it says about the endpoint: failures of one moment count once, each makes it wait longer,
 * and after days without a success it is off. What was delivered is delivered, whoever says so. A mark that comes twice,
 * after a lost answer, finds its own try and changes nothing.
 */
export function markStatement(
  { endpoint_id, event_id, tenant_id, attempts }: ClaimedDelivery,
  { status, wait, at, answer, gone }: Verdict,
): SQL {
  const tried = JSON.stringify([{ at, status: answer.status, error: answer.error, ms: answer.ms }])
  const isDelivered = sql`${status}::text = 'delivered'`
  return sql`with marked as (
      update webhook_deliveries d set
        status = ${status}, next_attempt_at = now() + make_interval(secs => ${wait}),
        delivered_at = case when ${isDelivered} then now() else d.delivered_at end,
        tries = (
          select coalesce(jsonb_agg(one order by place), '[]'::jsonb)
          from jsonb_array_elements(d.tries || ${tried}::jsonb) with ordinality as every (one, place)
          where place > jsonb_array_length(d.tries) + 1 - ${policy.triesKept}
        )
      where d.endpoint_id = ${endpoint_id}::uuid and d.event_id = ${event_id}::uuid
        and not d.tries @> ${tried}::jsonb
        and (${isDelivered} or (d.status = 'pending' and d.attempts <= ${attempts}))
      returning d.endpoint_id
    ), endpoint as (
      update webhook_endpoints e set
        failures = case when ${isDelivered} then 0 when e.resume_at <= now() then e.failures + 1 else e.failures end,
        failing_since = case when not ${isDelivered} then coalesce(e.failing_since, now()) end,
        resume_at = case when ${isDelivered} then now() when e.resume_at > now() then e.resume_at
          else now() + make_interval(secs =>
            least(${policy.pauseBase}::float * power(2, least(e.failures, 20)), ${policy.pauseLongest})) end,
        status = case when ${gone}::boolean or (not ${isDelivered} and e.failures >= ${policy.offAfterFailures}
          and e.failing_since < now() - make_interval(secs => ${policy.offAfter})) then 'off' else e.status end
      from marked
      where e.id = marked.endpoint_id and e.status = 'active' and not (${isDelivered} and e.failures = 0)
      returning e.id, e.status
    ), switched_off as (
      select id from endpoint where status = 'off'
    )
    ${recordEvent(
      {
        action: 'webhook.switched_off',
        outcome: 'success',
        tenantId: tenant_id,
        userId: null,
        reason: gone ? 'gone' : 'failing',
        details: { endpoint_id },
      },
      unattended,
      sql`switched_off`,
    )}`
}

export interface Settled extends Row {
  expired: number
  dead: number
}

/** Rows that one sweep removes at most: the statement must end within its time-out. */
const removeBatch = 500

/** Ends what is out of time or tries, and removes what ended long ago. */
export function settleStatement(): SQL {
  return sql`with expired as (
      update webhook_deliveries set status = 'expired'
      where status = 'pending' and expires_at <= now() and next_attempt_at <= now()
      returning 1
    ), dead as (
      update webhook_deliveries set status = 'dead'
      where status = 'pending' and expires_at > now() and next_attempt_at <= now()
        and attempts >= ${policy.maxAttempts}
      returning 1
    ), removed as (
      delete from webhook_deliveries where (endpoint_id, event_id) in (
        select endpoint_id, event_id from webhook_deliveries
        where status <> 'pending' and created_at < now() - make_interval(secs => ${policy.keepSettled})
        order by created_at limit ${removeBatch}
      )
    )
    select (select count(*) from expired)::integer as expired, (select count(*) from dead)::integer as dead`
}
