import { sql } from 'drizzle-orm'
import { deliver } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { backupCodes as policy, session } from '../policy.ts'
import type { Ports } from '../ports.ts'

/**
 * After a backup code was used: tells the owner, once for each set of codes, that few are left. A statement of its own,
 * after the answer: only one that begins when the code is spent counts right what two requests spend at the same
 * moment. Should the worker die before it, the next code used makes up for it.
 */
export function tellFewCodes(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  userId: string,
): void {
  ports.background.run('few backup codes', async () => {
    const message = await draft(ports, { when: new Date(ports.clock.now()).toISOString() })
    const rows = await ports.database.run<OutboxRow>(
      sql`with codes as (
          select count(*) filter (where used_at is null) as unused, max(created_at) as made_at
          from backup_codes where user_id = ${userId}
        ), holder as (
          update users u set backup_codes_told_at = now() from codes
          where u.id = ${userId} and codes.unused <= ${policy.fewLeft}
            and (u.backup_codes_told_at is null or u.backup_codes_told_at < codes.made_at)
          returning u.id, u.tenant_id, u.email, u.locale
        ), told as (
          select tenant_id, id as user_id, email as recipient, locale,
            case when email is null then 'none' else 'backup_codes_low' end as letter
          from holder
        ), message as (${outboxInsert(message, session.idleLife, sql`told`)})
        select * from message`,
      'once',
    )
    for (const row of rows) await deliver(ports, row, 1)
  })
}
