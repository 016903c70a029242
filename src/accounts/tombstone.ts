import { type SQL, sql } from 'drizzle-orm'
import { waysInDropped } from './emptied.ts'

/**
 * CTEs that turn the accounts of `owner` (a row source with `id`, locked) into tombstones, and end in `tombstone` (id,
 * tenant_id): an id of which nothing else is known. Its address and number are free at once. Sessions stay for their
 * time without a trace of a person, so that who verifies tokens elsewhere learns that they have ended. The trail stays
 * as it was sealed, but the key goes that opens where from somebody acted: see `audit/origin.ts`.
 *
 * They write to the account's row, so no other part of the statement may. Every table that names an account stands here
 * or in {@link waysInDropped}; what another statement adds while this one waits is left to {@link leftBehind}.
 */
export function tombstoned(owner: SQL): SQL {
  return sql`tombstone as (
      update users u set ${blank}, status = 'deleted', deletes_at = now(), locale = default, extra = default, roles = '{}',
        mfa_enabled = false, mail_window_count = 0, reset_window_count = 0, recover_window_count = 0,
        authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp()
      from ${owner} as o where u.id = o.id
      returning u.id, u.tenant_id
    ), ${leftBehind(owner)}`
}

/** CTEs that remove what still belongs to the accounts of `owner` (id), beside their own rows. */
export function leftBehind(owner: SQL): SQL {
  return sql`${waysInDropped(owner)}, dropped_links as (
      -- As the account was before: the address is found where it still stands.
      delete from sign_in_links x using users as u, ${owner} as o
      where u.id = o.id and x.tenant_id = u.tenant_id and x.email = u.email
    ), dropped_tokens as (
      delete from one_time_tokens x using ${owner} as o where x.user_id = o.id
    ), dropped_recoveries as (
      delete from recoveries x using ${owner} as o where x.user_id = o.id
    ), dropped_codes as (
      delete from factor_codes x using ${owner} as o where x.user_id = o.id
    ), dropped_sends as (
      delete from factor_sends x using ${owner} as o where x.user_id = o.id
    ), dropped_pending as (
      delete from pending_sign_ins x using ${owner} as o where x.user_id = o.id
    ), dropped_exchanges as (
      delete from exchange_codes x using ${owner} as o where x.user_id = o.id
    ), dropped_challenges as (
      delete from webauthn_challenges x using ${owner} as o where x.user_id = o.id
    ), dropped_devices as (
      delete from devices x using ${owner} as o where x.user_id = o.id
    ), dropped_consents as (
      delete from consents x using ${owner} as o where x.user_id = o.id
    ), dropped_invitations as (
      delete from invitations x using users as u, ${owner} as o
      where u.id = o.id and x.tenant_id = u.tenant_id
        and (x.email = u.email or (x.invited_by = u.id and x.accepted_at is null))
    ), dropped_messages as (
      delete from outbox x using ${owner} as o where x.user_id = o.id
    ), nameless_sessions as (
      update sessions x set revoked_at = coalesce(x.revoked_at, now()),
        revoked_reason = coalesce(x.revoked_reason, 'account_deleted'), ip_prefix = null, country = null,
        user_agent = null, platform = null, app_version = null
      from ${owner} as o where x.user_id = o.id
    )`
}

/** Assignments that empty every column of an account that tells of a person. */
const blank = sql.join(
  [
    'email',
    'email_verified_at',
    'phone_e164',
    'phone_verified_at',
    'first_name',
    'last_name',
    'date_of_birth',
    'gender',
    'mobile',
    'last_login_at',
    'backup_codes_told_at',
    'factors_denied_at',
    'audit_key',
  ].map((column) => sql`${sql.identifier(column)} = null`),
  sql`, `,
)
