import { type SQL, sql } from 'drizzle-orm'
import { newDenial } from '../../assurance/denial.ts'
import {
  isStrongEnough,
  requireStepUp,
  type StepUp,
  stepUpColumns,
} from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { shownHashes } from '../../messages/issue-code.ts'
import { masked } from '../../messages/mask.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { countVerified } from '../../messages/text-budget.ts'
import { session } from '../../policy.ts'
import { ConstraintError, type Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { openChallenge } from '../../tokens/challenge.ts'
import { phonePrefix } from '../fields/phone-number.ts'
import { type AccountRow, accountColumn, toUser, type User } from '../user.ts'
import { numberProvenHere } from './proven-here.ts'
import { phoneDestination } from './request.ts'

type ProvePorts = Pick<Ports, 'background' | 'clock' | 'codes' | 'config' | 'database' | 'mailer'>

interface ProvedRow extends AccountRow, StepUp {
  messages: OutboxRow[]
}

/**
 * Makes a number the account's, by the code that the same session had sent there. Other sessions end; the owner is told by
 * mail, and by a text to the old number. Throws `TOKEN_INVALID`, `CODE_INVALID`, `STEP_UP_REQUIRED` where the account came
 * to need a second factor meanwhile, and `USER_EXISTS` where another account has proven the number. The code stays good
 * for who steps up.
 */
export async function proveNewPhone(
  ports: ProvePorts,
  caller: Caller,
  { challengeId, code }: { challengeId: string; code: string },
): Promise<User> {
  const { tenant, claims } = caller
  const challenge = await openChallenge(ports.config.keys.codes, challengeId)
  if (challenge?.tenantId !== tenant.id) throw new AuthError('CODE_INVALID', { reason: 'foreign' })
  const { id, address: phone } = challenge
  const purpose = 'change_phone'
  const order = { tenant, purpose, binding: claims.sessionId } as const
  const hashes = await shownHashes(ports, order, id, code)
  const destination = phoneDestination(tenant, phone)
  const spent = await ports.codes.redeem(destination, { id, purpose, hashes, device: null })
  if (!spent) throw await refused(ports, caller)
  try {
    const [row] = await ports.database.run<ProvedRow>(
      await changeStatement(ports, caller, phone),
      'once',
    )
    if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
    requireStepUp(row)
    deliverSoon(ports, row.messages)
    return toUser(tenant, row.account)
  } catch (error) {
    if (error instanceof AuthError && unspent.has(error.code))
      await ports.codes.restore(destination, id)
    if (error instanceof ConstraintError) throw new AuthError('USER_EXISTS')
    throw error
  }
}

/** What a code is given back for: nothing was done for it. */
const unspent: ReadonlySet<string> = new Set(['UNAVAILABLE', 'STEP_UP_REQUIRED'])

/**
 * A second factor that texts the old number moves on to the new one: both were shown to be the owner's, and the old one
 * may soon be a stranger's.
 */
async function changeStatement(
  ports: Pick<Ports, 'clock' | 'config'>,
  { tenant, claims, context }: Caller,
  phone: string,
): Promise<SQL> {
  const denial = await newDenial()
  const occasion = { when: new Date(ports.clock.now()).toISOString(), place: context.country }
  const byMail = await draft(ports, { ...occasion, denial_token: denial.token })
  const byText = await draft(ports, { ...occasion, denial_token: 'none' })
  // The age was asked for when the code was: who has begun in time may finish.
  const strength = stepUpColumns('change_phone', tenant, isStrongEnough('change_phone', tenant))
  return sql`with held as (
      select u.*, s.id as session_id, ${strength} from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
      for no key update of u, s
    ), caller as (
      select * from held where stepped_up
    ), changed as (
      update users u set phone_e164 = ${phone}::text, phone_verified_at = now(),
        authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp()
      from caller where u.id = caller.id
      returning u.*
    ), ended as (
      update sessions s set revoked_at = now(), revoked_reason = 'phone_changed' from changed
      where s.user_id = changed.id and s.revoked_at is null and s.id <> ${claims.sessionId}
    ), kept as (
      update sessions s set authority_version = changed.authority_version from changed
      where s.id = ${claims.sessionId}
    ), moved as (
      update factors f set phone_e164 = ${phone}::text, name = ${masked(phone)} from caller
      where f.user_id = caller.id and f.type in ('sms', 'whatsapp') and f.phone_e164 = caller.phone_e164
        and caller.phone_verified_at is not null
    ), dropped_codes as (
      delete from factor_codes c using caller
      where c.user_id = caller.id and c.type in ('sms', 'whatsapp') and c.phone_e164 = caller.phone_e164
    ), ${countVerified(tenant, phonePrefix(phone).prefix, sql`changed`)}, told as (
      -- An address that was never proven may be a stranger's.
      select tenant_id, id as user_id, email as recipient, locale,
        case when email_verified_at is null then 'none' else 'phone_changed' end as letter
      from changed
    ), message as (${outboxInsert(byMail, session.idleLife, sql`told`)}
    ), denial as (${denial.insert(sql`told`, { phone: sql`${phone}::text` })}
    ), texted as (
      select caller.tenant_id, caller.id as user_id, caller.phone_e164 as recipient, caller.locale,
        case when caller.phone_e164 = ${phone}::text or not ${takesTexts(tenant)}::boolean
          or not ${numberProvenHere(sql`caller`)}
          then 'none' else 'phone_changed' end as letter
      from caller join changed on changed.id = caller.id
    ), text_message as (${outboxInsert(byText, textLife, sql`texted`, plainText)}
    ), recorded as (${recordEvent(
      {
        action: 'account.phone_changed',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`changed.id`,
        sessionId: claims.sessionId,
      },
      context,
      sql`changed`,
    )})
    select held.stepped_up, held.asked_level, held.asked_age, ${accountColumn('changed')}, (
      select coalesce(jsonb_agg(to_jsonb(sent)), '[]')
      from (select * from message union all select * from text_message) as sent
    ) as messages
    from held left join changed on changed.id = held.id`
}

/** A day: who is without a signal gets it later. */
const textLife = 86_400

/**
 * Not counted against a budget: there is one for each number that answered a code, and that code was counted; none for a
 * number that another service is said to have proven, unless somebody has signed in by it. Not by WhatsApp, where only
 * codes are sent.
 */
const plainText = { channel: 'sms', fallback: [], prefix: null } as const

function takesTexts({ settings }: Tenant): boolean {
  return settings.textChannels.includes('sms')
}

async function refused(
  ports: Pick<Ports, 'database'>,
  { tenant, claims, context }: Caller,
): Promise<AuthError> {
  await ports.database.run(
    recordEvent(
      {
        action: 'code.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: claims.userId,
        sessionId: claims.sessionId,
        reason: 'change_phone',
      },
      context,
      sql`(select 1) as once`,
    ),
    'idempotent',
  )
  return new AuthError('CODE_INVALID', { reason: 'wrong' })
}
