import { type SQL, sql } from 'drizzle-orm'
import type { Tenant } from '../tenants/tenant.ts'
import type { AuditAction } from './actions.ts'
import { since } from './moments.ts'

/** Milliseconds */
export const day = 86_400_000

/**
 * Whether the trail of a tenant has fewer of these events than so many since a moment. Letters are counted by it, as the
 * rows that a deletion takes would begin anew.
 * @param from milliseconds since 1970
 * @param which of the events `e`; all without it
 */
export function fewEvents(
  { id }: Pick<Tenant, 'id'>,
  from: number,
  actions: readonly AuditAction[],
  most: number,
  which = sql`true`,
): SQL {
  return sql`(select count(*) from (
      select from audit_events e
      where e.tenant_id = ${id} and e.action = any(${sql.param(actions)}::text[])${since(from)}
        and ${which}
      limit ${most}
    ) as caused) < ${most}`
}
