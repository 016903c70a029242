import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { Account } from '../../accounts/user.ts'
import { password as policy } from '../../policy.ts'
import type { StoredHash } from '../../ports.ts'

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

/**
 * The part of a statement that replaces a password, given a CTE `holder` (id, tenant_id, authority_version,
 * token_id of the link spent for it) of the account whose version has moved on: the old hash goes into the history,
 * other reset links die, every session but `keep` ends, `keep` follows the version, the throttle forgives.
 */
export function replacement(hash: StoredHash, keep: string | null): SQL {
  return sql`remembered as (
      insert into password_history (id, tenant_id, user_id, hash, pepper_id)
      select ${uuidv7()}::uuid, holder.tenant_id, holder.id, c.hash, c.pepper_id
      from holder join password_credentials c on c.user_id = holder.id
    ), forgotten as (
      delete from password_history h using holder
      where h.user_id = holder.id and h.id in (
        select id from password_history where user_id = holder.id
        order by created_at desc offset ${policy.history - 2}
      )
    ), credential as (
      insert into password_credentials (user_id, tenant_id, hash, pepper_id, proven_at)
      select id, tenant_id, ${hash.phc}, ${hash.pepperId}, now() from holder
      on conflict (user_id) do update set hash = excluded.hash, pepper_id = excluded.pepper_id,
        proven_at = now(), changed_at = now()
    ), voided as (
      update one_time_tokens t set used_at = now() from holder
      where t.user_id = holder.id and t.purpose = 'reset_password' and t.used_at is null
        and t.id is distinct from holder.token_id
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
