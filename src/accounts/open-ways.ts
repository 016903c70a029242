import { type SQL, sql } from 'drizzle-orm'
import type { SignInMethod } from '../tenants/sign-in-methods.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What is left of an account besides what its own row tells, each a row source. */
interface Left {
  /** True where a passkey is left. */
  key: SQL
  /** With provider. */
  identities: SQL
}

/**
 * Whether an account (a row of `users`) can still sign in by a way that its tenant has open: a password behind a closed
 * door lets nobody in.
 */
export function hasOpenWay({ settings }: Tenant, account: SQL, { key, identities }: Left): SQL {
  const open: readonly string[] = settings.signInMethods
  const isOpen = (...methods: SignInMethod[]) => methods.some((method) => open.includes(method))
  return sql`((${isOpen('passkey')}::boolean and ${key})
    or (${isOpen('password')}::boolean
      and exists (select 1 from password_credentials c where c.user_id = ${account}.id))
    or exists (select 1 from ${identities} as i where i.provider = any(${sql.param(open)}::text[]))
    or (${isOpen('email_code', 'magic_link')}::boolean and ${account}.email_verified_at is not null)
    or (${isOpen('sms_code', 'whatsapp_code')}::boolean and ${account}.phone_verified_at is not null))`
}
