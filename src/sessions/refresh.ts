import { sql } from 'drizzle-orm'
import { type AccountRow, accountColumn } from '../accounts/user.ts'
import { recordEvent } from '../audit/record.ts'
import type { Keyring } from '../config.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { database, session as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { type RefreshToken, readRefreshToken, refreshToken } from '../tokens/refresh-token.ts'
import { liveSession } from './live.ts'
import { type RefreshedTokens, refreshedTokens } from './tokens.ts'

interface RefreshRow extends AccountRow {
  outcome: 'rotate' | 'repeat' | 'reused'
  amr: string[]
  acr: string
  auth_time: number
  refresh_expires_in: number
  /** Hex of the hash that the row held when it was read. */
  stored_hash: string
  message: OutboxRow | null
}

/**
 * Exchanges a refresh token for its successor: one statement, which locks the family, decides, and acts.
 * - the live token: the family moves on by one generation;
 * - the one before, within the grace: a lost answer or a parallel tab, which gets the same successor;
 * - any older one: somebody holds a copy. The family dies and its owner is told.
 */
export async function refresh(
  ports: Pick<Ports, 'clock' | 'config' | 'database' | 'mailer' | 'background'>,
  tenant: Tenant,
  presented: string,
  context: RequestContext,
): Promise<RefreshedTokens & { refresh_token: string }> {
  const keys = ports.config.keys.refresh
  const token = await readRefreshToken(keys, presented)
  if (!token) throw new AuthError('REFRESH_INVALID', { reason: 'not issued here' })

  const successor = await refreshToken(keys, token.family, token.generation + 1)
  const row = await rotate(ports, tenant, token, successor, context)
  if (!row) throw new AuthError('REFRESH_INVALID', { reason: 'session is over' })
  if (row.outcome === 'reused') {
    if (row.message) deliverSoon(ports, [row.message])
    throw new AuthError('REFRESH_REUSED')
  }
  return refreshedTokens(ports, tenant, {
    id: token.family,
    account: row.account,
    refreshToken: await successorOf(keys, successor, row),
    amr: row.amr,
    acr: row.acr,
    authTime: row.auth_time,
    refreshExpiresIn: row.refresh_expires_in,
  })
}

async function rotate(
  ports: Pick<Ports, 'clock' | 'config' | 'database'>,
  tenant: Tenant,
  token: RefreshToken,
  successor: RefreshToken,
  context: RequestContext,
): Promise<RefreshRow | undefined> {
  const { family, generation } = token
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
  })
  // A statement that the database ran late, seconds after its client had asked again: the token was live when it was
  // presented, so nobody used a copy. It gets nothing, and the family lives.
  const late = (ports.clock.now() + database.statementTimeoutMs) / 1_000
  const [row] = await ports.database.run<RefreshRow>(
    sql`with family as (
        select s.*, case
            when s.refresh_generation = ${generation} and s.refresh_hash = ${toBytea(token.hash)}::bytea
              then 'rotate'
            when s.refresh_generation = ${generation + 1}
              and s.refreshed_at > now() - make_interval(secs => ${policy.refreshGrace}) then 'repeat'
            when s.refresh_generation > ${generation} and s.refreshed_at < to_timestamp(${late}) then 'reused'
          end as outcome,
          ${accountColumn(sql`u`)}
        from sessions s join users u on u.id = s.user_id
        where s.id = ${family} and s.tenant_id = ${tenant.id} and s.transport = ${context.transport}
          and ${liveSession}
        for update of s
      ), rotated as (
        update sessions s set refresh_generation = ${generation + 1},
          refresh_hash = ${toBytea(successor.hash)}::bytea, refreshed_at = now(), last_seen_at = now(),
          expires_at = least(s.ends_at, now() + make_interval(secs => ${policy.idleLife})),
          ip_prefix = ${context.ipPrefix}, country = ${context.country}
        from family where s.id = family.id and family.outcome = 'rotate'
      ), ended as (
        update sessions s set revoked_at = now(), revoked_reason = 'refresh_reused'
        from family where s.id = family.id and family.outcome = 'reused'
        returning s.tenant_id, s.user_id, s.id
      ), told as (
        select ended.tenant_id, ended.user_id, case when u.email is null then 'none' else 'refresh_reused' end as letter,
          u.email as recipient, u.locale
        from ended join users u on u.id = ended.user_id
      ), message as (${outboxInsert(message, policy.idleLife, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'session.refresh_reused',
          outcome: 'failure',
          tenantId: tenant.id,
          userId: sql`ended.user_id`,
          sessionId: family,
        },
        context,
        sql`ended`,
      )})
      select outcome, encode(refresh_hash, 'hex') as stored_hash, account, amr, acr, extract(epoch from authenticated_at)::int as auth_time,
        greatest(1, extract(epoch from least(ends_at, now() + make_interval(secs => ${policy.idleLife})) - now())::int)
          as refresh_expires_in,
        (select to_jsonb(message) from message) as message
      from family where outcome is not null`,
    'idempotent',
  )
  return row
}

/** A repeat gets the text that the first answer had, also where a new key has come between the two. */
async function successorOf(keys: Keyring, made: RefreshToken, row: RefreshRow): Promise<string> {
  if (row.outcome === 'rotate') return made.text
  const { family, generation } = made
  for (const key of keys.all) {
    const token = await refreshToken({ current: key, all: [key] }, family, generation)
    if (toBytea(token.hash) === `\\x${row.stored_hash}`) return token.text
  }
  throw new AuthError('REFRESH_INVALID', { reason: 'key of the successor is gone' })
}
