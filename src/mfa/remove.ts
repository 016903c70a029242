import { sql } from 'drizzle-orm'
import { hasOpenWay } from '../accounts/open-ways.ts'
import { type MayBeOvertaken, untilCurrent } from '../accounts/until-current.ts'
import { mustHaveSecondFactorOf } from '../assurance/demand.ts'
import { newDenial } from '../assurance/denial.ts'
import { withoutSecondFactor } from '../assurance/levels.ts'
import { mailboxCounts } from '../assurance/mailbox.ts'
import { requireStepUp, type StepUp, stepUpColumns } from '../assurance/step-up.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { session } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { liveSession } from '../sessions/live.ts'
import { settingsHoldColumn } from '../tenants/current.ts'
import { type TenantPorts, tenantToday } from '../tenants/resolve.ts'
import type { ProvePorts } from './prove.ts'
import { stepUp } from './step-up.ts'

export interface Removal {
  /** Kind of factor to remove. */
  type: string
  id?: string | undefined
  /** A code of any factor of one's own, for a session that has not shown one yet. */
  code?: string | undefined
}

interface RemovalRow extends OutboxRow, MayBeOvertaken, StepUp {
  settings_hold: boolean
  found: boolean
  needed: boolean
  last_way: boolean
}

/**
 * Removes a second factor for a raised session; a code raises it on the way.
 * Throws as {@link stepUp} and {@link removeBound}.
 */
export async function removeFactor(
  ports: ProvePorts,
  caller: Caller,
  { code, ...target }: Removal,
): Promise<void> {
  if (code !== undefined) await stepUp(ports, caller, { code })
  await removeBound(ports, caller, target)
}

type RemovePorts = TenantPorts & Pick<Ports, 'mailer'>

type Target = Pick<Removal, 'type' | 'id'>

/**
 * Removes a factor for a session that has stepped up. Whatever the factor may have opened ends: other sessions that a
 * second factor was shown to, sign-ins that wait, devices that stand for one. With the last one that counts go the backup
 * codes, a mailbox that does not count now, and what this session has shown beyond a first factor.
 * Throws `STEP_UP_REQUIRED`, `NOT_FOUND`, `MFA_REQUIRED`, `LAST_SIGN_IN_METHOD`, `TOKEN_INVALID`, `UNAVAILABLE`.
 */
export async function removeBound(
  ports: RemovePorts,
  caller: Caller,
  target: Target,
): Promise<void> {
  const row = await untilCurrent(() => tryRemove(ports, caller, target))
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (!row.settings_hold) {
    const tenant = await tenantToday(ports, caller.tenant)
    return removeBound(ports, { ...caller, tenant }, target)
  }
  requireStepUp(row)
  if (!row.found) throw new AuthError('NOT_FOUND')
  if (row.needed) throw new AuthError('MFA_REQUIRED')
  if (row.last_way) throw new AuthError('LAST_SIGN_IN_METHOD')
  deliverSoon(ports, [row])
}

/**
 * What is left is read from locked rows: of two removals at the same moment the second sees what the first has done.
 * A factor that another statement has added while this one waited for the account is not seen: whoever adds one writes
 * to the account too, so the row that was locked tells by its version that it is not the one of this statement's
 * snapshot, and nothing is done.
 */
