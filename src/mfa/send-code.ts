import { type SQL, sql } from 'drizzle-orm'
import { mailboxCounts } from '../assurance/mailbox.ts'
import { isSecondHere } from '../assurance/pending.ts'
import { sentCodeRaises } from '../assurance/sent-proof.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError, fieldError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { masked } from '../messages/mask.ts'
import { draft, type OutboxRow, outboxInsert, type Route } from '../messages/outbox.ts'
import { textRoute } from '../messages/route.ts'
import { budgetSpent, countText } from '../messages/text-budget.ts'
import { mailedCode as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { newCode } from '../tokens/code.ts'
import { toBytea } from '../tokens/encoding.ts'
import { type CodePlace, mailedCodeHash, placeOf, type SentFactor } from './mailed-code.ts'

export interface CodeRequest {
  tenant: Tenant
  context: RequestContext
  place: CodePlace
  /** Row source (user_id, session_id, pending_id) of who may ask: empty as soon as the right is gone. */
  live: SQL
  /** True for what is shown: a factor that is bound, or {@link sentCodeRaises}. False for one that is being set up. */
  bound: boolean
  type: SentFactor
  /** Where a text goes; null for the account's mailbox. */
  phone: string | null
}

export interface CodeSent {
  /** Masked. */
  sent_to: string
  expires_in: number
  retry_after: number
}

interface SendRow {
  [column: string]: unknown
  bound: boolean
  address: string | null
  reason: string | null
  message: OutboxRow | null
  wait: number
}

/**
 * Mails a code, in one statement: the account's row decides how often, so that no number of sign-ins adds to it. Devices
 * that it knows have a row of their own: who knows no more than the password cannot use up the owner's. Null where the
 * right to ask is gone. Throws `VALIDATION_FAILED` where no code can be mailed, `FACTOR_EXISTS`,
 * `RATE_LIMITED`.
 */
export async function sendCode(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  request: CodeRequest,
): Promise<CodeSent | null> {
  const code = newCode()
  const { tenant, type, place, phone } = request
  const purpose = request.bound ? 'show' : 'enrol'
  const sent = { type, purpose, place } as const
  const hash = await mailedCodeHash(ports.config.keys.codes.current, sent, code)
  const route = phone && type !== 'email' ? textRoute(tenant, phone, type) : byMail
  const message = await draft(ports, { code })
  const [row] = await ports.database.run<SendRow>(
    statement(request, route, toBytea(hash), message),
    'once',
  )
  if (!row) return null
  if (row.bound && !request.bound) throw new AuthError('FACTOR_EXISTS')
  if (!row.address) throw noCodeThisWay()
  if (row.reason) throw budgetSpent(tenant, row.reason)
  if (!row.message) throw tooSoon(row.wait)

  deliverSoon(ports, [row.message])
  return { sent_to: masked(row.address), expires_in: policy.life, retry_after: policy.resendAfter }
}

const windowOver = sql`factor_sends.window_at <= now() - make_interval(secs => ${policy.window})`
const rested = sql`factor_sends.sent_at <= now() - make_interval(secs => ${policy.resendAfter})`
const mayFollow = sql`(${rested} and (${windowOver} or factor_sends.window_count < ${policy.perWindow}))`

/** Whether the sign-in or session of a `holder` comes from a device that the account knows. */
const isKnown = sql`coalesce(
  (select p.device_id from pending_sign_ins p where p.id = holder.pending_id),
  (select s.device_id from sessions s where s.id = holder.session_id)) is not null`

function statement(
  { tenant, context, live, bound, type, phone }: CodeRequest,
  route: Route,
  hash: string,
  message: Parameters<typeof outboxInsert>[0],
): SQL {
  const raises = bound
    ? sql`(holder.session_id is not null and ${sentCodeRaises(tenant, type)})`
    : sql`false`
  return sql`with holder as (${live}
    ), asked as (
      select u.id, u.tenant_id, u.locale, case when ${isSecondHere(type)} then ${addressOf(tenant, phone, raises)} end as address, ${placeOf(sql`holder`)} as place_id,
        ${isKnown} as known_device,
        exists (select 1 from factors f where f.user_id = u.id and f.type = ${type}) or ${raises} as bound,
        ${raises} as raises
      from holder join users u on u.id = holder.user_id
    ), target as (
      select * from asked where address is not null and bound = ${bound}
    ), ${countText(tenant, route.prefix, maySend(type), bound)}, sent as (
      insert into factor_sends (user_id, type, known_device, tenant_id)
      select id, ${type}, known_device, tenant_id from target join allowed on allowed.reason is null
      on conflict (user_id, type, known_device) do update set sent_at = now(),
        window_at = case when ${windowOver} then now() else factor_sends.window_at end,
        window_count = case when ${windowOver} then 1 else factor_sends.window_count + 1 end
      where ${mayFollow}
      returning user_id
    ), code as (
      insert into factor_codes (user_id, type, place_id, tenant_id, code_hash, phone_e164, expires_at)
      select target.id, ${type}, target.place_id, target.tenant_id, ${hash}::bytea, ${phone}::text,
        now() + make_interval(secs => ${policy.life})
      from target join sent on sent.user_id = target.id
      on conflict (user_id, type, place_id) do update set code_hash = excluded.code_hash,
        phone_e164 = excluded.phone_e164, failures = 0, used_at = null, expires_at = excluded.expires_at
      returning user_id
    ), told as (
      select target.tenant_id, target.id as user_id, target.address as recipient, target.locale,
        case when target.raises then 'step_up_code' else ${phone && !bound ? 'verify_phone' : 'sign_in_code'}::text end as letter
      from target join code on code.user_id = target.id
    ), message as (${outboxInsert(message, policy.life, sql`told`, route)}
    ), recorded as (${recordEvent(
      {
        action: 'mfa.code_sent',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`code.user_id`,
        reason: type,
      },
      context,
      sql`code`,
    )}), refused as (${recordEvent(
      {
        action: 'code.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: sql`over.user_id`,
        reason: sql`over.reason`,
      },
      context,
      sql`(select target.id as user_id, allowed.reason from allowed join target on allowed.reason is not null) as over`,
    )})
    select asked.bound, target.address, (select reason from allowed) as reason, (select to_jsonb(message) from message) as message,
      -- Whoever lost to a request of this moment does not see its row: a whole wait.
      coalesce((
        select ceil(extract(epoch from case
          when not ${rested} then factor_sends.sent_at + make_interval(secs => ${policy.resendAfter})
          else factor_sends.window_at + make_interval(secs => ${policy.window}) end - now()))::int
        from factor_sends where user_id = asked.id and type = ${type} and known_device = asked.known_device
      ), ${policy.resendAfter}) as wait
    from asked left join target on true`
}

/** The mailbox, where it counts; or the number, which the request or the factor brought. */
function addressOf(tenant: Tenant, phone: string | null, raises: SQL): SQL {
  if (phone) return sql`${phone}::text`
  return sql`case when ${mailboxCounts(tenant, sql`u`)} or ${raises} then u.email end`
}

/** A text that would come too soon is not counted. */
function maySend(type: SentFactor): SQL {
  return sql`exists (select from target where not exists (
    select from factor_sends where user_id = target.id and type = ${type} and known_device = target.known_device
      and not ${mayFollow}))`
}

/** One word for every way that is closed: not built, not allowed by the tenant, no proven address, reset just now, shown already. */
export function noCodeThisWay(): AuthError {
  return new AuthError('VALIDATION_FAILED', {
    errors: [
      fieldError('type', 'FACTOR_NOT_AVAILABLE', 'No code can be sent this way: use another.'),
    ],
  })
}

const limit = { name: 'mailed-codes', quota: policy.perWindow, windowSeconds: policy.window }

function tooSoon(wait: number): AuthError {
  const retryAfter = wait > 0 ? wait : policy.resendAfter
  return new AuthError('RATE_LIMITED', { retryAfter, limit })
}

const byMail: Route = { channel: 'email', fallback: [], prefix: null }
