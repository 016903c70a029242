import { sql } from 'drizzle-orm'
import { isProof } from '../assurance/levels.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { completeSignIn, type SignedIn } from '../sessions/complete-sign-in.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { pendingHolder } from './holder.ts'
import { type ProvePorts, prove, refused, type Shown } from './prove.ts'

/**
 * Finishes a pending sign-in with a second factor: one read, one write in which code, pending sign-in and session
 * stand or fall together. A wrong code leaves the pending sign-in open.
 * Throws `MFA_TOKEN_INVALID`, `MFA_CODE_INVALID`, `TOO_MANY_ATTEMPTS`.
 */
export async function finishSignIn(
  ports: ProvePorts,
  tenant: Tenant,
  token: string,
  shown: Shown,
  context: RequestContext,
): Promise<SignedIn> {
  const holder = await pendingHolder(ports, tenant, token)
  const { proof, spent, admission } = await prove(ports, holder, shown, context)
  const gate = sql`holder as (${holder.live}), ${spent}, gate as (
    update pending_sign_ins p set used_at = now() from spent
    where p.id = ${holder.pendingId} and p.user_id = spent.user_id and p.used_at is null
    returning p.id
  )`
  try {
    const outcome = await completeSignIn(ports, {
      tenant,
      account: holder.account,
      proven: [...holder.proven.filter(isProof), proof],
      context,
      knownDevice: holder.knownDevice,
      gate,
      effects: null,
    })
    if ('tokens' in outcome) return outcome
  } catch (error) {
    const lost = error instanceof AuthError && error.code === 'INVALID_CREDENTIALS'
    if (!lost) throw error
  }
  // Nothing was spent: another request was faster, or the code was a right one of the past.
  throw await refused(ports, holder, proof, admission, context)
}
