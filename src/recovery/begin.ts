import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type MayBeOvertaken, touched, untilCurrent } from '../accounts/until-current.ts'
import { timestampText } from '../accounts/user.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { recovery as policy } from '../policy.ts'
import type { StoredHash } from '../ports.ts'
import { settingsHoldColumn } from '../tenants/current.ts'
import { toBytea } from '../tokens/encoding.ts'
import { newSecret } from '../tokens/secret.ts'
import { type LetterPorts, type Link, lockedLink, type Redeemed } from './link.ts'

/**
 * Keeps the wish for a day. The link is used up for this, and is what completes it.
 *
 * @returns when it may be completed; null where the settings have moved. Throws `TOKEN_INVALID_LINK`, `UNAVAILABLE`.
 */
export async function begin(
  ports: LetterPorts,
  link: Link,
  hash: StoredHash,
): Promise<string | null> {
  const row = await untilCurrent(() => tryBegin(ports, link, hash))
  if (!row?.settings_hold) return null
  if (!row.alive) throw new AuthError('TOKEN_INVALID_LINK')
  deliverSoon(ports, [row as Begun & OutboxRow])
  return row.completes_at
}

interface Begun extends Redeemed, MayBeOvertaken {
  completes_at: string
}

async function tryBegin(
  ports: LetterPorts,
  link: Link,
  hash: StoredHash,
): Promise<Begun | undefined> {
  const { tenant, context, tokenHash } = link
  const cancel = await newSecret('cancelRecovery')
  const now = ports.clock.now()
  const message = await draft(ports, {
    when: new Date(now).toISOString(),
    place: context.country,
    completes_at: new Date(now + policy.delay * 1_000).toISOString(),
    cancel_token: cancel.text,
  })
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
      ), message as (${outboxInsert(message, policy.delay, sql`told`)}
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
      select message.*, ${timestampText(sql`begun.completes_at`)} as completes_at, link.overtaken, link.id is not null as alive,
        ${settingsHoldColumn(tenant)}
      from (select 1) as once left join link on true left join begun on true left join message on true`,
    'once',
  )
  return row
}
