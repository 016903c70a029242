import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordFailure } from '../assurance/record-failure.ts'
import { AuthError } from '../errors.ts'
import { matchingStep } from '../methods/totp/code.ts'
import { qrPng, qrSvg } from '../methods/totp/qr-code.ts'
import { newSeed, openSeed, provisioningUri, sealSeed, seedText } from '../methods/totp/seed.ts'
import { totp as policy, serviceName } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { EnrollerProof } from '../sessions/caller.ts'
import { publicName } from '../tenants/public-name.ts'
import { bindFactor, type Confirmed } from './bind-factor.ts'
import { type Enroller, enrollerOf } from './enroller.ts'

export interface TotpSetup {
  type: 'totp'
  secret: string
  provisioning_uri: string
  qr_code: string
  qr_svg: string
  expires_in: number
}

type BeginPorts = Pick<Ports, 'config' | 'database' | 'mfaSetup'>

/** Makes a seed that waits, sealed, for its first code. Throws `FACTOR_EXISTS`, and as {@link enrollerOf}. */
export async function beginTotp(ports: BeginPorts, proof: EnrollerProof): Promise<TotpSetup> {
  const { tenant, account, hasTotp } = await enrollerOf(ports, proof)
  if (hasTotp) throw new AuthError('FACTOR_EXISTS')
  const seed = newSeed()
  const factorId = uuidv7()
  const place = { tenantId: tenant.id, userId: account.id, factorId }
  const sealed = await sealSeed(ports.config.keys.totp, place, seed)
  await ports.mfaSetup.begin(account.id, { factorId, sealed })

  const uri = provisioningUri(
    publicName(tenant) ?? serviceName,
    account.email ?? account.phone_e164 ?? account.id,
    seed,
  )
  return {
    type: 'totp',
    secret: seedText(seed),
    provisioning_uri: uri,
    qr_code: await qrPng(uri),
    qr_svg: qrSvg(uri),
    expires_in: policy.setUpLife,
  }
}

type ConfirmPorts = BeginPorts & Pick<Ports, 'background' | 'clock' | 'mailer' | 'throttle'>

/** Proves the waiting seed by a code of it, and binds it. Throws `MFA_CODE_INVALID`, `TOO_MANY_ATTEMPTS`, and as {@link enrollerOf}. */
export async function confirmTotp(
  ports: ConfirmPorts,
  proof: EnrollerProof,
  code: string,
): Promise<Confirmed> {
  const enroller = await enrollerOf(ports, proof)
  const { tenant, account } = enroller
  const setup = await ports.mfaSetup.read(account.id)
  if (!setup) throw new AuthError('MFA_CODE_INVALID', { reason: 'no set-up going on' })
  const place = { tenantId: tenant.id, userId: account.id, factorId: setup.factorId }
  const seed = await openSeed(ports.config.keys.totp, place, setup.sealed)
  const step = seed ? matchingStep(seed, code, 0, ports.clock.now()) : null
  if (step === null) throw await refuseCode(ports, enroller)

  const confirmed = await bindFactor(
    ports,
    enroller,
    'totp',
    sql`added as (
      insert into factors (id, tenant_id, user_id, type, sealed_secret, last_step, last_used_at)
      select ${setup.factorId}::uuid, tenant_id, id, 'totp', ${setup.sealed}, ${step}, now() from holder
      on conflict do nothing
      returning id, user_id
    )`,
  )
  if (!confirmed) throw new AuthError('FACTOR_EXISTS')
  ports.background.run('end set-up', () => ports.mfaSetup.end(account.id))
  return confirmed
}

/** Only wrong codes count: whoever has been shown the seed has nothing to guess. Throws `TOO_MANY_ATTEMPTS`. */
async function refuseCode(
  ports: ConfirmPorts,
  { tenant, account, knownDevice, context }: Enroller,
): Promise<AuthError> {
  const admission = await ports.throttle.admit({
    tenantId: tenant.id,
    authenticator: 'totp',
    identifier: account.id,
    device: knownDevice,
    epoch: 0,
  })
  const failure = { action: 'mfa.refused', reason: 'totp', tenant, account } as const
  await recordFailure(ports, { ...failure, admission, context })
  return new AuthError('MFA_CODE_INVALID', { reason: 'set-up code' })
}
