import { type SQL, sql } from 'drizzle-orm'
import { AuthError } from '../errors.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Act, askedOf } from './acts.ts'
import { actsWithFactorOnly } from './demand.ts'
import type { Level } from './levels.ts'
import { ruleToday } from './profile.ts'

/** What {@link stepUpColumns} say of a session and an act. */
export interface StepUp {
  stepped_up: boolean
  asked_level: Level
  /** Seconds since the last proof. */
  asked_age: number
}

/** Whether a session `s` of a user `u` is proven freshly and strongly enough for an act. */
export function isSteppedUp(act: Act, tenant: Tenant): SQL {
  const { level, otherwise } = askedOf(act)
  if (otherwise === 'nothing')
    return sql`(not ${asksLevel(act, tenant)} or ${isFresh(act, tenant)} and s.acr >= ${level})`
  return sql`(${isFresh(act, tenant)} and ${isStrongEnough(act, tenant)})`
}

/** {@link isSteppedUp} whatever the session's age: for the end of an act that was begun in time. */
export function isStrongEnough(act: Act, tenant: Tenant): SQL {
  return sql`(s.acr >= ${askedOf(act).level} or not ${asksLevel(act, tenant)})`
}

/**
 * {@link StepUp} of a session `s` of a user `u`.
 * @param holds what the act takes of it
 */
export function stepUpColumns(act: Act, tenant: Tenant, holds = isSteppedUp(act, tenant)): SQL {
  return sql`${holds} as stepped_up,
    case when ${asksLevel(act, tenant)} then ${askedOf(act).level} else 'aal1' end as asked_level,
    ${maxAgeOf(act, tenant)} as asked_age`
}

function asksLevel(act: Act, tenant: Tenant): SQL {
  const { otherwise, givesFactor } = askedOf(act)
  if (otherwise === 'level') return sql`true`
  if (givesFactor) return sql`u.mfa_enabled`
  return sql`(u.mfa_enabled or ${actsWithFactorOnly(tenant)})`
}

/** Whether a session `s` was proven lately enough for an act. */
export function isFresh(act: Act, tenant: Tenant): SQL {
  return sql`s.authenticated_at > now() - make_interval(secs => ${maxAgeOf(act, tenant)})`
}

/** Seconds since the last proof, at most. */
export function maxAgeOf(act: Act, tenant: Tenant): SQL {
  return ruleToday(tenant, askedOf(act).maxAge)
}

/** Throws `STEP_UP_REQUIRED` with the challenge of RFC 9470 §3. */
export function requireStepUp({ stepped_up, asked_level: level, asked_age: age }: StepUp): void {
  if (stepped_up) return
  throw stepUpRequired(level, age)
}

/** @param maxAge seconds since the last proof */
export function stepUpRequired(level: Level, maxAge: number): AuthError {
  return new AuthError('STEP_UP_REQUIRED', {
    headers: {
      'WWW-Authenticate': `Bearer error="insufficient_user_authentication", acr_values="${level}", max_age="${maxAge}"`,
    },
    extensions: { required_acr: level, max_age: maxAge },
  })
}
