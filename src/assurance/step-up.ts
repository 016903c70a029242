import type { Account } from '../accounts/user.ts'
import { AuthError } from '../errors.ts'
import { stepUp } from '../policy.ts'
import type { AccessClaims } from '../tokens/access-token.ts'

/** Asks a user with a second factor for a session that has proven one lately. Throws `STEP_UP_REQUIRED` (RFC 9470). */
export function requireStepUp(account: Account, claims: AccessClaims, now: number): void {
  if (!account.mfa_enabled) return
  const age = now / 1000 - claims.authTime
  if (claims.acr !== 'aal1' && age <= stepUp.maxAge) return
  throw new AuthError('STEP_UP_REQUIRED', {
    headers: {
      'WWW-Authenticate': `Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="${stepUp.maxAge}"`,
    },
    extensions: { required_acr: 'aal2', max_age: stepUp.maxAge },
  })
}
