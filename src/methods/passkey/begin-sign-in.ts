import { sql } from 'drizzle-orm'
import type { Ports } from '../../ports.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { challengeInsert, newChallenge } from './challenge.ts'
import { decoyUser } from './decoy-key.ts'
import { decoysFor } from './decoys.ts'
import { type OptionsAnswer, requestOptions } from './request-options.ts'
import { type Descriptor, descriptorsOf } from './store.ts'

/**
 * Asks for a passkey: any (usernameless), or one of an address. An address without keys gets decoys by the same
 * statement and the same work, and its challenge belongs to nobody: a key of one's own does not answer it, as it does not
 * answer that of another's account. So nobody learns which addresses have accounts.
 */
export async function beginSignIn(
  ports: Pick<Ports, 'config' | 'database'>,
  tenant: Tenant,
  email: string | null,
): Promise<OptionsAnswer> {
  requireMethod(tenant, 'passkey')
  const { config } = ports
  const decoys = await decoysFor(config.keys.lookup.current, tenant.id, email ?? '')
  const challenge = newChallenge()
  const [row] = await ports.database.run<{ keys: Descriptor[] }>(
    sql`with asked as (
        select coalesce(
            (select id from users where tenant_id = ${tenant.id} and email = ${email} and status <> 'deleted'),
            case when ${email}::text is not null then ${decoyUser}::uuid end) as user_id, null::uuid as session_id, null::uuid as pending_id
      ), made as (${challengeInsert(challenge, tenant.id, { purpose: sql`'sign_in'`, kind: null }, sql`asked`)})
      select ${descriptorsOf(sql`asked.user_id`, sql`k.user_verified`)} as keys from asked`,
    'idempotent',
  )
  const known = row?.keys.length ? row.keys : decoys
  return requestOptions(config, challenge, 'required', email === null ? null : known)
}
