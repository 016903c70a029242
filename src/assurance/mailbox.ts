import { type SQL, sql } from 'drizzle-orm'
import { mailedCode as policy } from '../policy.ts'
import type { Tenant } from '../tenants/tenant.ts'

/**
 * Whether codes mailed to a user count as a second factor. One mailbox is one proof: where it has just set the password,
 * by a reset or a recovery, a code sent to it proves nothing more, and a thief of the mailbox would have both. So for a
 * day, as long as a recovery by mail alone would wait, another factor is asked for; the owner was told of the password
 * and has that time to act.
 * What the tenant says is read at this moment: a code that was mailed before it closed them counts no more, whatever an
 * isolate remembers.
 * @param user row source of the user
 */
export function mailboxCounts({ id, operator }: Tenant, user: SQL): SQL {
  return sql`(coalesce((select (t.settings ->> 'email_factor')::boolean from tenants t where t.id = ${id}), ${operator.emailFactor})
    and ${user}.email_verified_at is not null and not exists (
    select 1 from password_credentials c where c.user_id = ${user}.id
      and c.mailed_at > now() - make_interval(secs => ${policy.distrustAfterReset})))`
}
