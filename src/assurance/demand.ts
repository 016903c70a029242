import { type SQL, sql } from 'drizzle-orm'
import type { Account } from '../accounts/user.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Assurance } from './levels.ts'
import { profileOf, ruleToday } from './profile.ts'
import { isRemembered } from './remembered-device.ts'

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

/** Whether what {@link demandOf} went by is still true of the account's row in `users`. */
export function asJudged({ mfa_enabled, roles }: Account): SQL {
  return sql`mfa_enabled = ${mfa_enabled} and roles = ${sql.param(roles)}::text[]`
}

/** True where a device may stand for the second factor. Whoever may never be without one shows it each time. */
export function mayRememberDevice(tenant: Tenant, { roles }: Account): boolean {
  if (!profileOf(tenant).devicesStandIn) return false
  return !roles.some((role) => alwaysMultiFactor.includes(role))
}

/** True where the account may not be without a second factor. */
export function mustHaveSecondFactor(tenant: Tenant, account: Account): boolean {
  return (
    tenant.settings.requireMfa || account.roles.some((role) => alwaysMultiFactor.includes(role))
  )
}

/** {@link mustHaveSecondFactor} of a user `u`, by what the tenant says at this moment. */
export function mustHaveSecondFactorOf({ id }: Tenant): SQL {
  return sql`(${isAlwaysMultiFactor} or exists (
    select from tenants t where t.id = ${id} and (t.settings ->> 'require_mfa')::boolean))`
}

/** Whether a user `u` acts with a second factor only, by role, tenant or the tenant's profile of this moment. */
export function actsWithFactorOnly(tenant: Tenant): SQL {
  return sql`(${ruleToday(tenant, 'factorForActs')} or ${mustHaveSecondFactorOf(tenant)})`
}

const isAlwaysMultiFactor = sql`u.roles && ${`{${alwaysMultiFactor}}`}::text[]`

/**
 * Whether a session `s` of a user `u` may go on under the rules of today, as a sign-in would: who may not be without a
 * second factor has shown one, or (not with those roles) comes from a device that stands for it. Where no device does,
 * who has a second factor has shown it.
 */
export function meetsDemand(rules: { devicesStandIn: SQL; requireMfa: SQL }): SQL {
  const { devicesStandIn, requireMfa } = rules
  return sql`(s.acr <> 'aal1' or case when ${devicesStandIn}
    then not ${isAlwaysMultiFactor} and (not ${requireMfa}
      or exists (select from devices d where d.id = s.device_id and ${isRemembered}))
    else not (${requireMfa} or u.mfa_enabled or ${isAlwaysMultiFactor}) end)`
}
