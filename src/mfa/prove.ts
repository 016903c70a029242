import type { SQL } from 'drizzle-orm'
import { isProof, type Proof } from '../assurance/levels.ts'
import { recordFailure } from '../assurance/record-failure.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Admission, Ports } from '../ports.ts'
import { type CheckPorts, checkers } from './check.ts'
import type { Holder } from './holder.ts'

export type ProvePorts = CheckPorts & Pick<Ports, 'background' | 'database' | 'mailer' | 'throttle'>

/** What someone shows: the kind of factor, and a code of it. */
export interface Shown {
  type: string
  code: string
}

export interface Proven {
  proof: Proof
  /** CTE `spent`, to stand behind a CTE `holder`. */
  spent: SQL
  admission: Admission
}

/**
 * Counts, then compares. Throws `MFA_CODE_INVALID` for wrong, used, late and foreign alike, `TOO_MANY_ATTEMPTS`.
 * The budget is the account's for this kind of factor: more pending sign-ins or addresses do not add to it.
 */
export async function prove(
  ports: ProvePorts,
  holder: Holder,
  shown: Shown,
  context: RequestContext,
): Promise<Proven> {
  if (!isProof(shown.type)) throw new AuthError('MFA_CODE_INVALID', { reason: 'unknown type' })
  const checker = checkers[shown.type]
  const admission = await ports.throttle.admit({
    tenantId: holder.tenant.id,
    authenticator: shown.type,
    identifier: holder.account.id,
    device: holder.knownDevice,
    epoch: checker.epoch(holder),
  })
  const spent = admission.disabled ? null : await checker.check(ports, holder, shown.code)
  if (!spent) throw await refused(ports, holder, shown.type, admission, context)
  return { proof: shown.type, spent, admission }
}

/** Writes the failure down and answers the refusal to throw. */
export async function refused(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  { tenant, account }: Holder,
  type: Proof,
  admission: Admission,
  context: RequestContext,
): Promise<AuthError> {
  await recordFailure(ports, {
    action: 'mfa.refused',
    reason: type,
    tenant,
    account,
    admission,
    context,
  })
  return new AuthError('MFA_CODE_INVALID', { reason: type })
}
