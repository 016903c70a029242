import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { phonePrefix } from '../accounts/fields/phone-number.ts'
import { numberProvenHere } from '../accounts/phone/proven-here.ts'
import { type MayBeOvertaken, touched, untilCurrent } from '../accounts/until-current.ts'
import { type Account, timestampText } from '../accounts/user.ts'
import { fewEvents } from '../audit/few-events.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, lettersOf, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { mayText } from '../messages/route.ts'
import { countText } from '../messages/text-budget.ts'
import { recovery as policy } from '../policy.ts'
import type { StoredHash } from '../ports.ts'
import { settingsHoldColumn } from '../tenants/current.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { newSecret } from '../tokens/secret.ts'
import { type LetterPorts, type Link, lockedLink } from './link.ts'

/** Where a text may reach the owner of a recovery, as it was read before. */
export interface Reachable {
  account: Account
  /** Of a factor: proven when it was bound, and bound by who had shown another. */
  factor_number: string | null
}

/**
 * Keeps the wish for a day. The link is used up for this, and is what completes it. The owner is told by mail, and by a
 * text to the number of a factor or else of the account, as far as the tenant's budget of texts goes: who reads the mailbox
 * may be the one who begins it.
 *
 * @returns when it may be completed; null where the settings have moved. Throws `TOKEN_INVALID_LINK`, `UNAVAILABLE`.
 */
export async function begin(
  ports: LetterPorts,
  link: Link,
  holder: Reachable,
  hash: StoredHash,
): Promise<string | null> {
  const row = await untilCurrent(() => tryBegin(ports, link, holder, hash))
  if (!row?.settings_hold) return null
  if (!row.alive) throw new AuthError('TOKEN_INVALID_LINK')
  deliverSoon(ports, row.messages)
  return row.completes_at
}

interface Begun extends MayBeOvertaken {
  [column: string]: unknown
  settings_hold: boolean
  alive: boolean
  completes_at: string
  messages: OutboxRow[]
}

async function tryBegin(
  ports: LetterPorts,
  link: Link,
  holder: Reachable,
  hash: StoredHash,
): Promise<Begun | undefined> {
  const { tenant, context, tokenHash } = link
  const cancel = await newSecret('cancelRecovery')
  const now = ports.clock.now()
  const payload = {
    when: new Date(now).toISOString(),
    place: context.country,
    completes_at: new Date(now + policy.delay * 1_000).toISOString(),
    cancel_token: cancel.text,
  }
  const byMail = await draft(ports, payload)
  const byText = await draft(ports, payload)
  const number = textNumber(tenant, holder)
  const prefix = number && phonePrefix(number).prefix
  // Whoever begins one after the other makes the number ring once.
  const since = now - policy.textPause * 1_000
  const few = fewEvents(tenant, since, ['recovery.started'], 1, sql`e.user_id = begins.id`)
  const [row] = await ports.database.run<Begun>(
    sql`with ${lockedLink(link, true)}, begins as (
        select user_id as id, id as token_id, tenant_id, email, locale from link where not overtaken
      ), ${touched(sql`begins`)}, used as (
        update one_time_tokens t set used_at = now() from begins where t.id = begins.token_id
      ), superseded as (
        update recoveries r set closed_at = now(), closed_reason = 'superseded', hash = null, pepper_id = null
        from begins where r.user_id = begins.id and r.closed_at is null
      ), begun as (
        insert into recoveries
          (id, tenant_id, user_id, token_hash, cancel_hash, hash, pepper_id, completes_at, expires_at)
        select ${uuidv7()}::uuid, tenant_id, id, ${toBytea(tokenHash)}::bytea,
          ${toBytea(cancel.hash)}::bytea, ${hash.phc}, ${hash.pepperId},
          now() + make_interval(secs => ${policy.delay}),
          now() + make_interval(secs => ${policy.delay + policy.completeWithin})
        from begins
        returning user_id, completes_at
      ), told as (
        select tenant_id, id as user_id, email as recipient, locale,
          case when email is null then 'none' else 'recovery_pending' end as letter
        from begins
      ), message as (${outboxInsert(byMail, policy.delay, sql`told`)}
      ), to_text as (
        select begins.* from begins join users u on u.id = begins.id
        where ${few} and (exists (select from factors f where f.user_id = u.id and f.phone_e164 = ${number}::text)
          or u.phone_e164 = ${number}::text and ${numberProvenHere(sql`u`)})
      ), ${countText(tenant, prefix, sql`exists (select from to_text)`, true)}, texted as (
        select to_text.tenant_id, to_text.id as user_id, ${number}::text as recipient, to_text.locale,
          'recovery_pending' as letter
        from to_text, allowed where allowed.reason is null
      ), text_message as (${outboxInsert(byText, policy.delay, sql`texted`, { channel: 'sms', fallback: [], prefix })}
      ), recorded as (${recordEvent(
        {
          action: 'recovery.started',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`begun.user_id`,
        },
        context,
        sql`begun`,
      )})
      select ${lettersOf(sql`message`, sql`text_message`)} as messages,
        ${timestampText(sql`begun.completes_at`)} as completes_at, link.overtaken, link.id is not null as alive,
        ${settingsHoldColumn(tenant)}
      from (select 1) as once left join link on true left join begun on true`,
    'once',
  )
  return row
}

/** Null where the tenant texts nobody there, or no number was proven. */
function textNumber(
  tenant: Tenant,
  { account, factor_number: ofFactor }: Reachable,
): string | null {
  if (!tenant.settings.textChannels.includes('sms')) return null
  const numbers = [ofFactor, account.phone_verified ? account.phone_e164 : null]
  return numbers.find((number) => number !== null && mayText(tenant, number)) ?? null
}
