import { type SQL, sql } from 'drizzle-orm'
import type { Account } from '../accounts/user.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Assurance } from './levels.ts'

/** What a sign-in still owes before it becomes a session. */
export type Demand = 'nothing' | 'second_factor' | 'enrolment'

/** Whoever can change what others may do needs more than a password. */
const alwaysMultiFactor: readonly string[] = ['owner', 'admin']

/** Decides what account, role and tenant ask for beyond what was proven. */
export function demandOf(tenant: Tenant, account: Account, assurance: Assurance): Demand {
  if (assurance.acr !== 'aal1') return 'nothing'
  if (account.mfa_enabled) return 'second_factor'
  return mustHaveSecondFactor(tenant, account) ? 'enrolment' : 'nothing'
}

/** True where a device may stand for the second factor. Whoever may never be without one shows it each time. */
export function mayRememberDevice({ roles }: Account): boolean {
  return !roles.some((role) => alwaysMultiFactor.includes(role))
}

/** True where the account may not be without a second factor. */
export function mustHaveSecondFactor(tenant: Tenant, account: Account): boolean {
  return (
    tenant.settings.requireMfa || account.roles.some((role) => alwaysMultiFactor.includes(role))
  )
}

/** {@link mustHaveSecondFactor} of a user `u`, as column `required`. */
export function mustHaveSecondFactorColumn(tenant: Tenant): SQL {
  return sql`(${tenant.settings.requireMfa}::boolean or u.roles && ${sql.param(alwaysMultiFactor)}::text[]) as required`
}
