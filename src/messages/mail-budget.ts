import { type SQL, sql } from 'drizzle-orm'
import { mailBudget } from '../policy.ts'
import type { Tenant } from '../tenants/tenant.ts'

/**
 * Links of reset and of recovery have a budget each: who floods an address with registrations, or with one kind of link,
 * cannot keep its owner out.
 */
export type Budget = 'registration' | 'reset' | 'recovery'

const windows = {
  registration: { at: sql`mail_window_at`, count: sql`mail_window_count` },
  reset: { at: sql`reset_window_at`, count: sql`reset_window_count` },
  recovery: { at: sql`recover_window_at`, count: sql`recover_window_count` },
} as const satisfies Record<Budget, { at: SQL; count: SQL }>

/**
 * Moves the window of an account on: the row lock makes the count exact under any race.
 * @param account what the statement calls the row
 */
export function countedWindow(budget: Budget, account = sql`users`): SQL {
  const { at, count } = windows[budget]
  const over = sql`${account}.${at} < now() - make_interval(secs => ${mailBudget.window})`
  return sql`${at} = case when ${over} then now() else ${account}.${at} end,
    ${count} = case when ${over} then 1 else ${account}.${count} + 1 end`
}

/** The account that a mail would go to, counted; empty for an unknown address or another state. */
export function countMail(budget: Budget, tenant: Tenant, email: string, state: SQL): SQL {
  return sql`update users set ${countedWindow(budget)}
    where tenant_id = ${tenant.id} and email = ${email} and ${state}
    returning id, tenant_id, email, locale, ${windows[budget].count} <= ${mailBudget.perWindow} as within_budget`
}
