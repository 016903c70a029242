import { sql } from 'drizzle-orm'
import type { Ports, Row } from '../../ports.ts'
import type { Feedback } from './feedback.ts'
import { suppress } from './suppress.ts'

/** More in one minute would be an outage of the marks, not a race. */
const batch = 100

/** Takes to heart what SES said of mails before their rows were marked. Part of the scheduled handler. */
export async function suppressEarly(ports: Pick<Ports, 'database'>): Promise<void> {
  const reports = await ports.database.run<Feedback & Row>(
    sql`select r.message_id as "messageId", r.kind, r.reason, r.addresses from mail_reports r
      where exists (select from outbox o where o.channel = 'email' and o.provider_message_id = r.message_id)
      order by r.received_at limit ${batch}`,
    'idempotent',
  )
  for (const report of reports) await suppress(ports, report)
}
