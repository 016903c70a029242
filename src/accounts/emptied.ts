import { type SQL, sql } from 'drizzle-orm'

/**
 * True for an account (a row of `users`) of which nobody ever proved anything: it is whose its mailbox or number is,
 * whoever opened it. One with a role is somebody's who was given it: there the mailbox is one factor and no more.
 */
export function neverProven(account: SQL): SQL {
  return sql`(${account}.email_verified_at is null and ${account}.phone_verified_at is null
    and (${account}.status = 'pending' or (${account}.status = 'active' and ${account}.roles <@ '{member}')))`
}

/**
 * True for an account whose owner has proven a number and no address: what stands there as its address was only typed,
 * so who proves that mailbox is somebody else until shown otherwise.
 */
export function provenByNumberAlone(account: SQL): SQL {
  return sql`(${account}.email_verified_at is null and ${account}.phone_verified_at is not null)`
}

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
    ), ${factorsDropped(owner)}, ${identitiesDropped(owner, kept)}`
}

/** What a new password does not replace. */
export function factorsDropped(owner: SQL): SQL {
  return sql`dropped_factors as (
      delete from factors x using ${owner} as o where x.user_id = o.id
    ), dropped_keys as (
      delete from webauthn_credentials x using ${owner} as o where x.user_id = o.id
    ), dropped_backup_codes as (
      delete from backup_codes x using ${owner} as o where x.user_id = o.id
    )`
}

export function identitiesDropped(owner: SQL, kept: string | null = null): SQL {
  return sql`dropped_identities as (
      delete from oauth_accounts x using ${owner} as o where x.user_id = o.id and x.id is distinct from ${kept}::uuid
    )`
}
