import { sql } from 'drizzle-orm'
import { administer, toWrite } from '../admin/authority.ts'
import { overreach } from '../admin/users/target.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { findTenant } from '../tenants/find.ts'
import type { Platform } from '../tenants/tenant.ts'
import { type ReleaseBody, type ReleaseView, releaseView } from './release.ts'

/**
 * Says what is out for a platform, and what of it is served. From here on a refused build opens and renews no session,
 * in no isolate; elsewhere it is refused as soon as that isolate has read the tenant again. Only owners say where the apps
 * are to be had: whoever is refused is sent there. Throws `FORBIDDEN`, and as {@link administer}.
 */
export async function publishRelease(
  ports: Pick<Ports, 'clock' | 'database' | 'tenantMemory'>,
  caller: Caller,
  platform: Platform,
  release: ReleaseBody,
): Promise<ReleaseView> {
  const { tenant, context } = caller
  const { latest, min_supported, store_url = null, notes, blocked = [] } = release
  const row = await administer<{ allowed: boolean; release: ReleaseView | null }>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with administrator as (${administrator}
      ), verdict as (
        select 'owner' = any(administrator.roles) or ${store_url}::text is null
            or v.store_url is not distinct from ${store_url}::text as allowed,
          -- Nor does an administrator take the address away by leaving it out.
          case when 'owner' = any(administrator.roles) then ${store_url}::text else v.store_url end as store_url
        from administrator
          left join app_versions v on v.tenant_id = ${tenant.id} and v.platform = ${platform}
      ), published as (
        insert into app_versions (tenant_id, platform, latest, min_supported, store_url, notes, blocked)
        select ${tenant.id}::uuid, ${platform}, ${latest}, ${min_supported}, verdict.store_url,
          ${notes ? JSON.stringify(notes) : null}::jsonb, ${sql.param(blocked)}::text[]
        from verdict where verdict.allowed
        on conflict (tenant_id, platform) do update set latest = excluded.latest,
          min_supported = excluded.min_supported, notes = excluded.notes, blocked = excluded.blocked,
          -- The row as it is locked: an owner may have moved the address since it was read.
          store_url = case when (select 'owner' = any(roles) from administrator) then excluded.store_url
            else app_versions.store_url end
        returning *
      ), recorded as (${recordEvent(
        {
          action: 'app_version.changed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          details: { platform, latest, min_supported, blocked: blocked.join(' ') },
        },
        context,
        sql`administrator, published`,
      )}), ${overreach(caller, sql`verdict`)}
      select verdict.allowed, (select ${releaseView(sql`published`)} from published) as release from verdict`,
  )
  if (!row.release) throw new AuthError('FORBIDDEN')
  // This isolate knows at once; the others read on their own.
  await findTenant(ports, { id: tenant.id })
  return row.release
}
