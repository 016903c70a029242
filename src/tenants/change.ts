import { sql } from 'drizzle-orm'
import { administer, toOwn, toRead, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { ownersOnly } from './owners-only.ts'
import { type SettingsBody, withInnerNames } from './settings.ts'
import { type TenantRow, type TenantView, tenantColumns, toView } from './view.ts'

/** The caller's tenant with all its settings. Throws as {@link administer}. */
export async function showTenant(
  ports: Pick<Ports, 'config' | 'database'>,
  caller: Caller,
): Promise<TenantView> {
  const row = await administer<TenantRow>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with caller as (${administrator})
      select ${tenantColumns} from caller join tenants t on t.id = ${caller.tenant.id}`,
  )
  return toView(ports.config, row)
}

export interface TenantChange {
  name?: string | undefined
  /** Each one that is named replaces the one before; null takes it back. */
  settings?: SettingsBody | undefined
  /** The version that was read: nothing changes where it is another now. */
  version?: number | undefined
}

const forOwners: ReadonlySet<string> = new Set<keyof SettingsBody>(ownersOnly)

/** Changes what the body names, all of it or nothing. It bites at once: see `current.ts`. Throws `VERSION_CONFLICT`, and as {@link administer}. */
export async function changeTenant(
  ports: Pick<Ports, 'clock' | 'config' | 'database' | 'tenantMemory'>,
  caller: Caller,
  { name, settings = {}, version }: TenantChange,
): Promise<TenantView> {
  const { tenant, context } = caller
  const changed = [...(name === undefined ? [] : ['name']), ...Object.keys(settings)]
  const row = await administer<TenantRow | { id: null }>(
    ports,
    caller,
    changed.some((name) => forOwners.has(name)) ? toOwn : toWrite,
    (administrator) => sql`with caller as (${administrator}
      ), changed as (
        update tenants t set name = coalesce(${name ?? null}, t.name),
          settings = jsonb_strip_nulls(t.settings || ${JSON.stringify(settings)}::jsonb)
        from caller where t.id = ${tenant.id} and t.version = coalesce(${version ?? null}::integer, t.version) returning t.*
      ), recorded as (${recordEvent(
        {
          action: 'tenant.changed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`caller.user_id`,
          sessionId: sql`caller.session_id`,
          reason: changed.join(' '),
        },
        context,
        sql`changed, caller`,
      )})
      select ${tenantColumns} from caller left join changed t on true`,
  )
  if (row.id === null) throw new AuthError('VERSION_CONFLICT')
  ports.tenantMemory.put({
    ...row,
    settings: withInnerNames(row.settings) as Record<string, unknown>,
    has_webhooks: tenant.hasWebhooks,
    readAt: ports.clock.now(),
  })
  return toView(ports.config, row)
}
