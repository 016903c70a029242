import { sql } from 'drizzle-orm'
import type { Ports } from '../../ports.ts'
import type { Feedback } from './feedback.ts'

/**
 * Ends mail to these addresses, so far as the mail that came back is one of ours: what waits for them is not sent, and
 * the mail that came back is marked. The same feedback twice changes nothing. One about a mail that is not known, as its
 * row is not marked yet, is kept for {@link import('./early.ts').suppressEarly}.
 */
export async function suppress(
  ports: Pick<Ports, 'database'>,
  { kind, reason, addresses, messageId }: Feedback,
): Promise<void> {
  await ports.database.run(
    sql`with given as (
        select distinct address from json_array_elements_text(${JSON.stringify(addresses)}::json) as address
        where exists (
          select 1 from outbox where channel = 'email' and provider_message_id = ${messageId}
            and lower(recipient) = address)
      ), known as (
        select from outbox where channel = 'email' and provider_message_id = ${messageId}
      ), kept as (
        insert into mail_reports (message_id, kind, reason, addresses)
        select ${messageId}::text, ${kind}::text, ${reason}::text, ${JSON.stringify(addresses)}::jsonb
        where not exists (select from known)
        on conflict (message_id, kind) do nothing
      ), used as (
        delete from mail_reports where message_id = ${messageId} and kind = ${kind} and exists (select from known)
      ), added as (
        insert into suppressions (channel, address, reason)
        select 'email', address, ${reason} from given
        on conflict (channel, address) do nothing
      ), halted as (
        update outbox set status = 'suppressed', sealed = null, last_error = ${reason}
        where channel = 'email' and status = 'pending' and lower(recipient) in (select address from given)
      )
      update outbox set status = case when ${kind}::text = 'bounce' then 'dead' else status end,
        last_error = ${reason}
      where channel = 'email' and status = 'sent' and provider_message_id = ${messageId}
        and lower(recipient) in (select address from given)`,
    'idempotent',
  )
}
