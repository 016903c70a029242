import type { Destination } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/** Where a code goes, normalised. */
export interface CodeAddress {
  kind: 'email' | 'phone'
  value: string
}

export function destinationOf(tenant: Tenant, address: string): Destination {
  return { tenantId: tenant.id, kind: 'code', address }
}
