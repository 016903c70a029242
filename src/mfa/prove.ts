import type { SQL } from 'drizzle-orm'
import type { Proof } from '../assurance/levels.ts'
import { admitFailed, recordFailure } from '../assurance/record-failure.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Admission, Ports } from '../ports.ts'
import type { TenantPorts } from '../tenants/resolve.ts'
import { type CheckPorts, checkers, type FactorType, type Shown } from './check.ts'
import type { Holder } from './holder.ts'

export type ProvePorts = CheckPorts & TenantPorts & Pick<Ports, 'hasher' | 'mailer' | 'throttle'>

/** One attempt at one kind of factor. */
export interface Attempted {
  type: FactorType
  /** Null where only failures count. */
  admission: Admission | null
  /** What was wrong, where that says more than that it was. */
  fault?: string | undefined
  /** A CTE that counts a wrong code against the one that was sent. */
  missed?: SQL | undefined
}

export interface Proven extends Attempted {
  proof: Proof
  /** CTE `spent`, to stand behind a CTE `holder`. */
  spent: SQL
}

/**
 * Counts, then compares. Throws `MFA_CODE_INVALID` or `WEBAUTHN_INVALID` for wrong, used, late and foreign alike,
 * `TOO_MANY_ATTEMPTS`.
 * The budget is the account's for this kind of factor: more pending sign-ins or addresses do not add to it.
 */
export async function prove(
  ports: ProvePorts,
  holder: Holder,
  shown: Shown,
  context: RequestContext,
): Promise<Proven> {
  const { type } = shown
  const checker = checkers[type]
  // A full queue refuses before any work: who could not even ask has made no attempt.
  const slot = checker.hashes ? ports.hasher.reserve() : null
  try {
    const admission = checker.guessable ? await admit(ports, holder, type) : null
    const checked = admission?.disabled ? null : await checker.check(ports, holder, shown, slot)
    if (checked && 'proof' in checked) return { ...checked, type, admission }
    throw await refused(ports, holder, { type, admission, ...checked }, context)
  } finally {
    slot?.release()
  }
}

function admit(ports: ProvePorts, holder: Holder, type: FactorType): Promise<Admission> {
  return ports.throttle.admit({
    tenantId: holder.tenant.id,
    authenticator: checkers[type].authenticator,
    identifier: checkers[type].identifier(holder),
    device: holder.knownDevice,
    epoch: checkers[type].epoch(holder),
  })
}

/** Writes the failure down and answers the refusal to throw. Throws `TOO_MANY_ATTEMPTS`. */
export async function refused(
  ports: ProvePorts,
  holder: Holder,
  { type, admission, fault, missed }: Attempted,
  context: RequestContext,
): Promise<AuthError> {
  const reason = fault ? `${type} ${fault}` : type
  const { tenant, account } = holder
  const alarm = fault === 'sign_count'
  const failure = { action: 'mfa.refused', reason, tenant, account, alarm, context } as const
  const counted = admission ?? (await admitFailed(ports, () => admit(ports, holder, type), failure))
  await recordFailure(ports, { ...failure, admission: counted, effects: missed })
  return new AuthError(checkers[type].refusal, { reason })
}
