import type { Account } from '../accounts/user.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** A way in which someone proved who they are, by its RFC 8176 name. */
export type Factor = 'pwd'

/** What a sign-in still owes before it becomes a session. */
export type Demand = 'nothing' | 'second_factor' | 'enrolment'

export interface Assurance {
  /** Authentication method references (RFC 8176). */
  amr: string[]
  /** Authenticator assurance level (NIST SP 800-63B-4 §2). */
  acr: 'aal1' | 'aal2'
}

/** Assurance comes from the factors that were proven, never from the route that took them. */
export function assuranceOf(proven: readonly Factor[]): Assurance {
  return { amr: [...proven], acr: 'aal1' }
}

/** Decides what the account and the tenant ask for beyond what was proven. */
export function demandOf(tenant: Tenant, account: Account, assurance: Assurance): Demand {
  if (assurance.acr !== 'aal1') return 'nothing'
  if (account.mfa_enabled) return 'second_factor'
  if (tenant.settings.requireMfa) return 'enrolment'
  return 'nothing'
}
