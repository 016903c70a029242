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

/** The account as one JSON column `account` of a row source named `name`. */
export function accountColumn(name: SQL): SQL {
  return sql`jsonb_build_object('id', ${name}.id, 'email', ${name}.email,
    'email_verified', ${name}.email_verified_at is not null, 'phone_e164', ${name}.phone_e164,
    'phone_verified', ${name}.phone_verified_at is not null, 'first_name', ${name}.first_name,
    'last_name', ${name}.last_name, 'date_of_birth', ${name}.date_of_birth, 'gender', ${name}.gender,
    'mobile', ${name}.mobile, 'locale', ${name}.locale, 'extra', ${name}.extra, 'status', ${name}.status, 'roles', ${name}.roles,
    'mfa_enabled', ${name}.mfa_enabled, 'authority_version', ${name}.authority_version,
    'created_at', ${timestampText(sql`${name}.created_at`)},
    'updated_at', ${timestampText(sql`${name}.updated_at`)},
    'last_login_at', ${timestampText(sql`${name}.last_login_at`)},
    'is_closing', ${name}.deletes_at is not null) as account`
}

/** RFC 3339 in UTC, to the millisecond. */
export function timestampText(moment: SQL): SQL {
  return sql`to_char(${moment} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
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
