import { type SQL, sql } from 'drizzle-orm'
import { type Account, type AccountRow, accountColumn } from '../accounts/user.ts'
import { livePending, type PendingRow, pendingColumns, pendingHash } from '../assurance/pending.ts'
import { stepUpColumn } from '../assurance/step-up.ts'
import { AuthError } from '../errors.ts'
import type { Ports, StoredHash } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession, liveSession } from '../sessions/live.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'

/** Someone about to show a factor, and what there is to compare it with. */
export interface Holder {
  tenant: Tenant
  account: Account
  knownDevice: string | null
  factors: Factors
  /** A CTE `holder` (user_id): empty as soon as the right to show a factor is gone. */
  live: SQL
}

export interface Factors {
  totp: { id: string; sealed: string; last_step: number; epoch: number } | null
  /** Microseconds of the last right use. */
  backup_epoch: number
  password: (StoredHash & { epoch: number }) | null
}

const factorsColumn = sql`jsonb_build_object(
  'totp', (select jsonb_build_object('id', f.id, 'sealed', f.sealed_secret, 'last_step', f.last_step,
    'epoch', ${epoch(sql`f.last_used_at`)}) from factors f where f.user_id = u.id and f.type = 'totp'),
  'backup_epoch', (select ${epoch(sql`max(b.used_at)`)} from backup_codes b where b.user_id = u.id),
  'password', (select jsonb_build_object('phc', c.hash, 'pepperId', c.pepper_id, 'epoch', ${epoch(sql`c.proven_at`)})
    from password_credentials c where c.user_id = u.id)) as factors`

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
): Promise<PendingHolder> {
  const hash = await pendingHash('challenge', token)
  const [row] = hash
    ? await ports.database.run<PendingRow & { factors: Factors }>(
        sql`select ${pendingColumns}, ${factorsColumn}
          from pending_sign_ins p join users u on u.id = p.user_id
          where p.token_hash = ${toBytea(hash)}::bytea and p.tenant_id = ${tenant.id} and p.kind = 'challenge'
            and ${livePending}`,
        'idempotent',
      )
    : []
  if (!row) throw new AuthError('MFA_TOKEN_INVALID')
  return {
    tenant,
    account: row.account,
    knownDevice: row.known_device,
    factors: row.factors,
    pendingId: row.pending_id,
    proven: row.proven,
    live: sql`select p.user_id from pending_sign_ins p join users u on u.id = p.user_id
      where p.id = ${row.pending_id} and ${livePending}`,
  }
}

export interface SessionHolder extends Holder {
  amr: string[]
  steppedUp: boolean
}

/** Whoever holds a live session. Throws `TOKEN_INVALID`. */
export async function sessionHolder(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<SessionHolder> {
  const { tenant, claims } = caller
  const [row] = await ports.database.run<SessionRow>(
    sql`select ${accountColumn(sql`u`)}, ${factorsColumn}, s.amr, s.device_id, ${stepUpColumn}
      from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return {
    tenant,
    account: row.account,
    knownDevice: row.device_id,
    factors: row.factors,
    amr: row.amr,
    steppedUp: row.stepped_up,
    live: callerSession(caller),
  }
}

interface SessionRow extends AccountRow {
  factors: Factors
  amr: string[]
  device_id: string | null
  stepped_up: boolean
}
