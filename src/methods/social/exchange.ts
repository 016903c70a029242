import { type SQL, sql } from 'drizzle-orm'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import type { TenantPorts } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { sha256, toBase64url, toBytea, utf8 } from '../../tokens/encoding.ts'
import { secretHash } from '../../tokens/secret.ts'
import type { ProviderName } from './provider.ts'
import { type FederatedSignIn, signInFederated } from './sign-in.ts'
import { type DeviceRow, deviceColumns, joinDevice, toDeviceAccount } from './store.ts'
import type { Transaction } from './transaction.ts'

export interface Exchange {
  code: string
  /** Of the app: whoever read the code in an address bar or a log does not have it. */
  verifier: string
}

interface SpentRow extends DeviceRow {
  identity: string
  user_created: boolean
  provider: ProviderName
}

/** Exchanges the code that the app's page got for a session, or for the next factor. Throws `EXCHANGE_INVALID`. */
export async function exchange(
  ports: TenantPorts,
  tenant: Tenant,
  request: Exchange,
  context: RequestContext,
): Promise<FederatedSignIn> {
  const spent = await spendCode(request, tenant, 'sign_in')
  if (!spent) throw new AuthError('EXCHANGE_INVALID')
  const [row] = await ports.database.run<SpentRow>(
    sql`with ${spent}, refused as (${recordEvent(
      {
        action: 'sign_in.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: null,
        reason: 'exchange_invalid',
      },
      context,
      sql`(select 1 where not exists (select 1 from spent)) as once`,
    )})
      select ${deviceColumns}, spent.identity_id as identity, spent.user_created,
        (select o.provider from oauth_accounts o where o.id = spent.identity_id) as provider
      from spent join users u on u.id = spent.user_id and u.authority_version = spent.authority_version
        ${joinDevice(context.device)}`,
    'once',
  )
  if (!row) throw new AuthError('EXCHANGE_INVALID')
  const { identity, user_created: userCreated } = row
  const admitted = { ...toDeviceAccount(row), identity, userCreated }
  return signInFederated(ports, tenant, row.provider, admitted, context)
}

/** CTE `spent`: the row of a code, for who shows the verifier of its challenge (RFC 7636 §4.6). Null for what is no code. */
export async function spendCode(
  { code, verifier }: Exchange,
  tenant: Tenant,
  purpose: Transaction['purpose'],
  condition: SQL = sql`true`,
): Promise<SQL | null> {
  const hash = await secretHash('exchange', code)
  if (!hash) return null
  const challenge = toBase64url(await sha256(utf8(verifier)))
  return sql`spent as (
    update exchange_codes e set used_at = now(), person = '{}' from exchange_codes before
    where e.id = before.id and e.code_hash = ${toBytea(hash)}::bytea and e.tenant_id = ${tenant.id}
      and e.purpose = ${purpose} and e.code_challenge = ${challenge}
      and e.used_at is null and e.expires_at > now() and ${condition}
    returning e.user_id, e.authority_version, e.identity_id, e.user_created, before.person
  )`
}
