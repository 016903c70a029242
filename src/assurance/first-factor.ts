import { type SQL, sql } from 'drizzle-orm'
import { pendingSignIn as policy } from '../policy.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { actsWithFactorOnly } from './demand.ts'
import { referencesOf } from './levels.ts'

/**
 * Whether a sign-in that must set up a first factor may. Whoever knows the password alone must not choose the second
 * factor too, and shut the owner out with it: the mailbox has been shown within the hour, by its proof or by a new
 * password, or the account was made then; or the sign-in itself began with something else than a password. An account
 * without a proven address has no mailbox to show.
 * @param user row source of the user
 * @param proven what the sign-in has shown
 */
export function mayEnrolFirst(user: SQL, proven: SQL): SQL {
  return mayChooseFirst(user, sql`${proven} <@ '{password}'::text[]`)
}

/**
 * {@link mayEnrolFirst} of a session `s` of a user `u`, where that user needs a second factor to act. One who has a factor
 * has shown more than a password by then: the act itself asks for it.
 */
export function mayAddFactor(tenant: Tenant): SQL {
  const byPassword = sql`s.amr <@ ${sql.param(referencesOf('password'))}::text[]`
  return sql`(not ${actsWithFactorOnly(tenant)} or ${mayChooseFirst(sql`u`, byPassword)})`
}

function mayChooseFirst(user: SQL, byPasswordAlone: SQL): SQL {
  return sql`(not ${byPasswordAlone} or ${user}.email_verified_at is null
    or greatest(${user}.created_at, ${user}.email_verified_at, (
      select c.mailed_at from password_credentials c where c.user_id = ${user}.id
    )) > now() - make_interval(secs => ${policy.passwordAloneFor}))`
}