async function tryRemove(
  ports: RemovePorts,
  caller: Caller,
  { type, id }: Target,
): Promise<RemovalRow | undefined> {
  const { tenant, claims, context } = caller
  const denial = await newDenial()
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
    denial_token: denial.token,
  })
  const [row] = await ports.database.run<RemovalRow>(
    sql`with begun as (
        select xmin::text as version from users where id = ${claims.userId}
      ), caller as (
        select u.*, u.xmin::text as version, ${stepUpColumns('remove_factor', tenant)},
          ${mustHaveSecondFactorOf(tenant)} as required
        from sessions s join users u on u.id = s.user_id
        where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
        for update of u, s
      ), codes as (
        select f.id, f.type, false as opens, f.type <> 'email' or ${mailboxCounts(tenant, sql`caller`)} as counts
        from factors f join caller on caller.id = f.user_id for update of f
      ), keys as (
        select k.id, 'webauthn' as type, k.user_verified as opens, true as counts
        from webauthn_credentials k join caller on caller.id = k.user_id for update of k
      ), identities as (
        select o.id, o.provider from oauth_accounts o join caller on caller.id = o.user_id for update of o
      ), bound as (
        select b.*, b.type = ${type} and b.id = coalesce(${id ?? null}::uuid, case when b.type <> 'webauthn' then b.id end)
          as chosen
        from (select * from codes union all select * from keys) as b
      ), verdict as (
        select caller.id as user_id, caller.stepped_up, caller.asked_level, caller.asked_age, facts.*,
          caller.version <> (select version from begun) as overtaken, ${settingsHoldColumn(tenant)},
          caller.required and not facts.left as needed,
          facts.opens and not facts.opens_left and not exists (select 1 from identities)
            and not exists (select 1 from password_credentials c where c.user_id = caller.id)
            or facts.opens and not ${hasOpenWay(tenant, sql`caller`, {
              key: sql`facts.opens_left`,
              identities: sql`identities`,
            })} as last_way
        from caller, (
          select coalesce(bool_or(chosen), false) as found, coalesce(bool_or(not chosen and counts), false) as left,
            coalesce(bool_or(chosen and opens), false) as opens,
            coalesce(bool_or(not chosen and opens), false) as opens_left
          from bound
        ) as facts
      ), target as (
        select bound.id, verdict.user_id from bound, verdict
        where bound.chosen and not verdict.overtaken and verdict.settings_hold and verdict.stepped_up
          and not verdict.needed and not verdict.last_way
      ), removed_codes as (
        delete from factors f using target where f.id = target.id returning f.user_id
      ), removed_keys as (
        delete from webauthn_credentials k using target where k.id = target.id returning k.user_id
      ), removed as (
        select user_id from removed_codes union select user_id from removed_keys
      ), bumped as (
        update users set mfa_enabled = users.mfa_enabled and verdict.left,
          authority_version = users.authority_version + 1, authority_changed_at = clock_timestamp()
        from removed, verdict where users.id = removed.user_id
        returning users.id, users.authority_version, users.mfa_enabled
      ), cleared as (
        delete from backup_codes b using bumped where b.user_id = bumped.id and not bumped.mfa_enabled
      ), uncounted as (
        delete from factors f using bumped
        where f.user_id = bumped.id and not bumped.mfa_enabled and f.id not in (select id from target)
      ), stale as (
        delete from factor_codes c using bumped where c.user_id = bumped.id and c.type = ${type}
      ), forgotten as (
        update devices d set remembered_until = null, remembered_version = null
        from bumped where d.user_id = bumped.id and d.remembered_until is not null
      ), others as (
        update sessions s set revoked_at = now(), revoked_reason = 'factor_removed' from bumped
        where s.user_id = bumped.id and s.id <> ${claims.sessionId} and s.acr <> 'aal1' and s.revoked_at is null
      ), kept as (
        update sessions s set authority_version = bumped.authority_version,
          acr = case when bumped.mfa_enabled then s.acr else 'aal1' end,
          amr = case when bumped.mfa_enabled then s.amr else ${withoutSecondFactor(sql`s.amr`)} end
        from bumped
        where s.user_id = bumped.id and (s.id = ${claims.sessionId} or s.acr = 'aal1') and s.revoked_at is null
          and s.authority_version >= bumped.authority_version - 1
      ), told as (
        select caller.tenant_id, caller.id as user_id, caller.locale, caller.email as recipient,
          case when caller.email is null then 'none' else 'factor_removed' end as letter
        from caller join removed on removed.user_id = caller.id
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), denial as (${denial.insert(sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'mfa.factor_removed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: claims.userId,
          sessionId: claims.sessionId,
          reason: type,
        },
        context,
        sql`removed`,
      )})
      select message.*, verdict.overtaken, verdict.settings_hold, verdict.stepped_up, verdict.asked_level, verdict.asked_age, verdict.found,
        verdict.needed, verdict.last_way
      from verdict left join message on true`,
    'once',
  )
  return row
}
