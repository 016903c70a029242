import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { completeSignIn, type SignInOutcome } from '../../sessions/complete-sign-in.ts'
import type { TenantPorts } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import {
  type Assertion,
  type AssertionFault,
  checkAssertion,
  spendAsSignIn,
} from './check-assertion.ts'
import { decoyKey, decoyUser } from './decoy-key.ts'
import type { AssertionResponse } from './fields.ts'
import { type RefusePorts, refuseKey } from './refuse.ts'
import { relyingParty } from './relying-party.ts'
import { findByKey } from './store.ts'

export interface KeySignIn {
  tenant: Tenant
  challengeId: string
  credential: AssertionResponse
  context: RequestContext
}

/**
 * Exchanges the signature of a passkey for a session: one read, and one write in which challenge, count and session
 * stand or fall together. Throws `WEBAUTHN_INVALID`, `TOO_MANY_ATTEMPTS`, and as {@link completeSignIn}.
 */
export async function signInByKey(
  ports: RefusePorts & TenantPorts,
  { tenant, challengeId, credential, context }: KeySignIn,
): Promise<SignInOutcome> {
  const found = await findByKey(ports.database, tenant.id, credential.id, context.device)
  // An unknown key costs a verification too.
  const owner = found ?? { key: decoyKey, account: { id: decoyUser } }
  const party = relyingParty(ports.config, tenant)
  const checked = await checkAssertion(party, owner.account.id, owner.key, credential)
  const reason = found ? faultOf(checked) : 'unknown_key'
  const refused = {
    tenant,
    account: found?.account ?? null,
    // Not the account: the keys of one address would share a budget, and its decoys would not.
    identifier: credential.id,
    knownDevice: found?.knownDevice ?? null,
    epoch: found?.epoch ?? 0,
    context,
  }
  if (!found || reason || 'fault' in checked) {
    throw await refuseKey(ports, { ...refused, reason: reason ?? 'unknown_key' })
  }
  try {
    return await completeSignIn(ports, {
      tenant,
      method: 'passkey',
      account: found.account,
      proven: [checked.proof],
      context,
      knownDevice: found.knownDevice,
      gate: spendAsSignIn(checked, challengeId, Boolean(credential.response.userHandle)),
      effects: null,
    })
  } catch (error) {
    const lost = error instanceof AuthError && error.code === 'INVALID_CREDENTIALS'
    if (!lost) throw error
  }
  // Nothing was spent: the challenge was used, late, foreign or another's.
  throw await refuseKey(ports, { ...refused, reason: 'challenge' })
}

/** Only a key that verified its user when it was bound, and does so now, stands for two factors. */
function faultOf(checked: Assertion | AssertionFault): string | null {
  if ('fault' in checked) return checked.fault
  return checked.userVerified && checked.key.user_verified ? null : 'user_not_verified'
}
