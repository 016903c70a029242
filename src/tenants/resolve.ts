import type { Ports } from '../ports.ts'
import { findTenant } from './find.ts'
import { defaultTenant, defaultTenantSlug, type Tenant } from './tenant.ts'

const slugShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The tenant of a slug; the default one costs no look-up. Null where there is none. */
export async function tenantNamed(
  ports: Pick<Ports, 'config' | 'database'>,
  slug: string,
): Promise<Tenant | null> {
  if (slug === defaultTenantSlug) return defaultTenant(ports.config)
  return slugShape.test(slug) ? findTenant(ports, slug) : null
}
