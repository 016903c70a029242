import { sql } from 'drizzle-orm'
import { hasOpenWay } from '../../accounts/open-ways.ts'
import { newDenial } from '../../assurance/denial.ts'
import { requireStepUp, type StepUp, stepUpColumns } from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { session } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import { settingsHoldColumn } from '../../tenants/current.ts'
import { type TenantPorts, tenantToday } from '../../tenants/resolve.ts'
import { toldColumns } from './tell.ts'

interface UnlinkRow extends OutboxRow, StepUp {
  settings_hold: boolean
  found: boolean
  last_way: boolean
}

/**
 * Removes an identity, unless it is the last way in: a password, another identity or a passkey must be left. Every
 * other session ends, as whoever holds the identity may have opened one.
 * Throws `STEP_UP_REQUIRED`, `NOT_FOUND`, `LAST_SIGN_IN_METHOD`, `TOKEN_INVALID`.
 */
export async function unlinkIdentity(
  ports: TenantPorts & Pick<Ports, 'mailer'>,
  caller: Caller,
  id: string,
): Promise<void> {
  const { tenant, claims, context } = caller
  const denial = await newDenial()
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
    denial_token: denial.token,
  })
  // What is left is read from locked rows: of two removals at the same moment the second sees what the first has done,
  // the session that it has moved on included.
  const [row] = await ports.database.run<UnlinkRow>(
    sql`with caller as (
        select u.*, ${stepUpColumns('unlink_identity', tenant)}
        from sessions s join users u on u.id = s.user_id
        where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
        for update of u, s
      ), identities as (
        select o.id, o.provider, o.id = ${id}::uuid as chosen
        from oauth_accounts o join caller on caller.id = o.user_id for update of o
      ), keys as (
        select k.id from webauthn_credentials k join caller on caller.id = k.user_id
        where k.user_verified for update of k
      ), verdict as (
        select caller.*, exists (select 1 from identities where chosen) as found,
          not exists (select 1 from identities where not chosen) and not exists (select 1 from keys)
            and not exists (select 1 from password_credentials c where c.user_id = caller.id)
            or not ${hasOpenWay(tenant, sql`caller`, {
              key: sql`exists (select 1 from keys)`,
              identities: sql`(select provider from identities where not chosen)`,
            })} as last_way, ${settingsHoldColumn(tenant)}
        from caller
      ), unlinked as (
        delete from oauth_accounts o using identities, verdict
        where o.id = identities.id and identities.chosen and verdict.settings_hold and verdict.stepped_up
          and not verdict.last_way
        returning o.user_id, o.provider
      ), bumped as (
        update users set authority_version = users.authority_version + 1, authority_changed_at = clock_timestamp()
        from unlinked where users.id = unlinked.user_id returning users.id, users.authority_version
      ), others as (
        update sessions set revoked_at = now(), revoked_reason = 'identity_unlinked'
        from bumped where sessions.user_id = bumped.id and sessions.revoked_at is null
          and sessions.id <> ${claims.sessionId}
      ), kept as (
        update sessions set authority_version = bumped.authority_version
        from bumped where sessions.id = ${claims.sessionId}
      ), told as (
        select ${toldColumns('identity_unlinked', sql`verdict`)} from verdict, unlinked
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), denial as (${denial.insert(sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'identity.unlinked',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`unlinked.user_id`,
          sessionId: claims.sessionId,
          reason: sql`unlinked.provider`,
        },
        context,
        sql`unlinked`,
      )})
      select message.*, verdict.settings_hold, verdict.stepped_up, verdict.asked_level, verdict.asked_age, verdict.found,
        verdict.last_way
      from verdict left join message on true`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (!row.settings_hold) {
    return unlinkIdentity(ports, { ...caller, tenant: await tenantToday(ports, tenant) }, id)
  }
  requireStepUp(row)
  if (!row.found) throw new AuthError('NOT_FOUND')
  if (row.last_way) throw new AuthError('LAST_SIGN_IN_METHOD')
  if (row.id) deliverSoon(ports, [row])
}
