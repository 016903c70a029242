import { type SQL, sql } from 'drizzle-orm'
import { type MayBeOvertaken, untilCurrent } from '../../accounts/until-current.ts'
import { type AccountRow, accountColumn } from '../../accounts/user.ts'
import { newDenial } from '../../assurance/denial.ts'
import { recordFailure } from '../../assurance/record-failure.ts'
import { requireStepUp, type StepUp, stepUpColumns } from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { session } from '../../policy.ts'
import type { HashSlot, Ports, StoredHash } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import { settingsHold, settingsHoldColumn } from '../../tenants/current.ts'
import { byTodaysSettings, type TenantPorts } from '../../tenants/resolve.ts'
import { acceptNewPassword, refuseReuse } from './accept.ts'
import { contextWords, type Holder, holderColumns, replacement } from './replace.ts'
import { epochOf } from './store.ts'

type ChangePorts = TenantPorts &
  Pick<Ports, 'egress' | 'hasher' | 'mailer' | 'throttle' | 'passwordLists'>

interface Changing extends Holder, StepUp {
  epoch: string
  known_device: string | null
  settings_hold: boolean
}

interface ChangedRow extends Partial<OutboxRow>, MayBeOvertaken {
  settings_hold: boolean
}

export interface PasswordChange {
  current_password: string
  new_password: string
}

/**
 * Replaces the caller's password. Other sessions end, this one lives on, the owner is told. A rule that was made
 * stricter a moment ago refuses too.
 * Throws `TOKEN_INVALID`, `STEP_UP_REQUIRED`, `CURRENT_PASSWORD_INVALID`, `VALIDATION_FAILED`, `TOO_MANY_ATTEMPTS`,
 * `UNAVAILABLE`.
 */
export async function changePassword(
  ports: ChangePorts,
  caller: Caller,
  change: PasswordChange,
): Promise<void> {
  // A full queue refuses before any work, but no place is held while other services are asked.
  ports.hasher.reserve().release()
  const row = await byTodaysSettings(ports, caller.tenant, (tenant) =>
    changeBy(ports, { ...caller, tenant }, change),
  )
  if (!row.id) throw new AuthError('TOKEN_INVALID', { reason: 'changed meanwhile' })
  deliverSoon(ports, [row as OutboxRow])
}

/** Null where the settings are no longer the tenant's: nothing was written. */
async function changeBy(
  ports: ChangePorts,
  caller: Caller,
  change: PasswordChange,
): Promise<ChangedRow | null> {
  const holder = await findCaller(ports, caller)
  if (!holder.settings_hold) return null
  requireStepUp(holder)
  const { new_password: next } = change
  // Before the current one is compared, so that a weak choice is no failed attempt.
  const words = contextWords(holder.account)
  await acceptNewPassword(ports, caller.tenant, 'new_password', next, words)

  const slot = ports.hasher.reserve()
  try {
    const verified = await proveCurrent(ports, slot, caller, holder, change.current_password)
    await refuseReuse(slot, caller.tenant, 'new_password', next, [
      verified,
      ...holder.earlier,
    ]).catch(async (refusal) => {
      await forgive(ports, caller, verified)
      throw refusal
    })
    const hash = await slot.hash(next)
    const row = await untilCurrent(() => tryReplace(ports, caller, verified, hash))
    return row?.settings_hold ? row : null
  } finally {
    slot.release()
  }
}

async function findCaller(ports: ChangePorts, { tenant, claims }: Caller): Promise<Changing> {
  const [row] = await ports.database.run<Changing & AccountRow>(
    sql`select ${accountColumn('u')}, ${holderColumns}, s.device_id as known_device,
        ${stepUpColumns('change_password', tenant)}, ${settingsHoldColumn(tenant)},
        (select ${epochOf(sql`c.proven_at`)} from password_credentials c where c.user_id = u.id) as epoch
      from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return row
}

/** A stolen access token must not become a way to guess the password: guesses count as they do at sign-in. */
async function proveCurrent(
  ports: ChangePorts,
  slot: HashSlot,
  caller: Caller,
  holder: Changing,
  password: string,
): Promise<StoredHash> {
  const { account, current } = holder
  const admission = await ports.throttle.admit({
    tenantId: caller.tenant.id,
    authenticator: 'password',
    identifier: account.email ?? account.phone_e164 ?? account.id,
    device: holder.known_device,
    epoch: Number(holder.epoch ?? 0),
  })
  const matches = await slot.verify(password, admission.disabled ? null : current)
  if (current && matches) return current

  await recordFailure(ports, {
    action: 'password.change_refused',
    reason: 'wrong_password',
    tenant: caller.tenant,
    account,
    sessionId: caller.claims.sessionId,
    admission,
    context: caller.context,
  })
  throw new AuthError('CURRENT_PASSWORD_INVALID')
}

async function tryReplace(
  ports: ChangePorts,
  { tenant, claims, context }: Caller,
  verified: StoredHash,
  hash: StoredHash,
): Promise<ChangedRow | undefined> {
  const denial = await newDenial()
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
    denial_token: denial.token,
  })
  const done: SQL = recordEvent(
    {
      action: 'password.changed',
      outcome: 'success',
      tenantId: tenant.id,
      userId: sql`holder.id`,
      sessionId: claims.sessionId,
    },
    context,
    sql`holder`,
  )
  const [row] = await ports.database.run<ChangedRow>(
    sql`with begun as (
        select u.id, u.xmin::text as version from users u where u.id = ${claims.userId} and u.tenant_id = ${tenant.id}
      ), owner as (
        select u.id, u.xmin::text <> begun.version as overtaken from users u join begun on begun.id = u.id
        for no key update of u
      ), holder as (
        update users u set authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp()
        from sessions s, password_credentials c, owner
        where u.id = owner.id and not owner.overtaken and s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and s.user_id = u.id and c.user_id = u.id
          and c.hash = ${verified.phc} and ${liveSession} and ${settingsHold(tenant)}
        returning u.id, u.tenant_id, u.authority_version, u.email, u.locale, null::uuid as token_id
      ), ${replacement(tenant, hash, claims.sessionId)}, told as (
        select tenant_id, id as user_id, case when email is null then 'none' else 'password_changed' end as letter, email as recipient, locale from holder
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), denial as (${denial.insert(sql`told`)}
      ), recorded as (${done})
      select message.*, coalesce((select overtaken from owner), false) as overtaken, ${settingsHoldColumn(tenant)}
      from (select 1) as once left join message on true`,
    'once',
  )
  return row
}

/** Who knows the current password is not guessing, also where the new one is refused. */
async function forgive(
  ports: ChangePorts,
  { claims }: Caller,
  verified: StoredHash,
): Promise<void> {
  await ports.database.run(
    sql`update password_credentials set proven_at = now()
      where user_id = ${claims.userId} and hash = ${verified.phc}`,
    'idempotent',
  )
}
