import { sql } from 'drizzle-orm'
import type { Row } from '../../ports.ts'
import { settle } from './settle.ts'

interface Report extends Row {
  message_id: string
  delivered: boolean
  reason: string | null
}

/** More in one minute would be an outage of the marks, not a race. */
const batch = 100

/** Takes to heart what vendors said of texts before their rows were marked. Part of the scheduled handler. */
export async function settleEarly(ports: Parameters<typeof settle>[0]): Promise<void> {
  const reports = await ports.database.run<Report>(
    sql`select r.message_id, r.delivered, r.reason from text_reports r
      join outbox o on o.provider_message_id = r.message_id
      where o.status = 'sent' and o.delivered_at is null limit ${batch}`,
    'idempotent',
  )
  for (const { message_id: messageId, delivered, reason } of reports) {
    await settle(ports, { messageId, delivered, reason }, 'early')
  }
}
