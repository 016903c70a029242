import { type SQL, sql } from 'drizzle-orm'
import type { Ports, TenantRecord } from '../ports.ts'
import { withInnerNames } from './settings.ts'

type FindPorts = Pick<Ports, 'clock' | 'database' | 'tenantMemory'>

/** Reads a tenant's row and remembers it; null where there is none. One round trip. */
export async function findTenant(
  ports: FindPorts,
  name: { slug: string } | { id: string },
): Promise<TenantRecord | null> {
  const wanted: SQL = 'id' in name ? sql`id = ${name.id}::uuid` : sql`slug = ${name.slug}`
  const readAt = ports.clock.now()
  const [row] = await ports.database.run<Omit<TenantRecord, 'readAt'>>(
    sql`select id, slug, name, version, settings,
        exists(select from webhook_endpoints w where w.tenant_id = tenants.id and w.status = 'active') as has_webhooks
      from tenants where ${wanted}`,
    'idempotent',
  )
  if (!row) return null
  const settings = withInnerNames(row.settings) as TenantRecord['settings']
  const record = { ...row, settings, readAt } as TenantRecord
  ports.tenantMemory.put(record)
  return record
}
