import { sql } from 'drizzle-orm'
import { administer, toRead } from '../admin/authority.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { type Endpoint, endpointObject } from './endpoint.ts'

/** The endpoints of the caller's tenant, oldest first; never a secret. */
export async function listEndpoints(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<Endpoint[]> {
  const { endpoints } = await administer<{ endpoints: Endpoint[] }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select coalesce((
        select jsonb_agg(${endpointObject(sql`e`)} order by e.created_at, e.id)
        from webhook_endpoints e where e.tenant_id = ${caller.tenant.id}
      ), '[]'::jsonb) as endpoints
      from administrator`,
  )
  return endpoints
}
