import { type SQL, sql } from 'drizzle-orm'
import { type Account, accountColumn, timestampText } from '../../accounts/user.ts'
import type { DeviceProof } from '../../context.ts'
import { base64urlColumn } from '../../database/base64url.ts'
import type { Ports } from '../../ports.ts'
import { fromBase64url, toBytea } from '../../tokens/encoding.ts'

/** What an assertion is checked against: part of the credential record of WebAuthn L3 §4. Bytes are base64url. */
export interface StoredKey {
  id: string
  credential_id: string
  public_key: string
  sign_count: number
  backup_eligible: boolean
  user_verified: boolean
}

/** One key as the browser is told of it (`PublicKeyCredentialDescriptorJSON`). */
export interface Descriptor {
  type: 'public-key'
  id: string
  transports: string[]
}

/** A {@link StoredKey} of a credential `k` as JSON. */
export const storedKey = sql`jsonb_build_object('id', k.id, 'credential_id', ${base64urlColumn(sql`k.credential_id`)},
  'public_key', ${base64urlColumn(sql`k.public_key`)}, 'sign_count', k.sign_count,
  'backup_eligible', k.backup_eligible, 'user_verified', k.user_verified)`

/** {@link Descriptor}s of a user's keys, the oldest first; `which`: a condition on `k`. */
export function descriptorsOf(userId: SQL, which: SQL): SQL {
  return sql`(select coalesce(jsonb_agg(jsonb_build_object('type', 'public-key',
      'id', ${base64urlColumn(sql`k.credential_id`)}, 'transports', k.transports) order by k.created_at, k.id), '[]')
    from webauthn_credentials k where k.user_id = ${userId} and ${which})`
}

/** Microseconds of the last right use of any key of a user: see `Attempt.epoch`. */
export function keyEpochOf(userId: SQL): SQL {
  return sql`(select coalesce((extract(epoch from max(k.last_used_at)) * 1000000)::bigint, 0)
    from webauthn_credentials k where k.user_id = ${userId})`
}

/** A credential id as the database compares it; null where the text is none. */
export function credentialIdBytea(id: string | undefined): string | null {
  const bytes = fromBase64url(id ?? '')
  return bytes?.length ? toBytea(bytes) : null
}

export interface KeyOwner {
  key: StoredKey
  account: Account
  epoch: number
  knownDevice: string | null
}

/** One read for a sign-in by key. Null for an unknown credential. */
export async function findByKey(
  database: Ports['database'],
  tenantId: string,
  credentialId: string,
  device: DeviceProof | null,
): Promise<KeyOwner | null> {
  const deviceHash = device ? toBytea(device.hash) : null
  const [row] = await database.run<{
    key: StoredKey
    account: Account
    epoch: string
    known_device: string | null
  }>(
    sql`select ${storedKey} as key, ${accountColumn('u')}, ${keyEpochOf(sql`u.id`)} as epoch, d.id as known_device
      from webauthn_credentials k
      join users u on u.id = k.user_id
      left join devices d on d.user_id = u.id and d.token_hash = ${deviceHash}::bytea
      where k.tenant_id = ${tenantId} and k.credential_id = ${credentialIdBytea(credentialId)}::bytea
        and u.status <> 'deleted'`,
    'idempotent',
  )
  if (!row) return null
  return {
    key: row.key,
    account: row.account,
    epoch: Number(row.epoch),
    knownDevice: row.known_device,
  }
}

/** What the owner sees of a credential `k`. */
export const visibleKey = sql`jsonb_build_object('id', k.id, 'name', k.name, 'kind', k.kind,
  'transports', k.transports, 'aaguid', k.aaguid, 'backup_eligible', k.backup_eligible, 'backed_up', k.backed_up,
  'created_at', ${timestampText(sql`k.created_at`)}, 'last_used_at', ${timestampText(sql`k.last_used_at`)})`
