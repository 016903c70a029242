import { type SQL, sql } from 'drizzle-orm'
import { AuthError } from '../errors.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Act, askedOf } from './acts.ts'
import { mustHaveSecondFactorOf } from './demand.ts'
import type { Level } from './levels.ts'

/** What {@link stepUpColumns} say of a session and an act. */
export interface StepUp {
  stepped_up: boolean
  asked_level: Level
}

/** Whether a session `s` of a user `u` is proven freshly and strongly enough for an act. */
export function isSteppedUp(act: Act, tenant: Tenant): SQL {
  const { maxAge, level, otherwise } = askedOf(act)
  if (otherwise === 'nothing')
    return sql`(not ${asksLevel(act, tenant)} or ${fresh(maxAge)} and s.acr >= ${level})`
  return sql`(${fresh(maxAge)} and (s.acr >= ${level} or not ${asksLevel(act, tenant)}))`
}

/** {@link StepUp} of a session `s` of a user `u`. */
export function stepUpColumns(act: Act, tenant: Tenant): SQL {
  return sql`${isSteppedUp(act, tenant)} as stepped_up,
    case when ${asksLevel(act, tenant)} then ${askedOf(act).level} else 'aal1' end as asked_level`
}

function asksLevel(act: Act, tenant: Tenant): SQL {
  const { otherwise, givesFactor } = askedOf(act)
  if (otherwise === 'level') return sql`true`
  if (givesFactor) return sql`u.mfa_enabled`
  return sql`(u.mfa_enabled or ${mustHaveSecondFactorOf(tenant)})`
}

function fresh(maxAge: number): SQL {
  return sql`s.authenticated_at > now() - make_interval(secs => ${maxAge})`
}

/** Throws `STEP_UP_REQUIRED` with the challenge of RFC 9470 §3. */
export function requireStepUp({ stepped_up, asked_level: level }: StepUp, act: Act): void {
  if (stepped_up) return
  throw stepUpRequired(level, askedOf(act).maxAge)
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
