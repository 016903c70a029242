import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText, type User } from '../accounts/user.ts'
import { administer, toRead } from '../admin/authority.ts'
import { tenant as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { highestOf, highestRole, roleNames } from './roles.ts'

export const memberSchema = () =>
  z.object({
    user_id: z.uuid(),
    email: z.string().nullable(),
    email_verified: z.boolean(),
    phone_e164: z.string().nullable(),
    phone_verified: z.boolean(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    role: z.enum(roleNames),
    status: z.string(),
    mfa_enabled: z.boolean(),
    created_at: z.string(),
    last_login_at: z.string().nullable(),
  })

export const membersSchema = () =>
  z.object({
    members: z.array(memberSchema()),
    /** Pass as `cursor` for the next page; null on the last. */
    next_cursor: z.string().nullable(),
  })

export type Member = z.infer<ReturnType<typeof memberSchema>>
export type Members = z.infer<ReturnType<typeof membersSchema>>

/** An account as the list of members has it. */
export function memberOf(user: User): Member {
  const { id, email, email_verified, phone_e164, phone_verified, first_name, last_name } = user
  const { roles, status, mfa_enabled, created_at, last_login_at } = user
  return {
    user_id: id,
    ...{ email, email_verified, phone_e164, phone_verified, first_name, last_name },
    ...{ role: highestOf(roles), status, mfa_enabled, created_at, last_login_at },
  }
}

/** A {@link Member} as one JSON value, of the row source `u`. */
const memberValue = sql`jsonb_build_object('user_id', u.id, 'email', u.email,
  'email_verified', u.email_verified_at is not null, 'phone_e164', u.phone_e164,
  'phone_verified', u.phone_verified_at is not null, 'first_name', u.first_name, 'last_name', u.last_name, 'role', ${highestRole(sql`u`)}, 'status', u.status,
  'mfa_enabled', u.mfa_enabled, 'created_at', ${timestampText(sql`u.created_at`)},
  'last_login_at', ${timestampText(sql`u.last_login_at`)})`

/** A page of the accounts of the caller's tenant, newest first. Throws as {@link administer}. */
export async function listMembers(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  cursor: string | null,
): Promise<Members> {
  const { members } = await administer<{ members: Member[] }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with caller as (${administrator})
      select coalesce((
        select jsonb_agg(${memberValue} order by u.id desc)
        from (
          select * from users
          where tenant_id = ${caller.tenant.id} and status <> 'deleted'
            and (${cursor}::uuid is null or id < ${cursor}::uuid)
          order by id desc limit ${policy.membersPage + 1}
        ) u
      ), '[]'::jsonb) as members
      from caller`,
  )
  const page = members.slice(0, policy.membersPage)
  const more = members.length > policy.membersPage
  return { members: page, next_cursor: more ? (page.at(-1)?.user_id ?? null) : null }
}
