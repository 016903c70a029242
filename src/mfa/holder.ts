import { type SQL, sql } from 'drizzle-orm'
import { type Account, type AccountRow, accountColumn } from '../accounts/user.ts'
import type { Act } from '../assurance/acts.ts'
import { asJudged } from '../assurance/demand.ts'
import { mayAddFactor } from '../assurance/first-factor.ts'
import { mailboxCounts } from '../assurance/mailbox.ts'
import { livePending, type PendingRow, pendingColumns, pendingHash } from '../assurance/pending.ts'
import { sentCodeRaises } from '../assurance/sent-proof.ts'
import { requireStepUp, type StepUp, stepUpColumns } from '../assurance/step-up.ts'
import { base64urlColumn } from '../database/base64url.ts'
import { AuthError } from '../errors.ts'
import { backupSelector } from '../methods/backup-codes/codes.ts'
import {
  credentialIdBytea,
  keyEpochOf,
  type StoredKey,
  storedKey,
} from '../methods/passkey/store.ts'
import type { Ports, StoredHash } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession, endOf, liveSession, lockedSession } from '../sessions/live.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { type CodePlace, type OpenCodes, openCodes, type SentFactor } from './mailed-code.ts'

/** Someone about to show a factor, and what there is to compare it with. */
export interface Holder {
  tenant: Tenant
  account: Account
  knownDevice: string | null
  factors: Factors
  /** What a code sent to them is bound to. */
  place: CodePlace
  placeId: string
  /** What was sent for it and is open. */
  codes: OpenCodes
  /** A CTE `holder` (user_id, session_id, pending_id): empty as soon as the right to show a factor is gone. */
  live: SQL
}

export interface Factors {
  totp: { id: string; sealed: string; last_step: number; epoch: number } | null
  /** Null where the mailbox is none, or does not count now. Of a session also what {@link sentCodeRaises} has. */
  email: SentTo | null
  sms: SentTo | null
  whatsapp: SentTo | null
  /** Microseconds of the last right use, or of the making: new codes are bound anew. */
  backup_epoch: number
  /** The unused code that the one shown can be. Its hash is base64url. */
  backup_code: { id: string; hash: string } | null
  password: (StoredHash & { epoch: number }) | null
  webauthn_epoch: number
  /** The key that is shown, if it is one of the account's. */
  key: StoredKey | null
}

/** A factor whose codes are sent; null for the mailbox, which is the account's. */
interface SentTo {
  epoch: number
  phone: string | null
}

/** What is about to be shown, as far as it says what to read. */
type Announced = { code?: string | undefined; credential?: { id: string } | undefined }

const sentTo = sql`jsonb_build_object('epoch', ${epoch(sql`f.last_used_at`)}, 'phone', f.phone_e164)`

/** {@link SentTo} of a user `u` in whose session a sent code stands alone. */
function raising(tenant: Tenant, type: SentFactor): SQL {
  const proof = type === 'email' ? 'email' : 'sms'
  // A code that is asked for anew takes the place of the last one: what tells of a success is the session it has raised.
  const raisedAt = sql`(select max(r.authenticated_at) from sessions r where r.user_id = u.id and ${proof} = any(r.amr))`
  return sql`(select jsonb_build_object('epoch', ${epoch(raisedAt)}, 'phone', u.phone_e164)
    where ${sentCodeRaises(tenant, type)})`
}

const noneRaises = () => sql`null::jsonb`

/** {@link Factors} of a user `u`. */
function factorsColumn(
  tenant: Tenant,
  { code, credential }: Announced,
  raises: (tenant: Tenant, type: SentFactor) => SQL,
): SQL {
  const sent = (type: SentFactor, counts: SQL) => sql`coalesce(
    (select ${sentTo} from factors f where f.user_id = u.id and f.type = ${type} and ${counts}), ${raises(tenant, type)})`
  return sql`jsonb_build_object(
  'totp', (select jsonb_build_object('id', f.id, 'sealed', f.sealed_secret, 'last_step', f.last_step,
    'epoch', ${epoch(sql`f.last_used_at`)}) from factors f where f.user_id = u.id and f.type = 'totp'),
  'email', ${sent('email', mailboxCounts(tenant, sql`u`))},
  'sms', ${sent('sms', sql`true`)},
  'whatsapp', ${sent('whatsapp', sql`true`)},
  'backup_epoch', (select ${epoch(sql`max(greatest(b.used_at, b.created_at))`)} from backup_codes b where b.user_id = u.id),
  'backup_code', (select jsonb_build_object('id', b.id, 'hash', ${base64urlColumn(sql`b.code_hash`)}) from backup_codes b
    where b.user_id = u.id and b.selector = ${backupSelector(code ?? '')} and b.used_at is null),
  'password', (select jsonb_build_object('phc', c.hash, 'pepperId', c.pepper_id, 'epoch', ${epoch(sql`c.proven_at`)})
    from password_credentials c where c.user_id = u.id),
  'webauthn_epoch', ${keyEpochOf(sql`u.id`)},
  'key', (select ${storedKey} from webauthn_credentials k
    where k.user_id = u.id and k.credential_id = ${credentialIdBytea(credential?.id)}::bytea)) as factors`
}

function epoch(moment: SQL): SQL {
  return sql`coalesce((extract(epoch from ${moment}) * 1000000)::bigint, 0)`
}

