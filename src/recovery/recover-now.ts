import { type SQL, sql } from 'drizzle-orm'
import { type MayBeOvertaken, untilCurrent } from '../accounts/until-current.ts'
import { newDenial } from '../assurance/denial.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow } from '../messages/outbox.ts'
import type { StoredHash } from '../ports.ts'
import { settingsHoldColumn } from '../tenants/current.ts'
import { type LetterPorts, type Link, lockedLink, type Redeemed } from './link.ts'
import { recoveredUser, takeEffect } from './take-effect.ts'

/**
 * @param ready row source (user_id, selector) of what lets the recovery through at once
 * @returns null where the settings have moved, a row without `id` where `ready` was empty. Throws `TOKEN_INVALID_LINK`.
 */
export async function recoverNow(
  ports: LetterPorts,
  link: Link,
  hash: StoredHash,
  ready: SQL,
  reason: 'no_second_factor' | 'backup_code',
): Promise<Redeemed | null> {
  const row = await untilCurrent(() => tryRecover(ports, link, hash, ready, reason))
  if (!row?.settings_hold) return null
  if (!row.alive) throw new AuthError('TOKEN_INVALID_LINK')
  if (row.id) deliverSoon(ports, [row as OutboxRow])
  return row
}

async function tryRecover(
  ports: LetterPorts,
  link: Link,
  hash: StoredHash,
  ready: SQL,
  reason: 'no_second_factor' | 'backup_code',
): Promise<(Redeemed & MayBeOvertaken) | undefined> {
  const denial = await newDenial()
  const when = new Date(ports.clock.now()).toISOString()
  const message = await draft(ports, { when, denial_token: denial.token })
  const [row] = await ports.database.run<Redeemed & MayBeOvertaken>(
    sql`with ${lockedLink(link, reason === 'backup_code')}, ready as (${ready}
      ), holder as (
        update users u set ${recoveredUser} from link, ready
        where u.id = link.user_id and ready.user_id = link.user_id
        returning u.id, u.tenant_id, u.authority_version, u.email, u.locale, link.id as token_id,
          link.mfa_enabled as had_factors, ready.selector::text as spent_selector
      ), used as (
        update one_time_tokens t set used_at = now() from holder where t.id = holder.token_id
      ), ${takeEffect({ ...link, message, denial, hash, reason })}
      select message.*, link.overtaken, link.id is not null as alive, ${settingsHoldColumn(link.tenant)}
      from (select 1) as once left join link on true left join message on true`,
    'once',
  )
  return row
}
