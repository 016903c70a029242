import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { admit } from './admit.ts'
import type { FinishPorts } from './finish.ts'
import type { NativeProof, Person, Provider, ProviderPorts } from './provider.ts'
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
  const person = await readNative(ports, provider, proof).catch(async (refusal) => {
    if (refusal instanceof AuthError && refusal.code === 'PROVIDER_TOKEN_INVALID') {
      await recordRefusal(ports, tenant, provider.name, refusal, context)
    }
    throw refusal
  })
  const admitted = await admit(ports, { tenant, person, context })
  return signInFederated(ports, tenant, provider.name, admitted, context)
}

export async function readNative(
  ports: ProviderPorts,
  provider: Provider,
  proof: NativeProof,
): Promise<Person> {
  if (!provider.clients(ports.config.social)) {
    throw new AuthError('NOT_FOUND', { reason: `${provider.name} is off` })
  }
  return provider.nativePerson(ports, proof)
}
