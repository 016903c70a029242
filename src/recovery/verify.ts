import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { provenByNumberAlone } from '../accounts/emptied.ts'
import { type MayBeOvertaken, untilCurrent } from '../accounts/until-current.ts'
import { type AccountRow, accountColumn, timestampText } from '../accounts/user.ts'
import { newDenial } from '../assurance/denial.ts'
import { factorsJustDenied } from '../assurance/factors-denied.ts'
import { recordFailure } from '../assurance/record-failure.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { readBackupCode } from '../methods/backup-codes/codes.ts'
import { acceptNewPassword } from '../methods/password/accept.ts'
import {
  contextWords,
  type Holder,
  holderColumns,
  refuseUsed,
} from '../methods/password/replace.ts'
import { epochOf } from '../methods/password/store.ts'
import { recovery as policy } from '../policy.ts'
import type { Admission, Ports, StoredHash } from '../ports.ts'
import { settingsHold, settingsHoldColumn } from '../tenants/current.ts'
import { byTodaysSettings, type TenantPorts } from '../tenants/resolve.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Bytes, toBytea } from '../tokens/encoding.ts'
import { newSecret, secretHash } from '../tokens/secret.ts'
import { recoveredUser, takeEffect } from './take-effect.ts'

type VerifyPorts = TenantPorts &
  Pick<Ports, 'egress' | 'hasher' | 'mailer' | 'throttle' | 'passwordLists'>

export interface Wish {
  token: string
  new_password: string
  backup_code?: string | undefined
}

export type Recovery =
  | { status: 'recovered' }
  | { status: 'recovery_pending'; completes_at: string }

interface Link {
  tenant: Tenant
  context: RequestContext
  tokenHash: Bytes
}

interface LinkHolder extends Holder {
  backup_epoch: string
  /** The mailbox alone is not enough. */
  waits: boolean
  settings_hold: boolean
}

/** What became of a link. */
interface Redeemed extends Partial<OutboxRow> {
  settings_hold: boolean
  alive: boolean
}

/**
 * Redeems a mailed recovery link with a new password. The mailbox alone recovers an account without second factors.
 * With one, or with one that a denial by mail has just taken, a backup code is what recovers at once; without a code the wish waits, and the owner is told of it and can
 * cancel: a stolen mailbox must not be worth more than both factors. A refused password or code leaves the link open;
 * a rule that was made stricter a moment ago refuses too.
 * Throws `TOKEN_INVALID_LINK`, `VALIDATION_FAILED`, `MFA_CODE_INVALID`, `TOO_MANY_ATTEMPTS`,
 * `UNAVAILABLE`.
 */
export async function verifyRecovery(
  ports: VerifyPorts,
  tenant: Tenant,
  { token, ...wish }: Wish,
  context: RequestContext,
): Promise<Recovery> {
  // A full queue refuses before any work, but no place is held while other services are asked.
  ports.hasher.reserve().release()
  const tokenHash = await secretHash('recover', token)
  if (!tokenHash) throw new AuthError('TOKEN_INVALID_LINK')
  return byTodaysSettings(ports, tenant, (today) =>
    verifyBy(ports, { tenant: today, context, tokenHash }, wish),
  )
}

/** Null where the settings are no longer the tenant's: nothing was written. */
async function verifyBy(
  ports: VerifyPorts,
  link: Link,
  { new_password: password, backup_code: code }: Omit<Wish, 'token'>,
): Promise<Recovery | null> {
  const { tenant } = link
  const holder = await findHolder(ports, link)
  if (!holder) throw new AuthError('TOKEN_INVALID_LINK')
  if (!holder.settings_hold) return null
  await acceptNewPassword(ports, tenant, 'new_password', password, contextWords(holder.account))

  const slot = ports.hasher.reserve()
  try {
    await refuseUsed(slot, tenant, holder, 'new_password', password)
    // A refused password counts no code, and a code that is not admitted costs no new hash.
    const guess = await admitCode(ports, link, holder, code)
    const hash = await slot.hash(password)
    if (guess) return await recoverByCode(ports, link, holder, guess, hash)
    if (holder.waits) return await begin(ports, link, hash)
    return await recoverWithoutFactor(ports, link, hash)
  } finally {
    slot.release()
  }
}

/** A code that was counted and may now be compared. */
interface Guess {
  code: string
  admission: Admission
}

/** Null where no code is asked for, or none was given. Throws `TOO_MANY_ATTEMPTS`. */
async function admitCode(
  { throttle }: Pick<Ports, 'throttle'>,
  { tenant }: Link,
  { waits, account, backup_epoch: epoch }: LinkHolder,
  code: string | undefined,
): Promise<Guess | null> {
  if (!waits || !account.mfa_enabled || code === undefined) return null
  const admission = await throttle.admit({
    tenantId: tenant.id,
    authenticator: 'recovery',
    identifier: account.id,
    device: null,
    epoch: Number(epoch),
  })
  return { code, admission }
}

async function findHolder(ports: VerifyPorts, link: Link): Promise<LinkHolder | null> {
  const [row] = await ports.database.run<LinkHolder & AccountRow>(
    sql`select ${accountColumn(sql`u`)}, ${holderColumns}, ${settingsHoldColumn(link.tenant)}, ${waits} as waits,
        (select ${epochOf(sql`max(greatest(b.used_at, b.created_at))`)} from backup_codes b where b.user_id = u.id) as backup_epoch
      from one_time_tokens t join users u on u.id = t.user_id where ${isLive(link)}`,
    'idempotent',
  )
  return row ?? null
}

