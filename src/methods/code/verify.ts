import { sql } from 'drizzle-orm'
import { phonePrefix } from '../../accounts/fields/phone-number.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import type { Consent } from '../../forms/consents.ts'
import { shownHashes } from '../../messages/issue-code.ts'
import type { Ports } from '../../ports.ts'
import { type AddressSignIn, signInByAddress } from '../../sessions/sign-in-by-address.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { TenantPorts } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { type Challenge, openChallenge } from '../../tokens/challenge.ts'
import { destinationOf, methodOf } from './address.ts'

type VerifyPorts = TenantPorts & Pick<Ports, 'codes'>

export interface CodeAttempt {
  challengeId: string
  code: string
  /** For an account that comes to be by this. */
  consents: readonly Consent[]
}

/** Exchanges a code for a session. Throws `CODE_INVALID` for wrong, used, late, burnt and foreign alike. */
export async function verifySignInCode(
  ports: VerifyPorts,
  tenant: Tenant,
  { challengeId, code, consents }: CodeAttempt,
  context: RequestContext,
): Promise<AddressSignIn> {
  const challenge = await openChallenge(ports.config.keys.codes, challengeId)
  if (challenge?.tenantId !== tenant.id) throw new AuthError('CODE_INVALID', { reason: 'foreign' })
  const { id, address, channel, device } = challenge
  requireMethod(tenant, methodOf(channel))
  const purpose = 'sign_in'
  const hashes = await shownHashes(ports, { tenant, purpose, binding: null }, id, code)
  const destination = destinationOf(tenant, address)
  const spent = await ports.codes.redeem(destination, { id, purpose, hashes, device })
  if (!spent) throw await refused(ports, tenant, challenge, context)

  try {
    return await signIn(ports, tenant, challenge, consents, context)
  } catch (error) {
    const isDown = error instanceof AuthError && error.code === 'UNAVAILABLE'
    // The code was right and brought nothing: its owner may show it again when the database is back.
    if (isDown) await ports.codes.restore(destination, id)
    throw error
  }
}

async function signIn(
  ports: VerifyPorts,
  tenant: Tenant,
  { channel, address }: Challenge,
  consents: readonly Consent[],
  context: RequestContext,
): Promise<AddressSignIn> {
  const kind = channel === 'email' ? 'email' : 'phone'
  const shown = sql`shown as (select ${address}::text as address)`
  const prefix = kind === 'phone' ? phonePrefix(address).prefix : null
  const method = methodOf(channel)
  const proof = { tenant, method, kind, shown, prefix, consents, context } as const
  const signedIn = await signInByAddress(ports, proof)
  if (!signedIn) throw new AuthError('CODE_INVALID', { reason: 'no account' })
  return signedIn
}

async function refused(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  { channel, address }: Challenge,
  context: RequestContext,
): Promise<AuthError> {
  const owner = sql`(select id from users where tenant_id = ${tenant.id} and (
    (${channel}::text = 'email' and email = ${address}::text)
    or (${channel}::text <> 'email' and phone_e164 = ${address}::text and phone_verified_at is not null)))`
  const entry = { tenantId: tenant.id, userId: owner, reason: channel } as const
  await ports.database.run(
    recordEvent(
      { ...entry, action: 'code.refused', outcome: 'failure' },
      context,
      sql`(select 1) as once`,
    ),
    'idempotent',
  )
  return new AuthError('CODE_INVALID', { reason: 'wrong' })
}
