import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type Account, type AccountRow, accountColumn } from '../accounts/user.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { pendingSignIn as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { settingsHold, settingsHoldColumn } from '../tenants/current.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { newSecret, secretHash } from '../tokens/secret.ts'
import { asJudged } from './demand.ts'
import { mayEnrolFirst } from './first-factor.ts'
import type { Proof } from './levels.ts'
import { mailboxCounts } from './mailbox.ts'

export type PendingKind = 'challenge' | 'enrolment'

export interface SignInToPend {
  tenant: Tenant
  account: Account
  proven: readonly Proof[]
  context: RequestContext
  knownDevice: string | null
  /** Effects of the method that belong to the same statement: CTEs that may read `account`. */
  effects: SQL | null
}

const secretKinds = { challenge: 'mfa', enrolment: 'enrolment' } as const

export interface Pended {
  token: string
  /** Kinds of factor that the account may show. */
  types: string[]
  /** Nothing can be set up by this sign-in: see {@link mayEnrolFirst}. */
  mailboxFirst: boolean
}

/**
 * Keeps a half-done sign-in and answers its token. Where the account's authority changed meanwhile it does not, and says
 * whether that was for the tenant's settings.
 */
export async function pendSignIn(
  ports: Pick<Ports, 'database'>,
  kind: PendingKind,
  { tenant, account, proven, context, knownDevice, effects }: SignInToPend,
): Promise<Pended | { settingsHold: boolean }> {
  const token = await newSecret(secretKinds[kind])
  const [row] = await ports.database.run<{
    types: string[]
    mailbox_first: boolean | null
    pended: boolean
    settings_hold: boolean
  }>(
    sql`with account as (
        select * from users
        where id = ${account.id} and tenant_id = ${tenant.id} and status = 'active'
          and authority_version = ${account.authority_version} and ${asJudged(account)} and ${settingsHold(tenant)}
        for share
      ), pending as (
        insert into pending_sign_ins
          (id, tenant_id, user_id, kind, token_hash, authority_version, proven, device_id, expires_at)
        select ${uuidv7()}::uuid, tenant_id, id, ${kind}, ${toBytea(token.hash)}::bytea, authority_version,
          ${sql.param(proven)}::text[], ${knownDevice}::uuid, now() + make_interval(secs => ${policy.life[kind]})
        from account
        on conflict (id) do nothing
      ), recorded as (${recordEvent(
        {
          action: 'sign_in.pending',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`account.id`,
          reason: kind,
        },
        context,
        sql`account`,
      )})${effects ? sql`, ${effects}` : sql``}
      select ${kind === 'challenge' ? factorTypes(tenant, proven) : enrollable(tenant, sql`account`, proven)} as types,
        ${kind === 'enrolment'} and not ${mayEnrolFirst(sql`account`, sql`${sql.param(proven)}::text[]`)} as mailbox_first,
        account.id is not null as pended, ${settingsHoldColumn(tenant)}
      from (select 1) as once left join account on true`,
    'idempotent',
  )
  if (!row?.pended) return { settingsHold: row?.settings_hold ?? true }
  return { token: token.text, types: row.types, mailboxFirst: row.mailbox_first ?? false }
}

/** What a user may set up: what a sign-in has just shown would be no second one at the next. */
export function enrollable(tenant: Tenant, user: SQL, proven: readonly string[] = []): SQL {
  const mail = isSecondTo(proven, 'email')
  const { textChannels, textRegions } = tenant.settings
  const texts = isSecondTo(proven, 'sms') && textRegions.length > 0 ? textChannels : []
  return sql`(select jsonb_agg(type order by type) from (values ('totp', true), ('webauthn', true),
    ('email', ${mail}::boolean and ${mailboxCounts(tenant, user)}), ('sms', ${texts.includes('sms')}::boolean),
    ('whatsapp', ${texts.includes('whatsapp')}::boolean)) as kinds (type, open) where open)`
}

/** Of a session's `amr`: the mailbox or number that is all it has shown, and so no second factor to itself. */
export function shownAlone(amr: readonly string[]): readonly Proof[] {
  if (amr.length !== 1) return []
  return amr.includes('email') ? ['email'] : amr.includes('sms') ? ['text'] : []
}

/** False where codes of this kind go to the mailbox or number that the sign-in has begun with. */
export function isSecondTo(proven: readonly string[], type: 'email' | 'sms' | 'whatsapp'): boolean {
  return !proven.includes(type === 'email' ? 'email' : 'text')
}

/** {@link isSecondTo} of the sign-in of a CTE `holder` (pending_id), which is none where a session asks. */
export function isSecondHere(type: 'email' | 'sms' | 'whatsapp'): SQL {
  return sql`not exists (select from pending_sign_ins p
    where p.id = holder.pending_id and ${type === 'email' ? 'email' : 'text'} = any(p.proven))`
}

/** The kinds of second factor of a user `account` that count now: the mailbox or number that was just shown is no second. */
function factorTypes(tenant: Tenant, proven: readonly Proof[]): SQL {
  return sql`(select coalesce(jsonb_agg(type order by type), '[]') from (
    select type from factors where user_id = account.id
      and (type <> 'email' or (${isSecondTo(proven, 'email')}::boolean and ${mailboxCounts(tenant, sql`account`)}))
      and (type not in ('sms', 'whatsapp') or ${isSecondTo(proven, 'sms')}::boolean)
    union select 'webauthn' from webauthn_credentials where user_id = account.id
    union select 'backup_code' from backup_codes where user_id = account.id and used_at is null
  ) as kinds)`
}

/** Hash of a token of this kind, or null: a token of another kind opens nothing here. */
export function pendingHash(kind: PendingKind, token: string) {
  return secretHash(secretKinds[kind], token)
}

export interface PendingRow extends AccountRow {
  pending_id: string
  proven: string[]
  known_device: string | null
}

/** Columns of {@link PendingRow} for a pending sign-in `p` and its user `u`. */
export const pendingColumns = sql`${accountColumn('u')}, p.id as pending_id, p.proven, p.device_id as known_device`

/** What keeps a pending sign-in `p` of a user `u` alive. */
export const livePending = sql`p.used_at is null and p.expires_at > now()
  and p.authority_version = u.authority_version and u.status = 'active'`
