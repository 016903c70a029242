import { sql } from 'drizzle-orm'
import { recordEvent } from '../audit/record.ts'
import type { Keyring } from '../config.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { session as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { settingsHoldColumn } from '../tenants/current.ts'
import { type TenantPorts, tenantToday } from '../tenants/resolve.ts'
import type { Tenant } from '../tenants/tenant.ts'
import {
  nextRefreshToken,
  type RefreshToken,
  readRefreshToken,
  refreshToken,
} from '../tokens/refresh-token.ts'
import { requireServedBuild } from '../versions/gate.ts'
import { liveSession } from './live.ts'
import { type RotatedSession, rotate } from './rotate.ts'
import { type RefreshedTokens, refreshedTokens } from './tokens.ts'

/**
 * Exchanges a refresh token for its successor.
 * - the live token: the family moves on by one generation;
 * - the one before, within the grace: a lost answer or a parallel tab, which gets the same successor;
 * - any older one: somebody holds a copy. The family dies and its owner is told.
 * The first two are one short statement, as they are what nearly every request is; only a token that it refuses asks again.
 */
export async function refresh(
  ports: TenantPorts & Pick<Ports, 'mailer'>,
  tenant: Tenant,
  presented: string,
  context: RequestContext,
): Promise<RefreshedTokens & { refresh_token: string }> {
  const keys = ports.config.keys.refresh
  const token = readRefreshToken(keys, presented)
  if (!token) throw new AuthError('REFRESH_INVALID', { reason: 'not issued here' })

  const successor = nextRefreshToken(keys, token)
  const row =
    (await rotate(ports, tenant, token, successor, context)) ??
    (await rotateByTodaysRules(ports, tenant, token, successor, context))
  return refreshedTokens(ports, tenant, {
    id: token.family,
    account: row.holder,
    refreshToken: successorOf(keys, successor, row),
    amr: row.amr,
    acr: row.acr,
    authTime: row.auth_time,
    refreshExpiresIn: row.refresh_expires_in,
  })
}

/**
 * The family did not move. Where that was for settings that are no longer the tenant's, the token is judged once more;
 * else it is over, or the token was spent before. Then the family dies, with its record and its letter.
 */
async function rotateByTodaysRules(
  ports: TenantPorts & Pick<Ports, 'mailer'>,
  tenant: Tenant,
  token: RefreshToken,
  successor: RefreshToken,
  context: RequestContext,
): Promise<RotatedSession> {
  const refused = await refuse(ports, tenant, token, context)
  if (refused.settingsHold) throw refused.error
  const today = await tenantToday(ports, tenant)
  requireServedBuild(today, context)
  const row = await rotate(ports, today, token, successor, context)
  if (!row) throw refused.error
  return row
}

async function refuse(
  ports: Pick<Ports, 'clock' | 'config' | 'database' | 'mailer' | 'background'>,
  tenant: Tenant,
  { family, generation }: RefreshToken,
  context: RequestContext,
): Promise<{ error: AuthError; settingsHold: boolean }> {
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
  })
  // A statement that the database ran late, seconds after its client had asked again: the token was live when it was
  // presented, so nobody used a copy. It gets nothing, and the family lives. By the database's clock, as a Worker's that
  // goes after it would take every reuse for one.
  const [asked] = await ports.database.run<{ at: number }>(
    sql`select extract(epoch from now())::double precision as at`,
    'idempotent',
  )
  const [row] = await ports.database.run<{
    message: OutboxRow | null
    reused: boolean
    settings_hold: boolean
  }>(
    sql`with family as (
        select s.id from sessions s join users u on u.id = s.user_id
        where s.id = ${family} and s.tenant_id = ${tenant.id} and s.transport = ${context.transport}
          and ${liveSession} and s.refresh_generation > ${generation} and s.refreshed_at < to_timestamp(${asked?.at ?? 0})
          and (s.refresh_generation > ${generation + 1}
            or s.refreshed_at <= now() - make_interval(secs => ${policy.refreshGrace}))
        for update of s
      ), ended as (
        update sessions s set revoked_at = now(), revoked_reason = 'refresh_reused'
        from family where s.id = family.id
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
      select (select to_jsonb(message) from message) as message, exists (select from ended) as reused,
        ${settingsHoldColumn(tenant)}`,
    'idempotent',
  )
  if (row?.message) deliverSoon(ports, [row.message])
  if (row?.reused) return { error: new AuthError('REFRESH_REUSED'), settingsHold: true }
  const error = new AuthError('REFRESH_INVALID', { reason: 'session is over' })
  return { error, settingsHold: row?.settings_hold ?? true }
}

/** A repeat gets the text that the first answer had, also where a new key has come between the two. */
function successorOf(keys: Keyring, made: RefreshToken, row: RotatedSession): string {
  if (made.hash === `\\x${row.stored_hash}`) return made.text
  const { family, generation } = made
  for (const key of keys.all) {
    const token = refreshToken({ current: key, all: [key] }, family, generation)
    if (token.hash === `\\x${row.stored_hash}`) return token.text
  }
  throw new AuthError('REFRESH_INVALID', { reason: 'key of the successor is gone' })
}
