import { type SQL, sql } from 'drizzle-orm'
import type { Tenant } from './tenant.ts'

/** The tenant and the version of its settings: what a statement is given, or parameters of one that is kept. */
type Judged = { [Column in 'id' | 'version']: Tenant[Column] | SQL }

/**
 * Whether the tenant's settings are still those that the request was judged by. It stands in the statements that open,
 * pend and renew a session, so that a stricter rule bites at once wherever an isolate remembers the older one.
 */
export function settingsHold({ id, version }: Judged): SQL {
  return sql`exists (select from tenants t where t.id = ${id} and t.version = ${version})`
}

/** The same as column `settings_hold`: why nothing was done, without another round trip. */
export function settingsHoldColumn(tenant: Tenant): SQL {
  return sql`${settingsHold(tenant)} as settings_hold`
}
