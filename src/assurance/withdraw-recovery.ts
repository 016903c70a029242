import { type SQL, sql } from 'drizzle-orm'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import type { Tenant } from '../tenants/tenant.ts'

/**
 * CTEs that cancel what recovery waits for the users of `source` (id): they have just shown a second factor. Whoever
 * has one needs no recovery, so the wish is not the owner's, or no longer; and an owner whose mailbox somebody else
 * reads and empties never sees the letter, but does sign in (Apple cancels on use of the account as well). A thief of
 * the factor cannot keep the owner out by this: it takes the password too, which the owner resets by mail first.
 */
export function withdrawRecovery(source: SQL, tenant: Tenant, context: RequestContext): SQL {
  return sql`withdrawn as (
      update recoveries r set closed_at = now(), closed_reason = 'cancelled', hash = null, pepper_id = null
      from ${source} as source where r.user_id = source.id and r.closed_at is null
      returning r.user_id
    ), withdrawal as (${recordEvent(
      {
        action: 'recovery.cancelled',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`withdrawn.user_id`,
        reason: 'second_factor_shown',
      },
      context,
      sql`withdrawn`,
    )})`
}
