import { type SQL, sql } from 'drizzle-orm'
import type { Ports, TenantRecord } from '../ports.ts'
import { withInnerNames } from './settings.ts'

/** What is out of the tenant's apps, as column `releases` of a row of `tenants`. */
export function releasesOf(tenant: SQL): SQL {
  return sql`(select coalesce(jsonb_object_agg(a.platform, jsonb_build_object('latest', a.latest,
      'minSupported', a.min_supported, 'storeUrl', a.store_url, 'notes', a.notes, 'blocked', a.blocked)), '{}')
    from app_versions a where a.tenant_id = ${tenant}.id) as releases`
}

type FindPorts = Pick<Ports, 'clock' | 'database' | 'tenantMemory'>

/** Reads a tenant's row and remembers it; null where there is none. One round trip. */
export async function findTenant(
  ports: FindPorts,
  name: { slug: string } | { id: string },
): Promise<TenantRecord | null> {
  const wanted: SQL = 'id' in name ? sql`id = ${name.id}::uuid` : sql`slug = ${name.slug}`
  const readAt = ports.clock.now()
  const [row] = await ports.database.run<Omit<TenantRecord, 'readAt'>>(
    sql`select id, slug, name, version, settings, ${releasesOf(sql`tenants`)},
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