export interface PendingHolder extends Holder {
  pendingId: string
  proven: string[]
}

/** Whoever holds the token of a pending sign-in. Throws `MFA_TOKEN_INVALID`. */
export async function pendingHolder(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  token: string,
  announced: Announced,
): Promise<PendingHolder> {
  const hash = await pendingHash('challenge', token)
  const [row] = hash
    ? await ports.database.run<PendingRow & { factors: Factors; codes: OpenCodes }>(
        sql`select ${pendingColumns}, ${factorsColumn(tenant, announced, noneRaises)}, ${openCodes(sql`p.id`)} as codes
          from pending_sign_ins p join users u on u.id = p.user_id
          where p.token_hash = ${toBytea(hash)}::bytea and p.tenant_id = ${tenant.id} and p.kind = 'challenge'
            and ${livePending}`,
        'idempotent',
      )
    : []
  if (!hash || !row) throw new AuthError('MFA_TOKEN_INVALID')
  return {
    tenant,
    account: row.account,
    knownDevice: row.known_device,
    factors: row.factors,
    place: { pending: hash },
    placeId: row.pending_id,
    codes: row.codes,
    pendingId: row.pending_id,
    proven: row.proven,
    // The account is locked before what is spent of it, here and everywhere: a removal at that moment would deadlock. The
    // pending sign-in is locked as well: whoever waited here must see that it is spent, before a factor is spent for it.
    live: sql`select p.user_id, null::uuid as session_id, p.id as pending_id
      from (
        select id, authority_version, status from users where id = ${row.account.id} for no key update
      ) as u join pending_sign_ins p on p.user_id = u.id
      where p.id = ${row.pending_id} and ${livePending}
      for no key update of p`,
  }
}

/** A live session as a row source of {@link Holder.live}'s shape. */
export function sessionLive(caller: Caller): SQL {
  return sql`select user_id, session_id, null::uuid as pending_id from (${callerSession(caller)}) as live`
}

/** {@link sessionLive}, locked, as long as `holds` is true of the session `s` and its user `u`. */
export function sessionHeld({ tenant, claims }: Caller, holds: SQL): SQL {
  return sql`select u.id as user_id, s.id as session_id, null::uuid as pending_id
    from sessions s join users u on u.id = s.user_id
    where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId}
      and ${liveSession} and ${holds}
    ${lockedSession}`
}

export interface SessionHolder extends Holder {
  amr: string[]
}

/** Whoever holds a live session, to go on with it: not longer than sessions of today. Throws `TOKEN_INVALID`. */
export async function sessionHolder(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  announced: Announced,
): Promise<SessionHolder> {
  const lasts = sql`, ${endOf(caller.tenant.settings.session.absoluteLife)} > now() as lasts`
  const row = await readSession<SessionRow & { lasts: boolean }>(ports, caller, announced, lasts)
  if (!row.lasts) throw sessionIsOver()
  return holderOf(caller, row)
}

/** Whoever holds a live session that is good for an act. Throws `TOKEN_INVALID`, `STEP_UP_REQUIRED`. */
export async function actingHolder(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  act: Act,
): Promise<SessionHolder> {
  const columns = sql`, ${stepUpColumns(act, caller.tenant)}`
  const row = await readSession<SessionRow & StepUp>(ports, caller, {}, columns)
  requireStepUp(row)
  return holderOf(caller, row)
}

/** {@link actingHolder} of who adds a factor. Throws `MAILBOX_PROOF_REQUIRED` too: see {@link mayAddFactor}. */
export async function addingHolder(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<SessionHolder> {
  const { tenant } = caller
  const columns = sql`, ${stepUpColumns('add_factor', tenant)}, ${mayAddFactor(tenant)} as may`
  const row = await readSession<SessionRow & StepUp & { may: boolean }>(ports, caller, {}, columns)
  requireStepUp(row)
  if (!row.may) throw new AuthError('MAILBOX_PROOF_REQUIRED')
  return holderOf(caller, row)
}

interface SessionRow extends AccountRow {
  factors: Factors
  codes: OpenCodes
  amr: string[]
  device_id: string | null
}

async function readSession<T extends SessionRow>(
  ports: Pick<Ports, 'database'>,
  { tenant, claims }: Caller,
  announced: Announced,
  columns: SQL,
): Promise<T> {
  const [row] = await ports.database.run<T>(
    sql`select ${accountColumn('u')}, ${factorsColumn(tenant, announced, raising)}, ${openCodes(sql`s.id`)} as codes, s.amr,
        s.device_id${columns}
      from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}`,
    'idempotent',
  )
  if (!row) throw sessionIsOver()
  return row
}

function sessionIsOver(): AuthError {
  return new AuthError('TOKEN_INVALID', { reason: 'session is over' })
}

function holderOf(caller: Caller, row: SessionRow): SessionHolder {
  return {
    tenant: caller.tenant,
    account: row.account,
    knownDevice: row.device_id,
    factors: row.factors,
    place: { session: caller.claims.sessionId },
    placeId: caller.claims.sessionId,
    codes: row.codes,
    amr: row.amr,
    // What was compared was compared with this account: with a first factor or a role since, a password raises nothing.
    live: sessionHeld(caller, asJudged(row.account)),
  }
}
