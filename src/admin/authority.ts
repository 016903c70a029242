import { type SQL, sql } from 'drizzle-orm'
import { isFresh, maxAgeOf, stepUpRequired } from '../assurance/step-up.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Ports, Retry, Row } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { liveSession, lockedSession } from '../sessions/live.ts'
import type { Role } from '../tenants/roles.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What an act of administration asks of the session that does it. */
export interface Authority {
  roles: readonly Role[]
  /** It has shown a second factor lately; else at any time. */
  lately: boolean
}

/** For looking: whatever the session has shown, once, with a second factor. */
export const toRead: Authority = { roles: ['owner', 'admin'], lately: false }
/** For changing: a second factor was shown lately. */
export const toWrite: Authority = { ...toRead, lately: true }
/** For what only owners may change. */
export const toOwn: Authority = { ...toWrite, roles: ['owner'] }
/** For what anyone with a second factor may do. */
export const toFound: Authority = { ...toWrite, roles: ['owner', 'admin', 'member'] }

/**
 * Runs one statement of an administrator of the caller's tenant, in one round trip. Roles are asked of the database in
 * the statement itself, never of the token: a role that was taken away a moment ago does nothing any more.
 *
 * `write` gets the row source of who acts (`user_id`, `session_id`, `roles`), empty without authority, and makes a
 * statement that begins from it and answers one row exactly where it has done what was asked.
 * Throws `TOKEN_INVALID`, `FORBIDDEN`, `STEP_UP_REQUIRED`, and `NOT_FOUND` where the act found nothing to do it to.
 */
export async function administer<T extends Row>(
  { database }: Pick<Ports, 'database'>,
  caller: Caller,
  authority: Authority,
  write: (administrator: SQL) => SQL,
  retry: Retry = 'idempotent',
): Promise<T> {
  const [row] = await database.run<T>(write(administrator(caller, authority)), retry)
  if (row) return row
  await explain({ database }, caller, authority)
  throw new AuthError('NOT_FOUND')
}

function administrator(caller: Caller, { roles, lately }: Authority): SQL {
  return sql`select u.id as user_id, s.id as session_id, u.roles
    from sessions s join users u on u.id = s.user_id
    where ${isCaller(caller)} and ${liveSession} and u.roles && ${sql.param(roles)}::text[] and s.acr <> 'aal1'
      ${lately ? actingNow(caller.tenant) : sql``}`
}

/**
 * Locked, so that who loses a role at this moment acts before, or not at all. Nor together with other acts (FOR SHARE): a
 * new one would be let past a statement that ends their authority and waits for the first.
 */
function actingNow(tenant: Tenant): SQL {
  return sql`and ${isFresh('administer', tenant)} ${lockedSession}`
}

/** Throws the reason why a session may not, which goes into the trail; returns where it may. */
async function explain(
  { database }: Pick<Ports, 'database'>,
  caller: Caller,
  { roles, lately }: Authority,
): Promise<void> {
  const [session] = await database.run<{ allowed: boolean; stale: boolean; age: number }>(
    sql`with session as (
        select u.roles && ${sql.param(roles)}::text[] as allowed, s.acr = 'aal1'
          or (${lately}::boolean and not ${isFresh('administer', caller.tenant)}) as stale,
          ${maxAgeOf('administer', caller.tenant)} as age
        from sessions s join users u on u.id = s.user_id
        where ${isCaller(caller)} and ${liveSession}
      ), refused as (
        select case when allowed then 'step_up' else 'role' end as reason from session where stale or not allowed
      ), recorded as (${recordRefusal(caller, sql`refused.reason`, sql`refused`)})
      select allowed, stale, age from session`,
    'idempotent',
  )
  if (!session) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (!session.allowed) throw new AuthError('FORBIDDEN')
  if (session.stale) throw stepUpRequired('aal2', session.age)
}

/** The INSERT of what somebody known was not allowed to do, for each row of `refused`. */
export function recordRefusal(caller: Caller, reason: SQL | string, refused: SQL): SQL {
  const { tenant, claims, context } = caller
  return recordEvent(
    {
      action: 'admin.refused',
      outcome: 'failure',
      tenantId: tenant.id,
      userId: claims.userId,
      sessionId: claims.sessionId,
      reason,
    },
    context,
    refused,
  )
}

function isCaller({ tenant, claims }: Caller): SQL {
  return sql`s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId}`
}
