import { sql } from 'drizzle-orm'
import type { Form } from '../../forms/form.ts'
import { serveForm } from '../../forms/serve.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { type SettingsBody, settingsOf, withInnerNames } from '../../tenants/settings.ts'
import { administer, toRead } from '../authority.ts'

/**
 * The register form of the caller's tenant as it would be with these settings over its own. Nothing is kept.
 * Throws as {@link administer}.
 */
export async function previewForm(
  ports: Pick<Ports, 'config' | 'database'>,
  caller: Caller,
  settings: SettingsBody,
): Promise<Form> {
  const { tenant, context } = caller
  const row = await administer<{ settings: Record<string, unknown> }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select jsonb_strip_nulls(t.settings || ${JSON.stringify(settings)}::jsonb) as settings
      from administrator join tenants t on t.id = ${tenant.id}`,
  )
  const stored = withInnerNames(row.settings) as Record<string, unknown>
  const changed = { ...tenant, settings: settingsOf(ports.config, stored) }
  const page = { config: ports.config, tenant: changed, locale: context.locale }
  return (await serveForm(page, 'register')).form
}
