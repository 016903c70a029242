import { sql } from 'drizzle-orm'
import { AuthError } from '../errors.ts'
import { stepUp as policy } from '../policy.ts'

/**
 * Whether a session `s` of a user `u` is proven freshly and strongly enough for acts that change who can sign in:
 * with a second factor it must have proven one; without, a fresh sign-in will do.
 */
export const isSteppedUp = sql`(s.authenticated_at > now() - make_interval(secs => ${policy.maxAge})
  and (s.acr <> 'aal1' or not u.mfa_enabled))`

/** {@link isSteppedUp} as column `stepped_up`. */
export const stepUpColumn = sql`${isSteppedUp} as stepped_up`

/** Throws `STEP_UP_REQUIRED` with the challenge of RFC 9470 §3. */
export function requireStepUp(session: { stepped_up: boolean }, hasSecondFactor: boolean): void {
  if (session.stepped_up) return
  const level = hasSecondFactor ? 'aal2' : 'aal1'
  throw new AuthError('STEP_UP_REQUIRED', {
    headers: {
      'WWW-Authenticate': `Bearer error="insufficient_user_authentication", acr_values="${level}", max_age="${policy.maxAge}"`,
    },
    extensions: { required_acr: level, max_age: policy.maxAge },
  })
}
