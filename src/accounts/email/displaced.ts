import { type SQL, sql } from 'drizzle-orm'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/**
 * CTE `displaced` (id): a registration that waits for proof of an address gives it up to whoever has just shown that the
 * mailbox is theirs. Anybody may have typed it, and would otherwise keep it from its owner.
 * @param email subquery of the address; no row: nothing happens
 */
export function displaced(email: SQL, tenant: Tenant, context: RequestContext): SQL {
  return sql`displaced as (
    delete from users w
    where w.tenant_id = ${tenant.id} and w.email = ${email} and w.status = 'pending'
      and w.email_verified_at is null and w.phone_verified_at is null
    returning w.id
  ), displacement as (${recordEvent(
    {
      action: 'account.deleted',
      outcome: 'success',
      tenantId: tenant.id,
      userId: sql`displaced.id`,
      reason: 'displaced',
    },
    context,
    sql`displaced`,
  )})`
}
