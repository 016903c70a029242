import { type SQL, sql } from 'drizzle-orm'
import { AuthError } from '../../errors.ts'
import type { Caller } from '../../sessions/caller.ts'
import { recordRefusal } from '../authority.ts'

/** What an act says of whether it may be done to the account that it names. */
export interface Verdict {
  [column: string]: unknown
  /** Only owners touch owners, and only they make one. */
  allowed: boolean
  /** It would leave the tenant without an owner. */
  last_owner: boolean
}

/** Throws `FORBIDDEN`, `LAST_OWNER`. */
export function refuse({ allowed, last_owner: lastOwner }: Verdict): void {
  if (!allowed) throw new AuthError('FORBIDDEN')
  if (lastOwner) throw new AuthError('LAST_OWNER')
}

/** CTE for the trail: somebody who is no owner reached for one. `verdict` has id and allowed. */
export function overreach(caller: Caller, verdict: SQL): SQL {
  return sql`overreach as (${recordRefusal(
    caller,
    'owners_only',
    sql`(select from ${verdict} as v where not v.allowed) as refused`,
  )})`
}

/**
 * CTEs `administrator` and `target` of an act that may take an owner away. The target and all active owners are locked
 * in the order of their ids, before the administrator's own row: of two statements that would each take one of the last
 * two away the second waits, and then finds in `locked` what the first has left. An owner who is about to leave by
 * himself counts as gone.
 */
export function lockedTarget(administrator: SQL, { tenant, claims }: Caller, userId: string): SQL {
  return sql`locked as (
      select u.id, u.status, u.roles,
        'owner' = any(u.roles) and u.status = 'active' and u.deletes_at is null as is_owner
      from users u
      where u.tenant_id = ${tenant.id} and u.status <> 'deleted' and (u.id in (${userId}::uuid, ${claims.userId}::uuid)
        or (u.roles && '{owner,admin}'::text[] and 'owner' = any(u.roles)))
        -- A glance, so that only administrators hold anybody up; what counts is asked below.
        and exists (select from users a where a.id = ${claims.userId} and a.roles && '{owner,admin}'::text[])
      order by u.id for no key update of u
    ), administrator as (
      select acting.* from (${administrator}) as acting where (select count(*) from locked) > 0
    ), target as (
      select locked.*,
        locked.is_owner and not exists (select from locked o where o.is_owner and o.id <> locked.id) as is_last_owner
      from locked, administrator
      where locked.id = ${userId}::uuid
        and exists (select from locked a where a.id = administrator.user_id and a.status = 'active'
          and a.roles = administrator.roles)
    )`
}

/** CTE that ends every session and half-done sign-in of `source` (id), whose authority has moved on. */
export function signedOut(source: SQL, reason: string): SQL {
  return sql`ended as (
      update sessions x set revoked_at = now(), revoked_reason = ${reason}::text from ${source} as o
      where x.user_id = o.id and x.revoked_at is null
    ), dropped_sign_ins as (
      update pending_sign_ins x set used_at = now() from ${source} as o
      where x.user_id = o.id and x.used_at is null
    )`
}
