import { type SQL, sql } from 'drizzle-orm'

/**
 * CTEs that take from the accounts of `owner` (a row source with `id`) everything that opens them, and what was
 * agreed to: whoever laid an account out for its later owner and waits must find nothing of his own in it
 * (pre-hijacking). Every table whose rows let somebody in stands here, or in {@link waysInDropped}.
 */
export function emptied(owner: SQL): SQL {
  return sql`${waysInDropped(owner)}, dropped_devices as (
      delete from devices x using ${owner} as o where x.user_id = o.id
    ), withdrawn as (
      delete from consents x using ${owner} as o where x.user_id = o.id
    ), voided as (
      update one_time_tokens x set used_at = now(), payload = '{}' from ${owner} as o
      where x.user_id = o.id and x.used_at is null
    ), ended as (
      update sessions x set revoked_at = now(), revoked_reason = 'address_proven' from ${owner} as o
      where x.user_id = o.id and x.revoked_at is null
    )`
}

/**
 * The part of it that a second statement must repeat. What the stranger was just adding when the account was locked is
 * committed before, but the statement that waited does not see it (READ COMMITTED: its snapshot is older). Whatever
 * comes later fails, as the authority of the account has moved on.
 * @param kept an identity that is the new owner's
 */
export function waysInDropped(owner: SQL, kept: string | null = null): SQL {
  return sql`dropped_passwords as (
      delete from password_credentials x using ${owner} as o where x.user_id = o.id
    ), dropped_history as (
      delete from password_history x using ${owner} as o where x.user_id = o.id
    ), dropped_factors as (
      delete from factors x using ${owner} as o where x.user_id = o.id
    ), dropped_keys as (
      delete from webauthn_credentials x using ${owner} as o where x.user_id = o.id
    ), dropped_backup_codes as (
      delete from backup_codes x using ${owner} as o where x.user_id = o.id
    ), dropped_identities as (
      delete from oauth_accounts x using ${owner} as o where x.user_id = o.id and x.id is distinct from ${kept}::uuid
    )`
}
