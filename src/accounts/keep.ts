import { type SQL, sql } from 'drizzle-orm'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { draft, outboxInsert } from '../messages/outbox.ts'
import { deletion as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'

/**
 * CTEs of the sign-in by which an account `account` that was to be deleted stays: its owner is told, as it may have been
 * somebody else who came back. The sweep sends the letter: no sign-in waits for it.
 */
export async function keptByOwner(
  ports: Pick<Ports, 'clock' | 'config'>,
  tenant: Tenant,
  context: RequestContext,
): Promise<SQL> {
  const when = new Date(ports.clock.now()).toISOString()
  const message = await draft(ports, { when, place: context.country })
  return sql`kept_told as (
      select tenant_id, id as user_id, email as recipient, locale,
        case when email is null then 'none' else 'account_kept' end as letter
      from account
    ), kept_message as (${outboxInsert(message, policy.grace, sql`kept_told`)}
    ), kept_recorded as (${recordEvent(
      {
        action: 'account.closing_cancelled',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`account.id`,
      },
      context,
      sql`account`,
    )})`
}
