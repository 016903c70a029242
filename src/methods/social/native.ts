import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { NativeProvider, Tenant } from '../../tenants/tenant.ts'
import { admit } from './admit.ts'
import type { FinishPorts } from './finish.ts'
import type { NativePerson, NativeProof, Provider, ProviderPorts } from './provider.ts'
import { recordRefusal } from './record-refusal.ts'
import { type FederatedSignIn, signInFederated } from './sign-in.ts'

/** Signs in with what a mobile app got from the provider's own software. Throws `PROVIDER_TOKEN_INVALID`, and as `admit`. */
export async function signInNative(
  ports: FinishPorts,
  tenant: Tenant,
  provider: Provider,
  proof: NativeProof,
  context: RequestContext,
): Promise<FederatedSignIn> {
  requireMethod(tenant, provider.name)
  const { person, apps } = await readNative(ports, tenant, provider, proof).catch(
    async (refusal) => {
      if (refusal instanceof AuthError && refusal.code === 'PROVIDER_TOKEN_INVALID') {
        await recordRefusal(ports, tenant, provider.name, refusal, context)
      }
      throw refusal
    },
  )
  const admitted = await admit(ports, { tenant, person, context })
  // Whoever takes an app off the list means its tokens of this moment too.
  const isTaken = (today: Tenant) => {
    const clients = nativeClientsOf(ports, today, provider)
    return apps.every((app) => clients.includes(app))
  }
  return signInFederated(ports, tenant, provider.name, admitted, context, isTaken)
}

export async function readNative(
  ports: ProviderPorts,
  tenant: Tenant,
  provider: Provider,
  proof: NativeProof,
): Promise<NativePerson> {
  if (!provider.clients(ports.config.social)) {
    throw new AuthError('NOT_FOUND', { reason: `${provider.name} is off` })
  }
  return provider.nativePerson(ports, proof, nativeClientsOf(ports, tenant, provider))
}

/** The tenant's own where it has named any: then the operator's, which serve every other tenant, are none of its apps. */
function nativeClientsOf(
  { config }: Pick<ProviderPorts, 'config'>,
  { settings }: Tenant,
  provider: Provider,
): readonly string[] {
  const own = settings.nativeClients[provider.name as NativeProvider]
  return own?.length ? own : (provider.clients(config.social) ?? [])
}
