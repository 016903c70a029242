import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Row } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** An account as its owner sees it. */
export const userSchema = () =>
  z.object({
    id: z.uuid(),
    tenant: z.string(),
    email: z.string().nullable(),
    email_verified: z.boolean(),
    phone_e164: z.string().nullable(),
    phone_verified: z.boolean(),
    first_name: z.string().nullable(),
    last_name: z.string().nullable(),
    date_of_birth: z.string().nullable(),
    gender: z.string().nullable(),
    mobile: z.string().nullable(),
    locale: z.string(),
    /** Answers to the tenant's own fields, by name. */
    extra: z.record(z.string(), z.union([z.string(), z.boolean()])),
    status: z.string(),
    roles: z.array(z.string()),
    mfa_enabled: z.boolean(),
    created_at: z.string(),
    updated_at: z.string(),
    last_login_at: z.string().nullable(),
  })

export type User = z.infer<ReturnType<typeof userSchema>>

/** What statements call the rows of `users` that they yield. */
type UsersAlias = 'u' | 'account' | 'changed' | 'made' | 'owner'

/**
 * The account as one JSON column `account`. Plain text, as Drizzle would put it together anew, part by part, for nearly
 * every request.
 */
export function accountColumn(of: UsersAlias): SQL {
  return sql.raw(`jsonb_build_object('id', ${of}.id, 'email', ${of}.email,
    'email_verified', ${of}.email_verified_at is not null, 'phone_e164', ${of}.phone_e164,
    'phone_verified', ${of}.phone_verified_at is not null, 'first_name', ${of}.first_name,
    'last_name', ${of}.last_name, 'date_of_birth', ${of}.date_of_birth, 'gender', ${of}.gender,
    'mobile', ${of}.mobile, 'locale', ${of}.locale, 'extra', ${of}.extra, 'status', ${of}.status, 'roles', ${of}.roles,
    'mfa_enabled', ${of}.mfa_enabled, 'authority_version', ${of}.authority_version,
    'created_at', to_char(${of}.created_at at time zone 'utc', ${rfc3339}),
    'updated_at', to_char(${of}.updated_at at time zone 'utc', ${rfc3339}),
    'last_login_at', to_char(${of}.last_login_at at time zone 'utc', ${rfc3339}),
    'is_closing', ${of}.deletes_at is not null) as account`)
}

const rfc3339 = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`

/** RFC 3339 in UTC, to the millisecond. */
export function timestampText(moment: SQL): SQL {
  return sql`to_char(${moment} at time zone 'utc', ${sql.raw(rfc3339)})`
}

/** What {@link accountColumn} yields. */
export interface Account extends Omit<User, 'tenant'> {
  authority_version: number
  /** It waits to be deleted. */
  is_closing: boolean
}

export interface AccountRow extends Row {
  account: Account
}

export function toUser(tenant: Tenant, account: Account): User {
  const { authority_version: _, is_closing: __, ...user } = account
  return { ...user, tenant: tenant.slug }
}
