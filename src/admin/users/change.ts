import { type SQL, sql } from 'drizzle-orm'
import { type Account, accountColumn, toUser, type User } from '../../accounts/user.ts'
import type { AuditAction } from '../../audit/actions.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import type { Act } from '../../messages/letters/changed-by-administrator.ts'
import { lettersOf, type OutboxRow } from '../../messages/outbox.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { toldOfRole } from '../../tenants/role-given.ts'
import { type Role, roleNames, rolesOf } from '../../tenants/roles.ts'
import { administer, toWrite } from '../authority.ts'
import { lockedTarget, overreach, refuse, signedOut, type Verdict } from './target.ts'
import { draftNotice, told } from './tell.ts'

export interface UserChange {
  status?: 'active' | 'disabled' | undefined
  /** The highest of them is what the account becomes. */
  roles?: Role[] | undefined
}

interface ChangedRow extends Verdict {
  pending: boolean
  /** A role goes to an address that was proven, not to one that was typed. */
  proven: boolean
  account: Account | null
  messages: OutboxRow[]
}

/**
 * Disables an account, opens it again, gives it other roles. What is taken away is gone at once: sessions, half-done
 * sign-ins, links and waiting recoveries of the account end in the same statement. What is so already changes nothing.
 * Its owner is told, and the owners of the tenant where somebody comes to administer it.
 * Throws `FORBIDDEN`, `LAST_OWNER`, `EMAIL_NOT_VERIFIED`, `USER_PENDING`, and as {@link administer}.
 */
export async function changeUser(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  caller: Caller,
  userId: string,
  { status, roles }: UserChange,
): Promise<User> {
  const wanted = roleNames.find((role) => roles?.includes(role)) ?? null
  const acts: Act[] = [
    ...(status === undefined ? [] : ([status === 'disabled' ? 'disabled' : 'enabled'] as const)),
    ...(wanted === null ? [] : (['roles_changed'] as const)),
  ]
  const notice = await draftNotice(ports, acts)
  const ownersTold = await toldOfRole(ports, caller.tenant, wanted)
  const row = await administer<ChangedRow>(
    ports,
    caller,
    toWrite,
    (
      administrator,
    ) => sql`with ${lockedTarget(administrator, caller, userId)}, ${verdict(status ?? null, wanted)}, changed as (
        update users u set status = verdict.status, roles = verdict.roles,
          authority_version = u.authority_version + verdict.takes_away::integer,
          authority_changed_at = case when verdict.takes_away then clock_timestamp() else u.authority_changed_at end
        from verdict
        where u.id = verdict.id and verdict.allowed and verdict.proven and not verdict.last_owner and not verdict.pending
          and (verdict.turns or verdict.ranks)
        returning u.*
      ), lost as (
        select changed.id, changed.tenant_id, changed.email from changed, verdict where verdict.takes_away
      ), withdrawn as (
        -- An open offer would give back what is taken away now.
        update invitations i set revoked_at = now() from lost
        where i.tenant_id = lost.tenant_id and i.accepted_at is null and i.revoked_at is null
          and (i.invited_by = lost.id or i.email = lost.email)
      ), ${signedOut(sql`lost`, status === 'disabled' ? 'disabled' : 'roles_changed')}, turned_over as (
        -- Also who is enabled again: what was just added when the account was disabled was not seen then.
        select changed.id from changed, verdict where verdict.turns
      ), voided as (
        update one_time_tokens x set used_at = now(), payload = '{}' from turned_over
        where x.user_id = turned_over.id and x.used_at is null
      ), dropped_recoveries as (
        update recoveries x set closed_at = now(), closed_reason = 'cancelled', hash = null, pepper_id = null
        from turned_over where x.user_id = turned_over.id and x.closed_at is null
      ), turned as (select changed.id from changed, verdict where verdict.turns
      ), ranked as (select changed.id from changed, verdict where verdict.ranks
      ), recorded as (${record(caller, status === 'disabled' ? 'admin.user_disabled' : 'admin.user_enabled', sql`turned`)}
      ), recorded_roles as (${record(caller, 'admin.roles_changed', sql`ranked`, wanted)}
      ), ${told(notice, caller, ports.clock.now(), sql`changed`)}, raised as (
        select changed.tenant_id, changed.id from changed, verdict where verdict.gives
      ), ${ownersTold(sql`raised`)}, ${overreach(caller, sql`verdict`)}
      select verdict.allowed, verdict.last_owner, verdict.proven, verdict.pending,
        ${lettersOf(sql`message`, sql`told_owners`)} as messages,
        coalesce((select one.account from (select ${accountColumn('changed')} from changed) as one),
          (select one.account from (select ${accountColumn('u')} from users u where u.id = verdict.id) as one)) as account
      from verdict`,
    'once',
  )
  refuse(row)
  if (!row.proven) throw new AuthError('EMAIL_NOT_VERIFIED')
  if (row.pending) throw new AuthError('USER_PENDING')
  if (!row.account) throw new AuthError('NOT_FOUND')
  deliverSoon(ports, row.messages)
  return toUser(caller.tenant, row.account)
}

/** CTE: what becomes of the target, and whether it may. */
function verdict(status: UserChange['status'] | null, wanted: Role | null): SQL {
  const roles = wanted && rolesOf(wanted)
  return sql`next as (
      select t.*, coalesce(${status}::text, t.status) as next_status,
        coalesce(${roles && sql.param(roles)}::text[], t.roles) as next_roles, u.email_verified_at
      from target t join users u on u.id = t.id
    ), verdict as (
      select next.id, next_status as status, next_roles as roles, next_status <> next.status as turns,
        not (next_roles @> next.roles and next_roles <@ next.roles) as ranks, not next_roles <@ next.roles as gives,
        next_roles <@ next.roles or (next_status = 'active' and next.email_verified_at is not null) as proven,
        (next_status = 'disabled' and next.status <> 'disabled') or not next_roles @> next.roles as takes_away,
        'owner' = any(administrator.roles) or not 'owner' = any(next.roles || next_roles) as allowed,
        next.is_last_owner and (next_status <> 'active' or not 'owner' = any(next_roles)) as last_owner,
        next.status = 'pending' and ${status}::text is not null as pending
      from next, administrator
    )`
}

function record(caller: Caller, action: AuditAction, from: SQL, reason: string | null = null): SQL {
  return recordEvent(
    {
      action,
      outcome: 'success',
      tenantId: caller.tenant.id,
      userId: sql`${from}.id`,
      reason,
      details: { administrator: caller.claims.userId },
    },
    caller.context,
    from,
  )
}
