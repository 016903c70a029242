import { type SQL, sql } from 'drizzle-orm'
import { identitiesDropped } from '../accounts/emptied.ts'
import type { Denial } from '../assurance/denial.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { type Draft, outboxInsert } from '../messages/outbox.ts'
import { replacement } from '../methods/password/replace.ts'
import { session } from '../policy.ts'
import type { Tenant } from '../tenants/tenant.ts'

export interface Effect {
  tenant: Tenant
  context: RequestContext
  message: Draft
  /** Of the letter. */
  denial: Denial
  /** The new password: values, or columns of `holder`. */
  hash: Parameters<typeof replacement>[1]
  /** Why it may take effect now. */
  reason: 'no_second_factor' | 'backup_code' | 'delay'
}

/** Assignments of the user's row: old authority dies, and with it every session, pending sign-in and remembered device. */
export const recoveredUser = sql`authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp(),
  email_verified_at = coalesce(u.email_verified_at, now()), mfa_enabled = false`

/**
 * The part of a statement in which a recovery takes effect, given a CTE `holder` (as for {@link replacement}, with
 * email, locale and had_factors) of the row that {@link recoveredUser} was written to. Ends in a CTE `message`.
 * Identities of providers go with the factors: whoever reads the mailbox can have one that waits for just this.
 * A backup code spent for it must be gone already: one statement cannot touch a row twice.
 */
export function takeEffect({ tenant, context, message, denial, hash, reason }: Effect): SQL {
  return sql`${replacement(tenant, hash, null)}, factors_cleared as (
      delete from factors f using holder where f.user_id = holder.id
    ), keys_cleared as (
      delete from webauthn_credentials w using holder where w.user_id = holder.id
    ), codes_cleared as (
      delete from backup_codes b using holder
      where b.user_id = holder.id and b.selector is distinct from holder.spent_selector
    ), ${identitiesDropped(sql`holder`)}, told as (
      select tenant_id, id as user_id, email as recipient, locale, case when email is null then 'none'
        when had_factors then 'account_recovered' else 'password_changed' end as letter
      from holder
    ), recorded as (${recordEvent(
      {
        action: 'recovery.completed',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`holder.id`,
        reason,
      },
      context,
      sql`holder`,
    )}), denial as (${denial.insert(sql`told`)}
    ), message as (${outboxInsert(message, session.idleLife, sql`told`)})`
}
