import { type SQL, sql } from 'drizzle-orm'
import { livePending, pendingHash } from '../assurance/pending.ts'
import { sentCodeRaises } from '../assurance/sent-proof.ts'
import type { TextChannel } from '../config.ts'
import type { RequestContext } from '../context.ts'
import { AuthError, type ErrorCode, fieldError } from '../errors.ts'
import { refuseRegion } from '../messages/issue-code.ts'
import { challengeInsert, newChallenge, showPurpose } from '../methods/passkey/challenge.ts'
import { type OptionsAnswer, requestOptions } from '../methods/passkey/request-options.ts'
import { type Descriptor, descriptorsOf } from '../methods/passkey/store.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { sessionLive } from './holder.ts'
import type { CodePlace } from './mailed-code.ts'
import { type CodeSent, noCodeThisWay, sendCode } from './send-code.ts'

/** Who asks to be challenged: the holder of a pending sign-in, or of a session to raise. Not read yet. */
export interface Seeker {
  tenant: Tenant
  context: RequestContext
  /** A CTE `holder` (user_id, session_id, pending_id): empty where there is no such right. */
  live: SQL
  place: CodePlace
  /** What is thrown where there is no such right. */
  gone: ErrorCode
}

export async function pendingSeeker(
  tenant: Tenant,
  token: string,
  context: RequestContext,
): Promise<Seeker> {
  const hash = await pendingHash('challenge', token)
  if (!hash) throw new AuthError('MFA_TOKEN_INVALID')
  const live = sql`select p.user_id, null::uuid as session_id, p.id as pending_id
    from pending_sign_ins p join users u on u.id = p.user_id
    where p.token_hash = ${toBytea(hash)}::bytea and p.tenant_id = ${tenant.id} and p.kind = 'challenge'
      and ${livePending}`
  return { tenant, context, live, place: { pending: hash }, gone: 'MFA_TOKEN_INVALID' }
}

export function sessionSeeker(caller: Caller): Seeker {
  const { tenant, context, claims } = caller
  const place = { session: claims.sessionId }
  return { tenant, context, live: sessionLive(caller), place, gone: 'TOKEN_INVALID' }
}

type ChallengePorts = Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>

export type Challenged = CodeSent | OptionsAnswer

/** Starts one kind of factor in one round trip; null where the right to ask is gone. */
type Challenger = (ports: ChallengePorts, seeker: Seeker) => Promise<Challenged | null>

/** The kinds of factor that need something from here before they can be shown. */
const challengers: Readonly<Record<string, Challenger>> = {
  email: (ports, seeker) => sendCode(ports, { ...seeker, bound: true, type: 'email', phone: null }),
  sms: (ports, seeker) => textCode(ports, seeker, 'sms'),
  whatsapp: (ports, seeker) => textCode(ports, seeker, 'whatsapp'),
  webauthn: challengeKey,
}

/**
 * Sends what a factor needs to be shown. Throws `MFA_TOKEN_INVALID` or `TOKEN_INVALID`, `VALIDATION_FAILED` for a kind
 * that the account does not have or that needs nothing, and as {@link sendCode}.
 */
export async function challenge(
  ports: ChallengePorts,
  seeker: Seeker,
  type: string,
): Promise<Challenged> {
  const challenger = Object.hasOwn(challengers, type) ? challengers[type] : undefined
  if (!challenger) throw noCodeThisWay()
  const challenged = await challenger(ports, seeker)
  if (!challenged) throw new AuthError(seeker.gone)
  return challenged
}

/** Reads the number first: what its country counts against stands in the statement that sends. */
async function textCode(
  ports: ChallengePorts,
  seeker: Seeker,
  type: TextChannel,
): Promise<CodeSent | null> {
  const [row] = await ports.database.run<{ phone: string | null }>(
    sql`with holder as (${seeker.live})
      select coalesce(
        (select f.phone_e164 from factors f where f.user_id = u.id and f.type = ${type}),
        case when holder.session_id is not null and ${sentCodeRaises(seeker.tenant, type)} then u.phone_e164 end
      ) as phone
      from holder join users u on u.id = holder.user_id`,
    'idempotent',
  )
  if (!row) return null
  const isOpen = seeker.tenant.settings.textChannels.includes(type)
  if (!row.phone || !isOpen) throw noCodeThisWay()
  await refuseRegion(ports, seeker.tenant, 'type', row.phone, seeker.context)
  return sendCode(ports, { ...seeker, bound: true, type, phone: row.phone })
}

async function challengeKey(
  ports: ChallengePorts,
  { tenant, live }: Seeker,
): Promise<OptionsAnswer | null> {
  const made = newChallenge()
  const purpose = showPurpose(sql`source`)
  const [row] = await ports.database.run<{ keys: Descriptor[] }>(
    sql`with holder as (${live}), made as (
        ${challengeInsert(made, tenant.id, { purpose, kind: null }, sql`holder`)}
      )
      select ${descriptorsOf(sql`holder.user_id`, sql`true`)} as keys from holder`,
    'idempotent',
  )
  if (row?.keys.length === 0) throw noKey()
  return row ? requestOptions(ports.config, made, 'preferred', row.keys) : null
}

function noKey(): AuthError {
  return new AuthError('VALIDATION_FAILED', {
    errors: [
      fieldError('type', 'FACTOR_NOT_AVAILABLE', 'This account has no passkey or security key.'),
    ],
  })
}
