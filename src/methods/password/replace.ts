import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Account } from '../../accounts/user.ts'
import { oneTime as policy } from '../../policy.ts'
import type { HashSlot, StoredHash } from '../../ports.ts'
import { passwordPolicyOf } from '../../tenants/password-policy.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { refuseReuse } from './accept.ts'

/** An account about to get a new password: its hashes, newest first. */
export interface Holder {
  account: Account
  current: StoredHash | null
  earlier: StoredHash[]
}

/** Columns of {@link toHolder} for a user `u`. */
export const holderColumns = sql`(select jsonb_build_object('phc', c.hash, 'pepperId', c.pepper_id)
    from password_credentials c where c.user_id = u.id) as current,
  (select coalesce(jsonb_agg(jsonb_build_object('phc', h.hash, 'pepperId', h.pepper_id) order by h.created_at desc), '[]')
    from password_history h where h.user_id = u.id) as earlier`

/** Words that the password must not lean on. */
export function contextWords(account: Account): string[] {
  const { email, first_name, last_name, phone_e164 } = account
  return [email, first_name, last_name, phone_e164].filter((word) => word !== null)
}

/** Throws `VALIDATION_FAILED` for a password that the account has, or had. */
export function refuseUsed(
  slot: HashSlot,
  tenant: Tenant,
  { current, earlier }: Holder,
  field: string,
  password: string,
): Promise<void> {
  return refuseReuse(slot, tenant, field, password, current ? [current, ...earlier] : earlier)
}

/**
 * A CTE `presented` (user_id): a live link, counted before anything is compared, as an answer says whether a password is
 * the account's. Empty once it was presented too often: whoever reads the mailbox must not try a list by it.
 * @param isLive of a link `t` of a user `u`
 * @param isCounted false where something else is counted that is shown beside it
 */
export function presentedLink(isLive: SQL, isCounted = sql`true`): SQL {
  return sql`presented as (
      update one_time_tokens t set code_failures = t.code_failures + (${isCounted})::integer from users u
      where u.id = t.user_id and ${isLive} and t.code_failures < ${policy.presentations}
      returning t.user_id
    )`
}

/** A hash at hand, or columns of `holder` that have kept one. */
type NewHash = { [Part in keyof StoredHash]: StoredHash[Part] | SQL }

/**
 * The part of a statement that replaces a password, given a CTE `holder` (id, tenant_id, authority_version,
 * token_id of the link or recovery spent for it) of the account whose version has moved on: the old hash goes into the
 * history, other links die, a recovery that waits with an older password ends, every session but `keep` ends, `keep`
 * follows the version, the throttle forgives.
 */
export function replacement({ settings }: Tenant, hash: NewHash, keep: string | null): SQL {
  // With the current one and the one that becomes history here, which this statement does not see there yet.
  const kept = Math.max(0, passwordPolicyOf(settings).history - 2)
  // Without a session to keep, what let the new password in was a mailed link.
  const mailedAt = keep === null ? sql`now()` : sql`null::timestamptz`
  return sql`remembered as (
      insert into password_history (id, tenant_id, user_id, hash, pepper_id)
      select ${uuidv7()}::uuid, holder.tenant_id, holder.id, c.hash, c.pepper_id
      from holder join password_credentials c on c.user_id = holder.id
    ), forgotten as (
      delete from password_history h using holder
      where h.user_id = holder.id and h.id in (
        select id from password_history where user_id = holder.id
        order by created_at desc offset ${kept}
      )
    ), credential as (
      insert into password_credentials (user_id, tenant_id, hash, pepper_id, proven_at, mailed_at)
      select id, tenant_id, ${hash.phc}::text, ${hash.pepperId}::text, now(), ${mailedAt} from holder
      on conflict (user_id) do update set hash = excluded.hash, pepper_id = excluded.pepper_id,
        proven_at = now(), changed_at = now(), mailed_at = excluded.mailed_at
    ), voided as (
      update one_time_tokens t set used_at = now() from holder
      where t.user_id = holder.id and t.purpose in ('reset_password', 'recover') and t.used_at is null
        and t.id is distinct from holder.token_id
    ), superseded as (
      update recoveries r set closed_at = now(), closed_reason = 'superseded', hash = null, pepper_id = null
      from holder where r.user_id = holder.id and r.closed_at is null and r.id is distinct from holder.token_id
    ), ended as (
      update sessions s set revoked_at = now(), revoked_reason = 'password_replaced' from holder
      where s.user_id = holder.id and s.revoked_at is null and s.id is distinct from ${keep}::uuid
    ), forgotten_devices as (
      delete from devices d using holder where d.user_id = holder.id and ${keep}::uuid is null
    ), kept as (
      update sessions s set authority_version = holder.authority_version from holder
      where s.user_id = holder.id and s.id = ${keep}::uuid
    )`
}
