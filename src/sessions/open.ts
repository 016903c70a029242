import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type Account, type AccountRow, accountColumn } from '../accounts/user.ts'
import type { Assurance } from '../assurance/levels.ts'
import { recordEvent } from '../audit/record.ts'
import type { DeviceProof, RequestContext } from '../context.ts'
import { session as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { type RefreshToken, refreshToken } from '../tokens/refresh-token.ts'
import { newSecret } from '../tokens/secret.ts'

export interface OpenSession {
  id: string
  account: Account
  refresh: RefreshToken
  /** Seconds since 1970. */
  authTime: number
  /** A new secret for the browser's device cookie, where it had none that this account knows. */
  newDevice: string | null
}

export interface SessionToOpen {
  tenant: Tenant
  account: Account
  assurance: Assurance
  context: RequestContext
  /** Id of the device row that the account already knows. */
  knownDevice: string | null
  /** CTEs that spend what was shown and end in one named `gate`: without a row in it there is no session. */
  gate: SQL | null
  /** Effects of the method that belong to the same statement: CTEs that may read `account`. */
  effects: SQL | null
}

/**
 * Writes a session, in one statement that holds only if the account's authority is still the one that was checked:
 * a password change, a reset or a ban in between leaves nothing behind. Null where it was.
 */
export async function openSession(
  ports: Pick<Ports, 'config' | 'database'>,
  { tenant, account, assurance, context, knownDevice, gate, effects }: SessionToOpen,
): Promise<OpenSession | null> {
  const id = uuidv7()
  const refresh = await refreshToken(ports.config.keys.refresh, id, 1)
  const fresh = await newDevice(context, knownDevice)
  const [row] = await ports.database.run<AccountRow & { auth_time: number }>(
    sql`with ${gate ?? sql`gate as (select 1)`}, account as (
        update users set last_login_at = now()
        where id = ${account.id} and tenant_id = ${tenant.id} and status = 'active'
          and authority_version = ${account.authority_version} and exists (select 1 from gate)
        returning *
      ), device as (${rememberDevice(knownDevice, fresh?.proof ?? context.device, context)}
      ), opened as (
        insert into sessions (id, tenant_id, user_id, authority_version, refresh_hash, amr, acr, transport,
          device_id, ip_prefix, country, user_agent, platform, app_version, expires_at, ends_at)
        select ${id}::uuid, tenant_id, id, authority_version, ${toBytea(refresh.hash)}::bytea,
          ${sql.param(assurance.amr)}::text[], ${assurance.acr}, ${context.transport}, (select id from device),
          ${context.ipPrefix}, ${context.country}, ${context.userAgent}, ${context.platform},
          ${context.appVersion}, now() + make_interval(secs => ${policy.idleLife}),
          now() + make_interval(secs => ${policy.absoluteLife})
        from account
        on conflict (id) do nothing
      ), recorded as (${recordEvent(
        {
          action: 'session.opened',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`account.id`,
          sessionId: id,
          reason: assurance.amr.join(' '),
        },
        context,
        sql`account`,
      )})${effects ? sql`, ${effects}` : sql``}
      select ${accountColumn(sql`account`)}, extract(epoch from now())::int as auth_time from account`,
    'idempotent',
  )
  if (!row) return null
  return {
    id,
    account: row.account,
    refresh,
    authTime: row.auth_time,
    newDevice: fresh?.text ?? null,
  }
}

/** A browser without a secret that this account knows gets a new one: a planted cookie never becomes known. */
async function newDevice(context: RequestContext, knownDevice: string | null) {
  if (context.transport !== 'cookie' || knownDevice) return null
  const secret = await newSecret('device')
  return { text: secret.text, proof: { kind: 'cookie', hash: secret.hash } satisfies DeviceProof }
}

function rememberDevice(
  knownDevice: string | null,
  proof: DeviceProof | null,
  context: RequestContext,
): SQL {
  if (knownDevice) {
    return sql`update devices set last_seen_at = now() from account
      where devices.id = ${knownDevice} and devices.user_id = account.id returning devices.id`
  }
  if (!proof) return sql`select null::uuid as id from account where false`
  return sql`insert into devices (id, tenant_id, user_id, token_hash, platform, user_agent)
    select ${uuidv7()}::uuid, tenant_id, id, ${toBytea(proof.hash)}::bytea, ${context.platform}, ${context.userAgent}
    from account
    on conflict (user_id, token_hash) do update set last_seen_at = now()
    returning id`
}
