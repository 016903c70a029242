import { OAuth2Tokens } from 'arctic'
import type { Config } from '../../config.ts'
import { AuthError } from '../../errors.ts'
import { ask } from './ask.ts'
import type { Provider, ProviderPorts } from './provider.ts'
import { endpointOf } from './providers.ts'

/** Each provider has a path of its own, so that no answer of one passes for another's (RFC 9700 §4.4.2). */
export function callbackOf(config: Config, { name }: Provider): string {
  return `${config.publicUrl}/api/v1/auth/oauth/${name}/callback`
}

/**
 * Redeems a provider's code. Arctic would call fetch itself: without a limit of time and size, and it follows redirects
 * with our secret in hand. So it makes the address and reads the answer, and the way there is ours.
 * Throws `PROVIDER_ERROR`, `PROVIDER_UNAVAILABLE`.
 */
export async function redeemCode(
  ports: ProviderPorts,
  provider: Provider,
  { code, verifier }: { code: string; verifier: string },
): Promise<OAuth2Tokens> {
  const { config } = ports
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: callbackOf(config, provider),
    client_id: provider.clients(config.social)?.[0] ?? '',
    client_secret: await provider.secret(ports),
    code_verifier: verifier,
  })
  const address = endpointOf(config.social, provider, provider.token)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const request = { method: 'POST', headers, body: body.toString() } as const
  const answer = await ask(ports, address, request, 'PROVIDER_ERROR')
  // GitHub says no with 200.
  if ('error' in answer) throw new AuthError('PROVIDER_ERROR', { reason: 'refused the code' })
  return new OAuth2Tokens(answer)
}
