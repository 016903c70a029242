import type { Channel } from '../../messages/outbox.ts'
import type { Destination } from '../../ports.ts'
import type { SignInMethod } from '../../tenants/sign-in-methods.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/** Where a code goes, normalised. */
export interface CodeAddress {
  kind: 'email' | 'phone'
  value: string
}

export function methodOf(channel: Channel): SignInMethod {
  return `${channel}_code`
}

export function destinationOf(tenant: Tenant, address: string): Destination {
  return { tenantId: tenant.id, kind: 'code', address }
}
