import { type SQL, sql } from 'drizzle-orm'

/**
 * True for an account (a row of `users`) with a number that was proven, and not only by the word of who imported it: to
 * one that no code was ever sent to, nothing is texted.
 */
export function numberProvenHere(account: SQL): SQL {
  return sql`(${account}.phone_verified_at is not null and (
    not exists (
      select from audit_events e where e.tenant_id = ${account}.tenant_id and e.user_id = ${account}.id
        and e.action = 'account.imported' and e.occurred_at >= ${account}.phone_verified_at
    ) or exists (select from sessions s where s.user_id = ${account}.id and 'sms' = any(s.amr))))`
}
