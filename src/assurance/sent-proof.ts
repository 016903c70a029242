import { type SQL, sql } from 'drizzle-orm'
import type { TextChannel } from '../config.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { mustHaveSecondFactorOf } from './demand.ts'
import { factorsJustDenied } from './factors-denied.ts'

/**
 * Whether a code that is sent to a user `u` raises a session, though it is no second factor: the mailbox, or the number
 * of who has no mailbox, is all that an account without a password and without a factor has to show. It proves itself and
 * no more, so it raises nobody who has or needs a second factor. Read at this moment: what role and tenant ask for may
 * have grown since the code was sent.
 */
export function sentCodeRaises(tenant: Tenant, type: 'email' | TextChannel): SQL {
  const address =
    type === 'email'
      ? sql`u.email_verified_at is not null`
      : sql`u.phone_verified_at is not null and u.email_verified_at is null`
  return sql`(${address} and not u.mfa_enabled and not ${mustHaveSecondFactorOf(tenant)}
    and not ${factorsJustDenied(sql`u`)}
    and not exists (select 1 from password_credentials c where c.user_id = u.id))`
}
