import { type SQL, sql } from 'drizzle-orm'

/** From the highest. */
export const roleNames = ['owner', 'admin', 'member'] as const
export type Role = (typeof roleNames)[number]

/** What an account of this role carries: everyone is a member. */
export function rolesOf(role: Role): Role[] {
  return role === 'member' ? ['member'] : ['member', role]
}

/** The highest role of the row source `name`, as SQL. */
export function highestRole(name: SQL): SQL {
  return sql`case when 'owner' = any(${name}.roles) then 'owner' when 'admin' = any(${name}.roles) then 'admin'
    else 'member' end`
}

/**
 * CTE `owners`: the active owners of a tenant who stay, locked in the order of their ids. Of two statements that would each take
 * away one of the last two, the second waits here, and then finds what the first has left.
 */
export function lockedOwners(tenantId: string): SQL {
  return sql`owners as (
    select id from users
    where tenant_id = ${tenantId} and 'owner' = any(roles) and status = 'active' and deletes_at is null
    order by id for no key update
  )`
}
