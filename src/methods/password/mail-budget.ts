import { type SQL, sql } from 'drizzle-orm'
import { mailBudget } from '../../policy.ts'
import type { Tenant } from '../../tenants/tenant.ts'

export const windowOver = sql`users.mail_window_at < now() - make_interval(secs => ${mailBudget.window})`

/** Moves an account's mail window on: the row lock makes the count exact under any race. */
export const countedWindow = sql`mail_window_at = case when ${windowOver} then now() else users.mail_window_at end,
  mail_window_count = case when ${windowOver} then 1 else users.mail_window_count + 1 end`

/** The account that a mail would go to, counted; empty for an unknown address or another state. */
export function countMail(tenant: Tenant, email: string, state: SQL): SQL {
  return sql`update users set ${countedWindow}
    where tenant_id = ${tenant.id} and email = ${email} and ${state}
    returning id, tenant_id, email, locale, mail_window_count <= ${mailBudget.perWindow} as within_budget`
}
