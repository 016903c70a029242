import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordFailure } from '../assurance/record-failure.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { EnrollerProof } from '../sessions/caller.ts'
import { bindFactor, type Confirmed } from './bind-factor.ts'
import { enrollerOf } from './enroller.ts'
import { spendMailedCode } from './mailed-code.ts'
import { type CodeSent, sendCode } from './send-code.ts'

type BeginPorts = Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>

export interface EmailSetup extends CodeSent {
  type: 'email'
}

/** Mails a first code to the account's proven address. Throws as {@link enrollerOf} and {@link sendCode}. */
export async function beginEmail(ports: BeginPorts, proof: EnrollerProof): Promise<EmailSetup> {
  const { tenant, context, place, live } = await enrollerOf(ports, proof)
  const sent = await sendCode(ports, { tenant, context, place, live, bound: false })
  if (!sent) throw new AuthError('TOKEN_INVALID')
  return { type: 'email', ...sent }
}

type ConfirmPorts = BeginPorts & Pick<Ports, 'clock' | 'throttle'>

/**
 * Binds the mailbox by the code that it got from this session. Counted first: a session that is not the owner's must not
 * guess its way to a factor of its own. Throws `MFA_CODE_INVALID`, `TOO_MANY_ATTEMPTS`, and as {@link enrollerOf}.
 */
export async function confirmEmail(
  ports: ConfirmPorts,
  proof: EnrollerProof,
  code: string,
): Promise<Confirmed> {
  const enroller = await enrollerOf(ports, proof)
  const { tenant, account, context, place } = enroller
  const admission = await ports.throttle.admit({
    tenantId: tenant.id,
    authenticator: 'email_factor',
    identifier: account.id,
    device: null,
    epoch: 0,
  })
  const shown = admission.disabled ? '' : code
  const spent = await spendMailedCode(ports.config.keys.codes, place, shown, sql`enroller`)
  const confirmed = await bindFactor(
    ports,
    enroller,
    'email',
    sql`${spent}, added as (
      insert into factors (id, tenant_id, user_id, type, last_used_at)
      select ${uuidv7()}::uuid, holder.tenant_id, holder.id, 'email', now()
      from holder join spent on spent.user_id = holder.id
      on conflict do nothing
      returning user_id
    )`,
  )
  if (confirmed) return confirmed
  const failure = { action: 'mfa.refused', reason: 'email', tenant, account } as const
  await recordFailure(ports, { ...failure, admission, context })
  throw new AuthError('MFA_CODE_INVALID', { reason: 'email' })
}
