import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { keptByOwner } from '../accounts/keep.ts'
import { type Account, accountColumn } from '../accounts/user.ts'
import { asJudged } from '../assurance/demand.ts'
import type { Assurance } from '../assurance/levels.ts'
import { withdrawRecovery } from '../assurance/withdraw-recovery.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import type { Ports, Row } from '../ports.ts'
import { settingsHold, settingsHoldColumn } from '../tenants/current.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type RefreshToken, refreshToken } from '../tokens/refresh-token.ts'
import { type DeviceUse, writeDevice } from './device.ts'

export interface OpenSession {
  id: string
  account: Account
  refresh: RefreshToken
  /** Seconds since 1970. */
  authTime: number
  /** A new secret for the browser's device cookie: it had none that this account knows, or spent it. */
  newDevice: string | null
}

/** Account, settings or what was to be spent are no longer what they were. */
export interface NotOpened {
  settingsHold: boolean
}

interface OpenedRow extends Row {
  account: Account | null
  auth_time: number
  settings_hold: boolean
}

export interface SessionToOpen {
  tenant: Tenant
  account: Account
  assurance: Assurance
  context: RequestContext
  /** Id of the device row that the account already knows. */
  knownDevice: string | null
  deviceUse: DeviceUse
  /**
   * CTEs that spend what was shown and end in one named `gate`: without a row in it there is no session. They start from
   * `judged` (one row, or none where account or settings have changed), as a CTE that writes does so whatever the rest
   * of the statement comes to.
   */
  gate: SQL | null
  /** Effects of the method that belong to the same statement: CTEs that may read `account`. */
  effects: SQL | null
}

/**
 * Writes a session, in one statement that holds only if the account's authority is still the one that was checked:
 * a password change, a reset or a ban in between leaves nothing behind, and with a first factor or a role since, more
 * is asked for. Nothing is spent then, and it says whether that was for the tenant's settings.
 */
export async function openSession(
  ports: Pick<Ports, 'clock' | 'config' | 'database'>,
  { tenant, account, assurance, context, knownDevice, deviceUse, gate, effects }: SessionToOpen,
): Promise<OpenSession | NotOpened> {
  const id = uuidv7()
  const refresh = refreshToken(ports.config.keys.refresh, id, 1)
  const device = await writeDevice({
    tenant,
    context,
    userId: account.id,
    knownDevice,
    use: deviceUse,
  })
  const spent = gate ?? device.gate
  const kept = account.is_closing ? await keptByOwner(ports, tenant, context) : null
  const { idleLife, absoluteLife } = tenant.settings.session
  const holds = sql`tenant_id = ${tenant.id} and status = 'active'
    and authority_version = ${account.authority_version} and ${asJudged(account)} and ${settingsHold(tenant)}`
  const [row] = await ports.database.run<OpenedRow>(
    sql`with judged as (
        select id from users where id = ${account.id} and ${holds}
      ), ${spent ?? sql`gate as (select 1)`}, account as (
        update users set last_login_at = now(), deletes_at = null
        where id = ${account.id} and ${holds} and exists (select 1 from gate)
        returning *
      ), ${device.rows}, opened as (
        insert into sessions (id, tenant_id, user_id, authority_version, refresh_hash, amr, acr, transport,
          device_id, ip_prefix, country, user_agent, platform, app_version, expires_at, ends_at)
        select ${id}::uuid, tenant_id, id, authority_version, ${refresh.hash}::bytea,
          ${sql.param(assurance.amr)}::text[], ${assurance.acr}, ${context.transport}, (select id from device),
          ${context.ipPrefix}, ${context.country}, ${context.userAgent}, ${context.platform},
          ${context.appVersion}, now() + make_interval(secs => ${idleLife}),
          now() + make_interval(secs => ${absoluteLife})
        from account
        on conflict (id) do nothing
      ), recorded as (${recordEvent(
        {
          action: 'session.opened',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`account.id`,
          sessionId: id,
          reason: [
            ...assurance.amr,
            ...(deviceUse === 'remembered' ? ['remembered_device'] : []),
          ].join(' '),
        },
        context,
        sql`account`,
      )})${effects ? sql`, ${effects}` : sql``}${kept ? sql`, ${kept}` : sql``}${withdrawal(tenant, assurance, context)}
      select case when account.id is not null then (select one.account from (select ${accountColumn('account')}) as one) end as account,
        floor(extract(epoch from now()))::int as auth_time, ${settingsHoldColumn(tenant)}
      from (select 1) as once left join account on true`,
    spent ? 'once' : 'idempotent',
  )
  if (!row?.account) return { settingsHold: row?.settings_hold ?? true }
  return {
    id,
    account: row.account,
    refresh,
    authTime: row.auth_time,
    newDevice: device.secret,
  }
}

function withdrawal(tenant: Tenant, { acr }: Assurance, context: RequestContext): SQL {
  if (acr === 'aal1') return sql``
  return sql`, ${withdrawRecovery(sql`account`, tenant, context)}`
}
