import { sql } from 'drizzle-orm'
import type { Ports } from '../ports.ts'
import { defaultSettings, type Tenant, type TenantSettings } from './tenant.ts'

/** A tenant by its slug, its settings laid over the defaults; null where there is none. */
export async function findTenant(
  ports: Pick<Ports, 'config' | 'database'>,
  slug: string,
): Promise<Tenant | null> {
  const [row] = await ports.database.run<{
    id: string
    slug: string
    name: string
    settings: Partial<TenantSettings>
  }>(sql`select id, slug, name, settings from tenants where slug = ${slug}`, 'idempotent')
  if (!row) return null
  return { ...row, settings: { ...defaultSettings(ports.config), ...row.settings } }
}
