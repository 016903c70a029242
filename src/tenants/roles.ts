import { type SQL, sql } from 'drizzle-orm'

/** From the highest. */
export const roleNames = ['owner', 'admin', 'member'] as const
export type Role = (typeof roleNames)[number]

/** What an account of this role carries: everyone is a member. */
export function rolesOf(role: Role): Role[] {
  return role === 'member' ? ['member'] : ['member', role]
}

/** Of these roles; everyone is a member. */
export function highestOf(roles: readonly string[]): Role {
  return roleNames.find((role) => roles.includes(role)) ?? 'member'
}

/** The highest role of the row source `name`, as SQL. */
export function highestRole(name: SQL): SQL {
  return sql`case when 'owner' = any(${name}.roles) then 'owner' when 'admin' = any(${name}.roles) then 'admin'
    else 'member' end`
}
