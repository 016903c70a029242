import { CodeChallengeMethod, generateCodeVerifier, generateState, OAuth2Client } from 'arctic'
import { v7 as uuidv7 } from 'uuid'
import type { RequestContext } from '../../context.ts'
import { AuthError, fieldError } from '../../errors.ts'
import { social as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { callbackOf } from './callback.ts'
import type { Provider } from './provider.ts'
import { endpointOf } from './providers.ts'
import { recordRefusal } from './record-refusal.ts'
import { sealTransaction, type Transaction } from './transaction.ts'

export interface Beginning {
  tenant: Tenant
  provider: Provider
  redirectTo: string
  challenge: string
  purpose: Transaction['purpose']
}

export interface Begun {
  /** At the provider. */
  location: string
  state: string
  /** For a cookie of this browser. */
  sealed: string
}

/** Sends a browser to a provider. Throws `NOT_FOUND` where the provider is off, `VALIDATION_FAILED`. */
export async function begin(
  ports: Pick<Ports, 'clock' | 'config' | 'database'>,
  { tenant, provider, redirectTo, challenge, purpose }: Beginning,
  context: RequestContext,
): Promise<Begun> {
  const { clock, config } = ports
  const [client] = provider.clients(config.social) ?? []
  if (!client) throw new AuthError('NOT_FOUND', { reason: `${provider.name} is off` })
  requireMethod(tenant, provider.name)
  if (!tenant.settings.redirectUrls.includes(redirectTo)) {
    const message = 'This address is not in the list of the tenant.'
    const errors = [fieldError('redirect_to', 'REDIRECT_NOT_ALLOWED', message)]
    const refusal = new AuthError('VALIDATION_FAILED', { errors, reason: 'redirect_to' })
    await recordRefusal(ports, tenant, provider.name, refusal, context)
    throw refusal
  }

  const state = generateState()
  const transaction: Transaction = {
    id: uuidv7(),
    provider: provider.name,
    tenant: tenant.slug,
    nonce: generateState(),
    verifier: generateCodeVerifier(),
    challenge,
    redirectTo,
    purpose,
    expiresAt: clock.now() + policy.transactionLife * 1000,
  }
  const location = new OAuth2Client(
    client,
    null,
    callbackOf(config, provider),
  ).createAuthorizationURLWithPKCE(
    endpointOf(config.social, provider, provider.authorize),
    state,
    CodeChallengeMethod.S256,
    transaction.verifier,
    [...provider.scopes],
  )
  location.searchParams.set('nonce', transaction.nonce)
  for (const [name, value] of Object.entries(provider.parameters)) {
    location.searchParams.set(name, value)
  }
  const sealed = await sealTransaction(config, state, transaction)
  return { location: location.href, state, sealed }
}
