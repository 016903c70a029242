import { sql } from 'drizzle-orm'
import { tombstoned } from '../accounts/tombstone.ts'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { lockedOwners } from './roles.ts'

interface RemovedRow {
  [column: string]: unknown
  allowed: boolean
  last_owner: boolean
}

/**
 * Ends an account of the caller's tenant at once: an account belongs to one tenant, so nothing of it is left but a
 * tombstone, and its address is free. Throws `FORBIDDEN` (only owners remove owners), `LAST_OWNER`, and as
 * {@link administer}.
 */
export async function removeMember(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  userId: string,
): Promise<void> {
  const { tenant, context } = caller
  const row = await administer<RemovedRow>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with caller as (${administrator}
      ), ${lockedOwners(tenant.id)}, target as (
        select u.id, 'owner' = any(u.roles) as is_owner from users u
        where u.id = ${userId}::uuid and u.tenant_id = ${tenant.id} and u.status <> 'deleted'
        for update of u
      ), verdict as (
        select target.id, 'owner' = any(caller.roles) or not target.is_owner as allowed,
          target.is_owner and not exists (select from owners where owners.id <> target.id) as last_owner
        from caller, target, (select count(*) from owners) as locked
      ), leaving as (
        select id from verdict where allowed and not last_owner
      ), ${tombstoned(sql`leaving`)}, recorded as (${recordEvent(
        {
          action: 'member.removed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`tombstone.id`,
          details: { by: caller.claims.userId },
        },
        context,
        sql`tombstone`,
      )})
      select allowed, last_owner from verdict`,
    'once',
  )
  if (!row.allowed) throw new AuthError('FORBIDDEN')
  if (row.last_owner) throw new AuthError('LAST_OWNER')
}
