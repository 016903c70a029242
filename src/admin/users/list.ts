import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Account, accountColumn, toUser, userSchema } from '../../accounts/user.ts'
import { administration as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import type { Role } from '../../tenants/roles.ts'
import { administer, toRead } from '../authority.ts'
import { startsWith } from '../starts-with.ts'

export const usersSchema = () =>
  z.object({
    users: z.array(userSchema()),
    /** Pass as `cursor` for the next page; null on the last. */
    next_cursor: z.string().nullable(),
  })

export const userStatuses = ['pending', 'active', 'disabled', 'deleted'] as const

export interface UserSearch {
  /** How an e-mail address, a phone number, a first or a last name begins. */
  q?: string | undefined
  status?: (typeof userStatuses)[number] | undefined
  role?: Role | undefined
  mfa?: 'true' | 'false' | undefined
  cursor?: string | undefined
}

/** A page of the accounts of the caller's tenant, newest first. Throws as {@link administer}. */
export async function listUsers(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  search: UserSearch,
): Promise<z.infer<ReturnType<typeof usersSchema>>> {
  const { users } = await administer<{ users: Account[] }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select coalesce((
        select jsonb_agg(page.account order by page.id desc)
        from (
          select u.id, ${accountColumn('u')} from users u
          where u.tenant_id = ${caller.tenant.id} and ${sql.join(conditions(search), sql` and `)}
          order by u.id desc limit ${policy.usersPage + 1}
        ) page
      ), '[]'::jsonb) as users
      from administrator`,
  )
  const page = users.slice(0, policy.usersPage).map((account) => toUser(caller.tenant, account))
  const more = users.length > policy.usersPage
  return { users: page, next_cursor: more ? (page.at(-1)?.id ?? null) : null }
}

/** Only what was asked for: each condition has its index, and the planner chooses among those that are there. */
function conditions({ q, status, role, mfa, cursor }: UserSearch): SQL[] {
  return [
    status === undefined ? sql`u.status <> 'deleted'` : sql`u.status = ${status}`,
    ...(q === undefined ? [] : [begins(q)]),
    ...(role === undefined ? [] : [ofRole(role)]),
    ...(mfa === undefined ? [] : [mfa === 'true' ? sql`u.mfa_enabled` : sql`not u.mfa_enabled`]),
    ...(cursor === undefined ? [] : [sql`u.id < ${cursor}::uuid`]),
  ]
}

function begins(q: string): SQL {
  const typed = q.trim()
  const digits = typed.replace(/[^\d]/g, '')
  const found = [
    startsWith(sql`u.email`, typed.toLowerCase()),
    startsWith(sql`lower(u.first_name)`, typed.toLowerCase()),
    startsWith(sql`lower(u.last_name)`, typed.toLowerCase()),
    // Numbers are kept as E.164, whatever is typed between the digits.
    ...(/^[+\d\s().-]+$/.test(typed) && digits
      ? [startsWith(sql`u.phone_e164`, `+${digits}`)]
      : []),
  ]
  return sql`(${sql.join(found, sql` or `)})`
}

/** Everyone is a member; who is more is in an index of few. */
function ofRole(role: Role): SQL {
  if (role === 'member') return sql`not u.roles && '{owner,admin}'::text[]`
  return sql`u.roles && '{owner,admin}'::text[] and ${role} = any(u.roles)`
}
