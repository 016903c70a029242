import { type SQL, sql } from 'drizzle-orm'
import { recovery as policy } from '../policy.ts'

/**
 * True for an account (a row of `users`) of which a denial by mail has just taken the last second factor. As long as a
 * recovery waits, the mailbox is worth no more there than while the factor stood: it would drop it at once otherwise.
 */
export function factorsJustDenied(account: SQL): SQL {
  return sql`coalesce(${account}.factors_denied_at > now() - make_interval(secs => ${policy.delay}), false)`
}
