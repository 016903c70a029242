import { type SQL, sql } from 'drizzle-orm'
import { type Account, accountColumn } from '../../accounts/user.ts'
import { isRemembered } from '../../assurance/remembered-device.ts'
import type { DeviceProof } from '../../context.ts'
import { built } from '../../database/built.ts'
import type { Ports, Row, StoredHash } from '../../ports.ts'
import { toBytea } from '../../tokens/encoding.ts'

/** What an account is found by: normalised, so that each address has one spelling. */
export type Identifier = { email: string } | { phone: string }

export interface PasswordAccount {
  account: Account
  hash: StoredHash | null
  /** Microseconds of the last right use: see `Attempt.epoch`. */
  epoch: number
  /** Id of the device row that matched what the request showed. */
  knownDevice: string | null
  /** That device stands for the second factor. */
  deviceRemembered: boolean
}

interface Found extends Row {
  account: Account
  phc: string | null
  pepper_id: string | null
  epoch: string
  known_device: string | null
  device_remembered: boolean | null
}

/** One read for a sign-in: account, password hash, and whether the device is known. Null for an unknown address. */
export async function findForPassword(
  database: Ports['database'],
  tenantId: string,
  identifier: Identifier,
  device: DeviceProof | null,
): Promise<PasswordAccount | null> {
  const deviceHash = device ? toBytea(device.hash) : null
  const query =
    'email' in identifier
      ? byEmail({ tenantId, email: identifier.email, deviceHash })
      : byPhone({ tenantId, phone: identifier.phone, deviceHash })
  const [row] = await database.run<Found>(query, 'idempotent')
  if (!row) return null
  return {
    account: row.account,
    hash: row.phc && row.pepper_id ? { phc: row.phc, pepperId: row.pepper_id } : null,
    epoch: Number(row.epoch),
    knownDevice: row.known_device,
    deviceRemembered: row.device_remembered ?? false,
  }
}

const byEmail = built(['tenantId', 'email', 'deviceHash'], (p) =>
  foundBy(sql`u.email = ${p.email}`, p),
)
const byPhone = built(['tenantId', 'phone', 'deviceHash'], (p) =>
  foundBy(sql`u.phone_e164 = ${p.phone} and u.phone_verified_at is not null`, p),
)

function foundBy(identified: SQL, p: Record<'tenantId' | 'deviceHash', SQL>): SQL {
  return sql`select ${accountColumn('u')}, c.hash as phc, c.pepper_id, ${epochOf(sql`c.proven_at`)} as epoch,
      d.id as known_device, ${isRemembered} as device_remembered
    from users u
    left join password_credentials c on c.user_id = u.id
    left join devices d on d.user_id = u.id and d.token_hash = ${p.deviceHash}::bytea
    where u.tenant_id = ${p.tenantId} and ${identified} and u.status <> 'deleted'`
}

export function epochOf(moment: SQL): SQL {
  return sql`coalesce((extract(epoch from ${moment}) * 1000000)::bigint, 0)`
}
