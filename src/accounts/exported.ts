import { type SQL, sql } from 'drizzle-orm'
import { accountExport as policy } from '../policy.ts'

interface Exported {
  table: string
  /** Columns that stay here: secrets and what checks them, ids of the service's own making that tell nobody anything. */
  withheld: readonly string[]
  /** Which rows `x` are those of a user `u`; by `user_id` where nothing is said. */
  owned?: SQL
}

/** What an export holds beside the account's own row, by the name that it has there. */
export const exported = {
  password: { table: 'password_credentials', withheld: ['hash', 'pepper_id'] },
  password_history: { table: 'password_history', withheld: ['hash', 'pepper_id'] },
  sessions: { table: 'sessions', withheld: ['refresh_hash'] },
  devices: { table: 'devices', withheld: ['token_hash'] },
  identities: { table: 'oauth_accounts', withheld: [] },
  factors: { table: 'factors', withheld: ['sealed_secret'] },
  factor_codes: { table: 'factor_codes', withheld: ['code_hash'] },
  factor_sends: { table: 'factor_sends', withheld: [] },
  backup_codes: { table: 'backup_codes', withheld: ['selector', 'code_hash'] },
  passkeys: { table: 'webauthn_credentials', withheld: ['credential_id', 'public_key'] },
  consents: { table: 'consents', withheld: [] },
  links: { table: 'one_time_tokens', withheld: ['token_hash', 'code_hash', 'payload'] },
  sign_in_links: {
    table: 'sign_in_links',
    withheld: ['token_hash', 'asker_hash', 'code_hash'],
    owned: sql`x.tenant_id = u.tenant_id and x.email = u.email and u.email_verified_at is not null`,
  },
  invitations: {
    table: 'invitations',
    withheld: ['token_hash', 'invited_by'],
    owned: sql`x.tenant_id = u.tenant_id and x.email = u.email and u.email_verified_at is not null`,
  },
  recoveries: {
    table: 'recoveries',
    withheld: ['token_hash', 'cancel_hash', 'hash', 'pepper_id'],
  },
  pending_sign_ins: { table: 'pending_sign_ins', withheld: ['token_hash'] },
  messages: { table: 'outbox', withheld: ['sealed'] },
} as const satisfies Record<string, Exported>

export type ExportedName = keyof typeof exported

/** Columns of the account's own row that stay here. */
export const withheldOfUser = ['audit_key'] as const

/** Tables that name an account and are in no export, and why. */
export const notExported: Readonly<Record<string, string>> = {
  audit_events: 'exported as `activity`',
  webauthn_challenges: 'random bytes, for five minutes',
  exchange_codes: 'a sign-in under way, for minutes',
}

/** One JSON object of all that is exported of a user `u`, newest first and bounded. */
export function exportedColumn(): SQL {
  const lists = Object.entries(exported).map(
    ([name, { table, withheld, ...rest }]) => sql`${name}::text, (
      select coalesce(jsonb_agg(to_jsonb(one) - ${sql.param(withheld)}::text[]), '[]')
      from (
        select x.* from ${sql.identifier(table)} x
        where ${'owned' in rest ? rest.owned : sql`x.user_id = u.id`}
        order by ${orderOf[table] ?? sql`x.created_at`} desc limit ${policy.rows}
      ) as one)`,
  )
  return sql`jsonb_build_object(${sql.join(lists, sql`, `)})`
}

/** What tells the newest of tables that have no `created_at`. */
const orderOf: Readonly<Record<string, SQL>> = {
  consents: sql`x.accepted_at`,
  factor_codes: sql`x.expires_at`,
  factor_sends: sql`x.sent_at`,
}
