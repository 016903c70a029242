import { type SQL, sql } from 'drizzle-orm'
import type { Caller } from './caller.ts'

/**
 * What it takes for a session `s` of a user `u` to be alive. The versions differ as soon as authority was taken
 * away (password changed or reset, everywhere signed out, disabled), whatever was written at the same moment.
 */
export const liveSession = sql`s.revoked_at is null and s.expires_at > now() and s.ends_at > now()
  and s.authority_version >= u.authority_version and u.status = 'active'`

/** When a session `s` ends by the rules of today, in seconds of life: it may have been opened by longer ones. */
export function endOf(absoluteLife: number | SQL): SQL {
  return sql`s.created_at + make_interval(secs => ${absoluteLife})`
}

/**
 * Locks the rows of the account and of the session, in this order here and everywhere: the conditions beside it are then
 * judged once more by what a statement that was waited for has left, and not by what this one began with.
 */
export const lockedSession = sql`for no key update of u, s`

/** The caller's own live session as a row source `caller` (user_id, session_id, authority_version): empty where it has ended. */
export function callerSession({ tenant, claims }: Caller): SQL {
  return sql`select u.id as user_id, s.id as session_id, s.authority_version
    from sessions s join users u on u.id = s.user_id
    where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}`
}
