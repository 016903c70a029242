import { sql } from 'drizzle-orm'
import type { RequestContext } from '../../context.ts'
import { completeSignIn, type SignInOutcome } from '../../sessions/complete-sign-in.ts'
import type { TenantPorts } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import type { Admitted } from './admit.ts'
import type { ProviderName } from './provider.ts'

export interface FederatedSignIn {
  outcome: SignInOutcome
  userCreated: boolean
}

/** Both doors end here: a provider's word is one factor, whatever the provider itself has asked for. */
export async function signInFederated(
  ports: TenantPorts,
  tenant: Tenant,
  provider: ProviderName,
  { account, knownDevice, deviceRemembered, identity, userCreated }: Admitted,
  context: RequestContext,
  isTaken?: (tenant: Tenant) => boolean,
): Promise<FederatedSignIn> {
  const outcome = await completeSignIn(ports, {
    tenant,
    method: provider,
    account,
    proven: ['federated'],
    context,
    knownDevice,
    deviceRemembered,
    ...(isTaken ? { isTaken } : {}),
    effects: sql`used as (
      update oauth_accounts o set last_used_at = now() from account
      where o.id = ${identity} and o.user_id = account.id
    )`,
  })
  return { outcome, userCreated }
}
