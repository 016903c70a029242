import { sql } from 'drizzle-orm'
import { administer, toRead } from '../admin/authority.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { type ReleaseView, releaseView } from './release.ts'

/** The releases of the caller's tenant. Throws as {@link administer} does. */
export async function listReleases(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<ReleaseView[]> {
  const { releases } = await administer<{ releases: ReleaseView[] }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select coalesce((select jsonb_agg(${releaseView(sql`a`)} order by a.platform)
        from app_versions a where a.tenant_id = ${caller.tenant.id}), '[]') as releases
      from administrator`,
  )
  return releases
}
