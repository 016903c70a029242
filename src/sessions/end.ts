import { sql } from 'drizzle-orm'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from './caller.ts'
import { callerSession, liveSession, lockedSession } from './live.ts'

/** Ends the caller's session. An ended session may end again: the wish is fulfilled. */
export async function endSession(ports: Pick<Ports, 'database'>, caller: Caller): Promise<void> {
  const { tenant, claims, context } = caller
  await ports.database.run(
    sql`with ended as (
        update sessions set revoked_at = now(), revoked_reason = 'logout'
        where id = ${claims.sessionId} and tenant_id = ${tenant.id} and user_id = ${claims.userId}
          and revoked_at is null
        returning user_id, id
      ), recorded as (${recordEvent(
        {
          action: 'session.ended',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`ended.user_id`,
          sessionId: sql`ended.id`,
          reason: 'logout',
        },
        context,
        sql`ended`,
      )})
      select 1`,
    'idempotent',
  )
}

/** Ends one of the caller's sessions by id. Throws `NOT_FOUND` for another's, `TOKEN_INVALID` for an ended caller. */
export async function endOtherSession(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  sessionId: string,
): Promise<void> {
  const { tenant, context } = caller
  const [row] = await ports.database.run<{ found: boolean }>(
    sql`with caller as (${callerSession(caller)}
      ), found as (
        select s.id from sessions s join users u on u.id = s.user_id join caller on caller.user_id = s.user_id
        where s.id = ${sessionId} and s.tenant_id = ${tenant.id} and ${liveSession}
      ), ended as (
        update sessions set revoked_at = now(), revoked_reason = 'revoked_by_owner'
        from found where sessions.id = found.id and sessions.revoked_at is null
        returning sessions.user_id, sessions.id
      ), recorded as (${recordEvent(
        {
          action: 'session.ended',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`ended.user_id`,
          sessionId: sql`ended.id`,
          reason: 'revoked_by_owner',
        },
        context,
        sql`ended`,
      )})
      select exists (select 1 from found) as found from caller`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (!row.found) throw new AuthError('NOT_FOUND')
}

/**
 * Ends every session of the caller, or every other one. The account's version moves on, so a session that is
 * being opened or refreshed at this very moment is dead too.
 */
export async function endAllSessions(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  exceptCurrent: boolean,
): Promise<void> {
  const { tenant, claims, context } = caller
  const [row] = await ports.database.run(
    sql`with caller as (${callerSession(caller)} ${lockedSession}
      ), bumped as (
        update users set authority_version = users.authority_version + 1, authority_changed_at = clock_timestamp()
        from caller where users.id = caller.user_id and users.authority_version = caller.authority_version
        returning users.id, users.authority_version
      ), others as (
        update sessions set revoked_at = now(), revoked_reason = 'logout_all'
        from bumped where sessions.user_id = bumped.id and sessions.revoked_at is null
          and (not ${exceptCurrent}::boolean or sessions.id <> ${claims.sessionId})
      ), kept as (
        update sessions set authority_version = bumped.authority_version
        from bumped where sessions.id = ${claims.sessionId} and ${exceptCurrent}::boolean
      ), recorded as (${recordEvent(
        {
          action: 'session.all_ended',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`bumped.id`,
          sessionId: claims.sessionId,
          reason: exceptCurrent ? 'except_current' : null,
        },
        context,
        sql`bumped`,
      )})
      select id from bumped`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
}