/** Whether a user `u` has a second factor, or had one until a denial by mail took it. */
const waits = sql`(u.mfa_enabled or ${factorsJustDenied(sql`u`)})`

/** What a link `t` of a user `u` must be. */
function isLive({ tenant, tokenHash }: Link): SQL {
  return sql`t.token_hash = ${toBytea(tokenHash)}::bytea and t.tenant_id = ${tenant.id}
    and t.purpose = 'recover' and t.used_at is null and t.expires_at > now() and u.status = 'active'
    and not ${provenByNumberAlone(sql`u`)}`
}

/**
 * CTEs that end in `link`, locked, as long as the account must wait, or need not, as was judged. The
 * account is locked before its tokens, here and everywhere: two links of one account would deadlock otherwise.
 * `link.overtaken`: see {@link MayBeOvertaken}.
 */
function lockedLink(link: Link, mustWait: boolean): SQL {
  return sql`snapshot as (
      select u.xmin::text as version from one_time_tokens t join users u on u.id = t.user_id where ${isLive(link)}
    ), owner as (
      select u.id, u.tenant_id, u.email, u.locale, u.mfa_enabled, u.xmin::text as version
      from one_time_tokens t join users u on u.id = t.user_id
      where ${isLive(link)} and ${waits} = ${mustWait} and ${settingsHold(link.tenant)}
      for update of u
    ), link as (
      select t.id, t.user_id, owner.tenant_id, owner.email, owner.locale, owner.mfa_enabled,
        owner.version <> (select version from snapshot) as overtaken
      from one_time_tokens t join owner on owner.id = t.user_id
      where t.token_hash = ${toBytea(link.tokenHash)}::bytea and t.purpose = 'recover'
        and t.used_at is null and t.expires_at > now()
      for update of t
    )`
}

async function recoverWithoutFactor(
  ports: VerifyPorts,
  link: Link,
  hash: StoredHash,
): Promise<Recovery | null> {
  const ready = sql`select user_id, null as selector from link where not overtaken`
  const row = await recoverNow(ports, link, hash, ready, 'no_second_factor')
  return row && { status: 'recovered' }
}

/** The mailbox and a backup code are two proofs. The code is spent by the statement that it lets through. */
async function recoverByCode(
  ports: VerifyPorts,
  link: Link,
  { account }: LinkHolder,
  { code, admission }: Guess,
  hash: StoredHash,
): Promise<Recovery | null> {
  const { tenant, context } = link
  const read = admission.disabled
    ? null
    : await readBackupCode(ports.config.keys.codes, account.id, code)
  const ready = sql`delete from backup_codes b using link
    where b.user_id = link.user_id and not link.overtaken and b.selector = ${read?.selector ?? null} and b.used_at is null
      and b.code_hash = any(${sql.param((read?.hashes ?? []).map(toBytea))}::bytea[])
    returning b.user_id, b.selector`
  const row = await recoverNow(ports, link, hash, ready, 'backup_code')
  if (!row) return null
  if (row.id) return { status: 'recovered' }

  const action = 'recovery.refused'
  await recordFailure(ports, { action, reason: 'backup_code', tenant, account, admission, context })
  throw new AuthError('MFA_CODE_INVALID', { reason: 'backup_code' })
}

/**
 * @param ready row source (user_id, selector) of what lets the recovery through at once
 * @returns null where the settings have moved, a row without `id` where `ready` was empty. Throws `TOKEN_INVALID_LINK`.
 */
async function recoverNow(
  ports: VerifyPorts,
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
  ports: VerifyPorts,
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

/** Keeps the wish for a day. The link is used up for this, and is what completes it. */
async function begin(ports: VerifyPorts, link: Link, hash: StoredHash): Promise<Recovery | null> {
  const { tenant, context, tokenHash } = link
  const cancel = await newSecret('cancelRecovery')
  const now = ports.clock.now()
  const message = await draft(ports, {
    when: new Date(now).toISOString(),
    place: context.country,
    completes_at: new Date(now + policy.delay * 1_000).toISOString(),
    cancel_token: cancel.text,
  })
  const [row] = await ports.database.run<Redeemed & { completes_at: string }>(
    sql`with ${lockedLink(link, true)}, used as (
        update one_time_tokens t set used_at = now() from link where t.id = link.id
      ), superseded as (
        update recoveries r set closed_at = now(), closed_reason = 'superseded', hash = null, pepper_id = null
        from link where r.user_id = link.user_id and r.closed_at is null
      ), begun as (
        insert into recoveries
          (id, tenant_id, user_id, token_hash, cancel_hash, hash, pepper_id, completes_at, expires_at)
        select ${uuidv7()}::uuid, tenant_id, user_id, ${toBytea(tokenHash)}::bytea,
          ${toBytea(cancel.hash)}::bytea, ${hash.phc}, ${hash.pepperId},
          now() + make_interval(secs => ${policy.delay}),
          now() + make_interval(secs => ${policy.delay + policy.completeWithin})
        from link
        returning user_id, completes_at
      ), told as (
        select link.tenant_id, link.user_id, link.email as recipient, link.locale,
          case when link.email is null then 'none' else 'recovery_pending' end as letter
        from link
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
      select message.*, ${timestampText(sql`begun.completes_at`)} as completes_at, begun.user_id is not null as alive,
        ${settingsHoldColumn(tenant)}
      from (select 1) as once left join begun on true left join message on true`,
    'once',
  )
  if (!row?.settings_hold) return null
  if (!row.alive) throw new AuthError('TOKEN_INVALID_LINK')
  deliverSoon(ports, [row as Redeemed & OutboxRow])
  return { status: 'recovery_pending', completes_at: row.completes_at }
}
