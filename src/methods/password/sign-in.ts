import { type SQL, sql } from 'drizzle-orm'
import { recordFailure } from '../../assurance/record-failure.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import type { Admission, HashSlot, Ports, StoredHash } from '../../ports.ts'
import { completeSignIn, type SignInOutcome } from '../../sessions/complete-sign-in.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { TenantPorts } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { findForPassword, type Identifier, type PasswordAccount } from './store.ts'

type SignInPorts = TenantPorts & Pick<Ports, 'hasher' | 'mailer' | 'throttle'>

export interface SignInAttempt {
  tenant: Tenant
  identifier: Identifier
  password: string
  context: RequestContext
}

/**
 * Exchanges an address and a password for a session, or for the next factor.
 * An unknown address, a wrong password and a disabled credential cost the same and answer the same.
 */
export async function signIn(ports: SignInPorts, attempt: SignInAttempt): Promise<SignInOutcome> {
  requireMethod(attempt.tenant, 'password')
  // The place in the hash queue comes first: a full queue refuses before any work.
  const slot = ports.hasher.reserve()
  try {
    return await signInWith(ports, slot, attempt)
  } finally {
    slot.release()
  }
}

async function signInWith(
  ports: SignInPorts,
  slot: HashSlot,
  attempt: SignInAttempt,
): Promise<SignInOutcome> {
  const { tenant, identifier, password, context } = attempt
  const found = await findForPassword(ports.database, tenant.id, identifier, context.device)
  // Counted before anything is compared, so that parallel guesses cannot outrun the count.
  const admission = await ports.throttle.admit({
    tenantId: tenant.id,
    authenticator: 'password',
    // As typed, known or not: a count that began before an address was registered goes on after.
    identifier: Object.values(identifier)[0] ?? '',
    device: found?.knownDevice ?? null,
    epoch: found?.epoch ?? 0,
  })
  // An unknown address costs a hash too, so time tells no one which addresses exist.
  const hash = admission.disabled ? null : (found?.hash ?? null)
  const matches = await slot.verify(password, hash)
  if (!found || !hash || !matches) {
    const reason = reasonOf(found, admission)
    const account = found?.account ?? null
    const action = 'sign_in.refused'
    await recordFailure(ports, { action, reason, tenant, account, admission, context })
    throw new AuthError('INVALID_CREDENTIALS', { reason })
  }

  const upgraded = slot.outdated(hash) ? await slot.hash(password) : null
  return completeSignIn(ports, {
    tenant,
    method: 'password',
    account: found.account,
    proven: ['password'],
    context,
    knownDevice: found.knownDevice,
    deviceRemembered: found.deviceRemembered,
    effects: markProven(hash, upgraded),
  })
}

/** The right password forgives earlier failures, and moves to today's parameters where it was hashed with others. */
function markProven(verified: StoredHash, upgraded: StoredHash | null): SQL {
  const next = upgraded ?? verified
  return sql`proven as (
    update password_credentials set proven_at = now(), hash = ${next.phc}, pepper_id = ${next.pepperId}
    from account where password_credentials.user_id = account.id and password_credentials.hash = ${verified.phc}
  )`
}

function reasonOf(found: PasswordAccount | null, admission: Admission): string {
  if (admission.disabled) return 'authenticator_disabled'
  if (!found) return 'unknown_account'
  if (!found.hash) return 'no_password'
  return 'wrong_password'
}
