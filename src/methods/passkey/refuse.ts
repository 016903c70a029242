import type { Account } from '../../accounts/user.ts'
import { admitFailed, recordFailure } from '../../assurance/record-failure.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'

export type RefusePorts = Pick<Ports, 'background' | 'config' | 'database' | 'mailer' | 'throttle'>

export interface RefusedKey {
  tenant: Tenant
  /** Null for a key that nobody knows: the same work. */
  account: Account | null
  /** What the failures are counted by. */
  identifier: string
  knownDevice: string | null
  epoch: number
  reason: string
  context: RequestContext
}

/**
 * Counts a failure, writes it down and answers the refusal to throw. Only failures count: a signature cannot be
 * guessed, so there is nothing to ration, and whoever sends rubbish in another's name must not lock that person out.
 * Throws `TOO_MANY_ATTEMPTS`.
 */
export async function refuseKey(ports: RefusePorts, refused: RefusedKey): Promise<AuthError> {
  const { tenant, account, identifier, knownDevice, epoch, reason, context } = refused
  const action = 'webauthn.refused'
  const failure = {
    action,
    reason,
    tenant,
    account,
    alarm: reason === 'sign_count',
    context,
  } as const
  const attempt = { tenantId: tenant.id, authenticator: 'webauthn', identifier, epoch } as const
  const admit = () => ports.throttle.admit({ ...attempt, device: knownDevice })
  const admission = await admitFailed(ports, admit, failure)
  await recordFailure(ports, { ...failure, admission })
  return new AuthError('WEBAUTHN_INVALID', { reason })
}
