import { sql } from 'drizzle-orm'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { type Member, memberValue } from './members.ts'
import { highestRole, lockedOwners, type Role, rolesOf } from './roles.ts'

interface ChangedRow {
  [column: string]: unknown
  /** Only owners make owners, and only they change one. */
  allowed: boolean
  last_owner: boolean
  /** A role goes to an address that was proven, not to one that was typed. */
  proven: boolean
  member: Member | null
}

/**
 * Gives a member another role. What is taken away is gone at once: sessions of the old authority end in the same
 * statement. Throws `FORBIDDEN`, `LAST_OWNER`, `EMAIL_NOT_VERIFIED`, and as {@link administer}.
 */
export async function changeMember(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  userId: string,
  role: Role,
): Promise<Member> {
  const { tenant, context } = caller
  const row = await administer<ChangedRow>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with caller as (${administrator}
      ), ${lockedOwners(tenant.id)}, target as (
        select u.*, ${highestRole(sql`u`)} as role from users u
        where u.id = ${userId}::uuid and u.tenant_id = ${tenant.id} and u.status <> 'deleted'
        for no key update of u
      ), verdict as (
        select target.id, target.role <> 'member' and ${role}::text <> target.role
            and not (target.role = 'admin' and ${role}::text = 'owner') as takes_away,
          'owner' = any(caller.roles) or (target.role <> 'owner' and ${role}::text <> 'owner') as allowed,
          ${role}::text = 'member' or (target.status = 'active' and target.email_verified_at is not null) as proven,
          target.role = 'owner' and ${role}::text <> 'owner'
            and not exists (select from owners where owners.id <> target.id) as last_owner
        from caller, target, (select count(*) from owners) as locked
      ), changed as (
        update users u set roles = ${sql.param(rolesOf(role))}::text[],
          authority_version = u.authority_version + verdict.takes_away::integer,
          authority_changed_at = case when verdict.takes_away then now() else u.authority_changed_at end
        from verdict where u.id = verdict.id and verdict.allowed and verdict.proven and not verdict.last_owner
        returning u.*
      ), withdrawn as (
        -- An open offer would give back what is taken away now.
        update invitations i set revoked_at = now() from changed, verdict
        where verdict.takes_away and i.tenant_id = changed.tenant_id and i.accepted_at is null and i.revoked_at is null
          and (i.invited_by = changed.id or i.email = changed.email)
      ), recorded as (${recordEvent(
        {
          action: 'member.role_changed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`changed.id`,
          sessionId: sql`caller.session_id`,
          reason: role,
          details: { by: caller.claims.userId },
        },
        context,
        sql`changed, caller`,
      )})
      select verdict.allowed, verdict.last_owner, verdict.proven, (select ${memberValue} from changed u) as member from verdict`,
    'once',
  )
  if (!row.allowed) throw new AuthError('FORBIDDEN')
  if (row.last_owner) throw new AuthError('LAST_OWNER')
  if (!row.proven) throw new AuthError('EMAIL_NOT_VERIFIED')
  if (!row.member) throw new AuthError('NOT_FOUND')
  return row.member
}
