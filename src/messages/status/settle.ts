import { sql } from 'drizzle-orm'
import { log } from '../../log.ts'
import { outbox as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { deliver } from '../deliver.ts'
import { outboxColumns } from '../outbox.ts'
import type { ClaimedRow } from '../statements.ts'

/** What a vendor says later of a text that it took. */
export interface Fate {
  /** As the outbox keeps it: `vendor:id`. */
  messageId: string
  delivered: boolean
  /** The vendor's code for a failure. */
  reason: string | null
}

/**
 * Writes down what became of a text. One that was not delivered goes on to its next channel, as long as somebody may
 * still wait for it. The same word twice and a late one change nothing; one about a text that is not known, as its row
 * is not marked yet, is kept for {@link import('./early.ts').settleEarly}. What was kept once is not kept again: where its
 * row has moved on meanwhile, another sweep has used it.
 */
export async function settle(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  { messageId, delivered, reason }: Fate,
  heard: 'now' | 'early' = 'now',
): Promise<void> {
  const goesOn = sql`(not ${delivered}::boolean and cardinality(outbox.fallback) > 0
    and outbox.sealed is not null and outbox.expires_at > now())`
  const rows = await ports.database.run<ClaimedRow>(
    sql`with settled as (
      update outbox set
        status = case when ${delivered}::boolean then 'sent' when ${goesOn} then 'pending' else 'dead' end,
        delivered_at = case when ${delivered}::boolean then now() end,
        channel = case when ${goesOn} then fallback[1] else channel end,
        fallback = case when ${goesOn} then fallback[2:] else fallback end,
        provider_message_id = case when ${goesOn} then null else provider_message_id end,
        attempts = case when ${goesOn} then attempts + 1 else attempts end,
        next_attempt_at = now() + make_interval(secs => ${policy.firstSweepAfter}),
        sealed = case when ${goesOn} then sealed end,
        last_error = ${reason}
      where provider_message_id = ${messageId} and status = 'sent' and delivered_at is null
      returning ${outboxColumns}, outbox.attempts
    ), kept as (
      insert into text_reports (message_id, delivered, reason)
      select ${messageId}::text, ${delivered}::boolean, ${reason}::text
      where ${heard === 'now'}::boolean and not exists (select from outbox where provider_message_id = ${messageId})
      on conflict (message_id) do nothing
    ), used as (
      delete from text_reports where message_id = ${messageId} and exists (select from settled)
    )
    select * from settled`,
    'idempotent',
  )
  for (const row of rows.filter(({ status }) => status === 'pending')) {
    ports.background.run('deliver', () => deliver(ports, row, row.attempts))
  }
  if (!delivered && rows.length > 0)
    log('warn', { event: 'text_undelivered', reason: reason ?? '' })
}
