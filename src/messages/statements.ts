import { type SQL, sql } from 'drizzle-orm'
import { outbox as policy } from '../policy.ts'
import type { Row } from '../ports.ts'
import { type Channel, type OutboxRow, type OutboxStatus, outboxColumns } from './outbox.ts'

/** What becomes of a row after a try. */
export interface Verdict {
  status: OutboxStatus
  /** Number of the try, from 1. */
  attempt: number
  /** Seconds until the next try; 0 where there is none. */
  wait: number
  messageId: string | null
  channel: Channel
  /** Channels that are left to go on to. */
  fallback: readonly Channel[]
  /** A code, never an address or a secret: it stays in the row. */
  reason: string | null
}

export interface ClaimedRow extends OutboxRow {
  attempts: number
}

export interface Settled extends Row {
  expired: number
  dead: number
  removed: number
}

/** Rows that one sweep removes at most: the statement must end within its time-out. */
const removeBatch = 500

/**
 * Takes due rows for this dispatcher alone: SKIP LOCKED passes by what another is taking at this moment, and the new
 * `next_attempt_at` hides them from all others until the claim runs out.
 */
export function claimStatement(): SQL {
  return sql`with due as (
      select id from outbox
      where status = 'pending' and next_attempt_at <= now()
        and expires_at > now() and attempts < ${policy.maxAttempts}
      order by next_attempt_at limit ${policy.batch}
      for update skip locked
    )
    update outbox set attempts = attempts + 1,
      next_attempt_at = now() + make_interval(secs => ${policy.claimLife})
    from due where outbox.id = due.id
    returning ${outboxColumns}, outbox.attempts`
}

/**
 * Writes down what became of a row. What was sent is sent, whoever says so; any other verdict holds only for a row
 * that no later try has taken over. The secret stays no longer than it may be needed: of what was sent, as long as
 * another channel may have to take it on. A text that never went out costs nothing and gives its place back.
 */
export function markStatement(id: string, verdict: Verdict): SQL {
  return sql`with marked as (
    update outbox set status = ${verdict.status}, channel = ${verdict.channel},
      fallback = ${sql.param(verdict.fallback)}::text[],
      attempts = greatest(attempts, ${verdict.attempt}),
      next_attempt_at = now() + make_interval(secs => ${verdict.wait}),
      sent_at = case when ${verdict.status}::text = 'sent' then now() else outbox.sent_at end,
      provider_message_id = ${verdict.messageId},
      last_error = ${verdict.reason},
      sealed = case when ${verdict.status}::text = 'pending'
        or (${verdict.status}::text = 'sent' and ${verdict.fallback.length > 0}::boolean) then sealed end
    where id = ${id}::uuid and case
      when ${verdict.status}::text = 'sent' then status in ('pending', 'expired', 'dead', 'suppressed')
      when ${verdict.status}::text in ('pending', 'dead')
        then status = 'pending' and attempts <= ${verdict.attempt}
      else status = ${verdict.status} end
    returning *
  ), ${givenBack(sql`marked`)}
  select id from marked`
}

/** CTEs that take the dead texts of a row source out of the day's counts, in the order in which they are counted. */
function givenBack(ended: SQL): SQL {
  return sql`unsent as (
      select tenant_id, (created_at at time zone 'utc')::date as day, prefix, count(*)::integer as texts
      from ${ended} where prefix is not null and status in ('dead', 'expired') and sent_at is null
      group by 1, 2, 3
    ), given_back as (
      update text_counts c set sent = c.sent - least(unsent.texts, c.sent)
      from (
        select tenant_id, day, counted.prefix, sum(texts)::integer as texts
        from unsent cross join lateral (values (unsent.prefix), ('*')) as counted (prefix) group by 1, 2, 3
      ) as unsent
      where c.tenant_id = unsent.tenant_id and c.day = unsent.day and c.prefix = unsent.prefix
      returning 1
    ), given_back_in_all as (
      update text_totals t set sent = t.sent - least(unsent.texts, t.sent)
      from (select day, sum(texts)::integer as texts from unsent group by day) as unsent
      where t.day = unsent.day and (select count(*) from given_back) >= 0
    )`
}

/**
 * Ends what can no longer be sent, with its reason, and removes what ended long ago. Rows that a dispatcher holds are
 * left to it. Answers the counts ({@link Settled}): nothing leaves without a trace.
 */
export function settleStatement(): SQL {
  return sql`with expired as (
      update outbox set status = 'expired', sealed = null, last_error = coalesce(last_error, 'expired')
      where status = 'pending' and expires_at <= now() and next_attempt_at <= now()
      returning *
    ), forgotten as (
      update outbox set sealed = null
      where status = 'sent' and sealed is not null and expires_at <= now()
    ), dead as (
      update outbox set status = 'dead', sealed = null, last_error = coalesce(last_error, 'attempts')
      where status = 'pending' and expires_at > now() and next_attempt_at <= now()
        and attempts >= ${policy.maxAttempts}
      returning *
    ), ended as (
      select * from expired union all select * from dead
    ), ${givenBack(sql`ended`)}, removed as (
      delete from outbox where id in (
        select id from outbox
        where status <> 'pending' and created_at < now() - make_interval(secs => ${policy.keepSent})
        order by created_at limit ${removeBatch}
      ) returning 1
    )
    select (select count(*) from expired)::integer as expired,
      (select count(*) from dead)::integer as dead, (select count(*) from removed)::integer as removed`
}
