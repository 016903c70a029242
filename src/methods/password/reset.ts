import { sql } from 'drizzle-orm'
import {
  factorsDropped,
  identitiesDropped,
  neverProven,
  provenByNumberAlone,
} from '../../accounts/emptied.ts'
import { type MayBeOvertaken, untilCurrent } from '../../accounts/until-current.ts'
import { type AccountRow, accountColumn } from '../../accounts/user.ts'
import { newDenial } from '../../assurance/denial.ts'
import { factorsJustDenied } from '../../assurance/factors-denied.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { session } from '../../policy.ts'
import type { Ports, StoredHash } from '../../ports.ts'
import { settingsHold, settingsHoldColumn } from '../../tenants/current.ts'
import { byTodaysSettings, type TenantPorts } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { type Bytes, toBytea } from '../../tokens/encoding.ts'
import { secretHash } from '../../tokens/secret.ts'
import { acceptNewPassword } from './accept.ts'
import {
  contextWords,
  type Holder,
  holderColumns,
  presentedLink,
  refuseUsed,
  replacement,
} from './replace.ts'

type ResetPorts = TenantPorts & Pick<Ports, 'egress' | 'hasher' | 'mailer' | 'passwordLists'>

interface ResetHolder extends Holder {
  settings_hold: boolean
}

interface ResetRow extends Partial<OutboxRow>, MayBeOvertaken {
  stranger: string | null
  settings_hold: boolean
}

/**
 * Sets a new password by a mailed link. Every session ends, every other link dies, second factors stay; but where this
 * is the first proof of the address, whatever else opens the account is of whoever typed it, and goes.
 * For a day after a denial by mail took the last second factor no link does it: a recovery waits as long.
 * A password that is refused leaves the link unspent, until it was presented too often; a rule that was made stricter a
 * moment ago refuses too.
 * Throws `TOKEN_INVALID_LINK`, `VALIDATION_FAILED`, `UNAVAILABLE`.
 */
export async function resetPassword(
  ports: ResetPorts,
  tenant: Tenant,
  { token, password }: { token: string; password: string },
  context: RequestContext,
): Promise<void> {
  // A full queue refuses before any work, but no place is held while other services are asked.
  ports.hasher.reserve().release()
  const tokenHash = await secretHash('resetPassword', token)
  if (!tokenHash) throw new AuthError('TOKEN_INVALID_LINK')
  const row = await byTodaysSettings(ports, tenant, (today) =>
    resetBy(ports, today, tokenHash, password, context),
  )
  if (!row.id) throw new AuthError('TOKEN_INVALID_LINK')
  deliverSoon(ports, [row as OutboxRow])
  if (row.stranger) await dropAgain(ports, row.stranger)
}

/** Null where the settings are no longer the tenant's: nothing was written. */
async function resetBy(
  ports: ResetPorts,
  tenant: Tenant,
  tokenHash: Bytes,
  password: string,
  context: RequestContext,
): Promise<ResetRow | null> {
  const holder = await findHolder(ports, tenant, tokenHash)
  if (!holder) throw new AuthError('TOKEN_INVALID_LINK')
  if (!holder.settings_hold) return null
  await acceptNewPassword(ports, tenant, 'password', password, contextWords(holder.account))

  const slot = ports.hasher.reserve()
  try {
    await refuseUsed(slot, tenant, holder, 'password', password)
    const hash = await slot.hash(password)
    const row = await untilCurrent(() => trySpend(ports, tenant, tokenHash, hash, context))
    return row?.settings_hold ? row : null
  } finally {
    slot.release()
  }
}

async function findHolder(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  tokenHash: Bytes,
): Promise<ResetHolder | null> {
  const [row] = await ports.database.run<ResetHolder & AccountRow>(
    sql`with ${presentedLink(
      sql`t.token_hash = ${toBytea(tokenHash)}::bytea and t.tenant_id = ${tenant.id}
        and t.purpose = 'reset_password' and t.used_at is null and t.expires_at > now() and u.status = 'active'
        and not ${provenByNumberAlone(sql`u`)} and not ${factorsJustDenied(sql`u`)}`,
    )}
      select ${accountColumn('u')}, ${holderColumns}, ${settingsHoldColumn(tenant)}
      from presented join users u on u.id = presented.user_id`,
    'idempotent',
  )
  return row ?? null
}

async function trySpend(
  ports: ResetPorts,
  tenant: Tenant,
  tokenHash: Bytes,
  hash: StoredHash,
  context: RequestContext,
): Promise<ResetRow | undefined> {
  const denial = await newDenial()
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
    denial_token: denial.token,
  })
  const [row] = await ports.database.run<ResetRow>(
    sql`with begun as (
        select u.id, u.xmin::text as version
        from one_time_tokens t join users u on u.id = t.user_id
        where t.token_hash = ${toBytea(tokenHash)}::bytea and t.tenant_id = ${tenant.id}
      ), owner as (
        select u.id, ${neverProven(sql`u`)} as unproven, u.xmin::text <> begun.version as overtaken
        from begun join users u on u.id = begun.id
        where not ${provenByNumberAlone(sql`u`)} and not ${factorsJustDenied(sql`u`)} and ${settingsHold(tenant)}
        for no key update of u
      ), spent as (
        update one_time_tokens t set used_at = now() from owner
        where t.user_id = owner.id and not owner.overtaken and t.token_hash = ${toBytea(tokenHash)}::bytea
          and t.purpose = 'reset_password' and t.used_at is null and t.expires_at > now()
        returning t.id, t.user_id
      ), holder as (
        update users u set authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp(),
          email_verified_at = coalesce(u.email_verified_at, now()), mfa_enabled = u.mfa_enabled and not owner.unproven
        from spent join owner on owner.id = spent.user_id where u.id = spent.user_id and u.status = 'active'
        returning u.id, u.tenant_id, u.authority_version, u.email, u.locale, spent.id as token_id
      ), strangers as (
        select holder.id from holder join owner on owner.id = holder.id and owner.unproven
      ), ${factorsDropped(sql`strangers`)}, ${identitiesDropped(sql`strangers`)}, ${replacement(tenant, hash, null)}, told as (
        select tenant_id, id as user_id, case when email is null then 'none' else 'password_changed' end as letter, email as recipient, locale from holder
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), denial as (${denial.insert(sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'password.reset',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`holder.id`,
        },
        context,
        sql`holder`,
      )})
      select message.*, (select id from strangers) as stranger, coalesce((select overtaken from owner), false) as overtaken,
        ${settingsHoldColumn(tenant)}
      from (select 1) as once left join message on true`,
    'once',
  )
  return row
}

/** What the stranger was just adding when the account was locked: see {@link import('../../accounts/emptied.ts').waysInDropped}. */
async function dropAgain({ database }: Pick<Ports, 'database'>, id: string): Promise<void> {
  const owner = sql`owner`
  await database.run(
    sql`with owner as (select ${id}::uuid as id), ${factorsDropped(owner)}, ${identitiesDropped(owner)} select 1`,
    'idempotent',
  )
}
