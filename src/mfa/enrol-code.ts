import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { isSecondTo } from '../assurance/pending.ts'
import { recordFailure } from '../assurance/record-failure.ts'
import type { TextChannel } from '../config.ts'
import { AuthError, fieldError } from '../errors.ts'
import { refuseRegion } from '../messages/issue-code.ts'
import type { Destination, Ports } from '../ports.ts'
import type { EnrollerProof } from '../sessions/caller.ts'
import { bindFactor, type Confirmed } from './bind-factor.ts'
import { type Enroller, enrollerOf } from './enroller.ts'
import { type ComparedCode, compareCode, type SentFactor } from './mailed-code.ts'
import { type CodeRequest, type CodeSent, noCodeThisWay, sendCode } from './send-code.ts'

type BeginPorts = Pick<Ports, 'background' | 'codes' | 'config' | 'database' | 'mailer'>

export interface CodeSetup extends CodeSent {
  type: SentFactor
}

/** Mails a first code to the account's proven address. Throws as {@link enrollerOf} and {@link sendCode}. */
export async function beginEmail(ports: BeginPorts, proof: EnrollerProof): Promise<CodeSetup> {
  const enroller = await enrollerOf(ports, proof)
  if (!isSecondTo(enroller.proven, 'email')) throw noCodeThisWay()
  return begin(ports, { ...enroller, bound: false, type: 'email', phone: null })
}

/**
 * Texts a first code to a number, by default the account's own. A number that anybody may name is counted with all that
 * is sent there. Throws as {@link beginEmail}, `VALIDATION_FAILED` without a number, `RATE_LIMITED`.
 */
export async function beginText(
  ports: BeginPorts,
  proof: EnrollerProof,
  type: TextChannel,
  named: string | null,
): Promise<CodeSetup> {
  const enroller = await enrollerOf(ports, proof)
  const { tenant, context, proven } = enroller
  const isOpen = tenant.settings.textChannels.includes(type) && isSecondTo(proven, type)
  if (!isOpen) throw noCodeThisWay()
  const phone = named ?? ownNumber(enroller)
  if (!phone) throw numberRequired()
  await refuseRegion(ports, tenant, 'phone_e164', phone, context)
  const destination: Destination = { tenantId: tenant.id, kind: 'code', address: phone }
  const id = crypto.randomUUID()
  await ports.codes.issue(destination, { id, hash: null, purpose: 'factor' })
  try {
    return await begin(ports, { ...enroller, bound: false, type, phone })
  } catch (error) {
    await ports.codes.withdraw(destination, id)
    throw error
  }
}

async function begin(ports: BeginPorts, request: CodeRequest): Promise<CodeSetup> {
  const sent = await sendCode(ports, request)
  if (!sent) throw new AuthError('TOKEN_INVALID')
  return { type: request.type, ...sent }
}

function ownNumber({ account }: Enroller): string | null {
  return account.phone_verified ? account.phone_e164 : null
}

function numberRequired(): AuthError {
  const message = 'Enter the number that codes shall go to.'
  return new AuthError('VALIDATION_FAILED', {
    errors: [fieldError('phone_e164', 'REQUIRED', message)],
  })
}

type ConfirmPorts = BeginPorts & Pick<Ports, 'clock' | 'throttle'>

/**
 * Binds the mailbox or number by the code that it got from this session. Counted first: a session that is not the
 * owner's must not guess its way to a factor of its own. Throws `MFA_CODE_INVALID`, `TOO_MANY_ATTEMPTS`, and as
 * {@link enrollerOf}.
 */
export async function confirmSent(
  ports: ConfirmPorts,
  proof: EnrollerProof,
  type: SentFactor,
  code: string,
): Promise<Confirmed> {
  const enroller = await enrollerOf(ports, proof)
  const { tenant, account, knownDevice, context } = enroller
  const admission = await ports.throttle.admit({
    tenantId: tenant.id,
    // Not that of the factor: guesses at one that the account does not have must not hold its set-up.
    authenticator: `${type}_setup`,
    identifier: account.id,
    device: knownDevice,
    epoch: null,
  })
  const shown = admission.disabled ? '' : code
  const compared = await compareCode(
    ports.config.keys.codes,
    enroller,
    { type, purpose: 'enrol' },
    shown,
  )
  const confirmed = compared.isRight ? await bindSent(ports, enroller, type, compared) : null
  if (confirmed) return confirmed
  const effects = compared.isRight ? undefined : compared.missed
  const failure = { action: 'mfa.refused', reason: type, tenant, account } as const
  await recordFailure(ports, { ...failure, admission, effects, context })
  throw new AuthError('MFA_CODE_INVALID', { reason: type })
}

/** Null where the code was used, burnt or replaced meanwhile. */
function bindSent(
  ports: ConfirmPorts,
  enroller: Enroller,
  type: SentFactor,
  { spent }: ComparedCode,
): Promise<Confirmed | null> {
  return bindFactor(
    ports,
    enroller,
    type,
    sql`${spent(sql`enroller`)}, added as (
      insert into factors (id, tenant_id, user_id, type, phone_e164, name, last_used_at)
      select ${uuidv7()}::uuid, holder.tenant_id, holder.id, ${type}, spent.phone_e164, ${maskedColumn}, now()
      from holder join spent on spent.user_id = holder.id
      on conflict do nothing
      returning id, user_id
    )`,
  )
}

/** As `messages/mask.ts` does it: the number itself is shown to nobody. */
const maskedColumn = sql`left(spent.phone_e164, 4) || '***' || right(spent.phone_e164, 3)`
