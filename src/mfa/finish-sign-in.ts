import { sql } from 'drizzle-orm'
import { mayRememberDevice } from '../assurance/demand.ts'
import { isProof } from '../assurance/levels.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { completeSignIn, type SignedIn } from '../sessions/complete-sign-in.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Shown } from './check.ts'
import { pendingHolder } from './holder.ts'
import { type ProvePorts, prove, refused } from './prove.ts'
import { tellDevice } from './tell-device.ts'
import { tellFewCodes } from './tell-few-codes.ts'

/**
 * Finishes a pending sign-in with a second factor: one read, one write in which code, pending sign-in and session
 * stand or fall together. A wrong code leaves the pending sign-in open.
 * Throws `MFA_TOKEN_INVALID`, and as {@link prove}.
 */
export async function finishSignIn(
  ports: ProvePorts,
  tenant: Tenant,
  token: string,
  shown: Shown,
  context: RequestContext,
  rememberDevice: boolean,
): Promise<SignedIn> {
  const holder = await pendingHolder(ports, tenant, token, shown)
  const { proof, spent, ...attempted } = await prove(ports, holder, shown, context)
  const gate = sql`holder as (select live.* from (${holder.live}) as live, judged), ${spent}, gate as (
    update pending_sign_ins p set used_at = now() from spent
    where p.id = ${holder.pendingId} and p.user_id = spent.user_id and p.used_at is null
    returning p.id
  )`
  const told =
    rememberDevice && mayRememberDevice(tenant, holder.account)
      ? await tellDevice(ports, context)
      : null
  try {
    const outcome = await completeSignIn(ports, {
      tenant,
      method: null,
      account: holder.account,
      proven: [...holder.proven.filter(isProof), proof],
      context,
      knownDevice: holder.knownDevice,
      rememberDevice,
      gate,
      effects: told?.effects ?? null,
    })
    if ('tokens' in outcome) {
      if (proof === 'backup_code') tellFewCodes(ports, holder.account.id)
      told?.deliver()
      return outcome
    }
  } catch (error) {
    const lost = error instanceof AuthError && error.code === 'INVALID_CREDENTIALS'
    if (!lost) throw error
  }
  // Nothing was spent: another request was faster, or the code was a right one of the past.
  throw await refused(ports, holder, attempted, context)
}
