import { type SQL, sql } from 'drizzle-orm'
import { type Account, accountColumn } from '../../accounts/user.ts'
import { mustHaveSecondFactorOf } from '../../assurance/demand.ts'
import { factorsJustDenied } from '../../assurance/factors-denied.ts'
import { isRemembered } from '../../assurance/remembered-device.ts'
import type { DeviceProof } from '../../context.ts'
import type { Ports, Row } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBytea } from '../../tokens/encoding.ts'
import type { Person } from './provider.ts'

/** An account with what a sign-in needs to know of the device. */
export interface DeviceAccount {
  account: Account
  knownDevice: string | null
  deviceRemembered: boolean
}

export interface FoundAccount extends DeviceAccount {
  /** The identity's row; null where the account was found by its address. */
  identity: string | null
  /** See {@link isGuarded}. */
  guarded: boolean
}

/** Columns of {@link DeviceRow} for a user `u` and the left-joined device `d` of {@link joinDevice}. */
export const deviceColumns = sql`${accountColumn('u')}, d.id as known_device,
  coalesce(${isRemembered}, false) as device_remembered`

export interface DeviceRow extends Row {
  account: Account
  known_device: string | null
  device_remembered: boolean
}

export function joinDevice(device: DeviceProof | null): SQL {
  return sql`left join devices d on d.user_id = u.id
    and d.token_hash = ${device ? toBytea(device.hash) : null}::bytea`
}

export function toDeviceAccount(row: DeviceRow): DeviceAccount {
  return {
    account: row.account,
    knownDevice: row.known_device,
    deviceRemembered: row.device_remembered,
  }
}

/**
 * Whether a user `u` has a second factor, may not be without one, or lost it to a denial within the day: then a
 * provider's word alone adds no way in. Read at this moment, whatever an isolate remembers of the tenant.
 */
export function isGuarded(tenant: Tenant): SQL {
  return sql`(u.mfa_enabled or ${mustHaveSecondFactorOf(tenant)} or ${factorsJustDenied(sql`u`)})`
}

export interface FoundAccounts {
  byIdentity: FoundAccount | null
  byEmail: FoundAccount | null
}

/** One read: the account of an identity, and the one that holds its address. */
export async function findAccounts(
  database: Ports['database'],
  tenant: Tenant,
  { provider, subject, email }: Person,
  device: DeviceProof | null,
): Promise<FoundAccounts> {
  const rows = await database.run<DeviceRow & { identity: string | null; guarded: boolean }>(
    sql`select ${deviceColumns}, o.id as identity, ${isGuarded(tenant)} as guarded
      from oauth_accounts o join users u on u.id = o.user_id ${joinDevice(device)}
      where o.tenant_id = ${tenant.id} and o.provider = ${provider} and o.subject = ${subject}
      union all
      select ${deviceColumns}, null::uuid, ${isGuarded(tenant)}
      from users u ${joinDevice(device)}
      where u.tenant_id = ${tenant.id} and u.email = ${email}`,
    'idempotent',
  )
  const found = rows.map((row) => {
    const { identity, guarded } = row
    return { ...toDeviceAccount(row), identity, guarded }
  })
  return {
    byIdentity: found.find(({ identity }) => identity) ?? null,
    byEmail: found.find(({ identity }) => !identity) ?? null,
  }
}

/** `INSERT` of an identity for the user of a CTE `owner` (id, tenant_id). A taken one breaks the whole statement. */
export function insertIdentity(id: string, { provider, subject, email }: Person, owner: SQL): SQL {
  return sql`insert into oauth_accounts (id, tenant_id, user_id, provider, subject, email)
    select ${id}::uuid, owner.tenant_id, owner.id, ${provider}, ${subject}, ${email} from ${owner} as owner
    returning id, user_id`
}
