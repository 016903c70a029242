import { sql } from 'drizzle-orm'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'

/** Removes an endpoint with its secrets and what waits for it. */
export async function removeEndpoint(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  id: string,
): Promise<void> {
  const { tenant, context } = caller
  await administer(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with administrator as (${administrator}
      ), endpoint as (
        delete from webhook_endpoints e using administrator
        where e.id = ${id}::uuid and e.tenant_id = ${tenant.id}
        returning e.id
      ), emptied as (
        delete from webhook_deliveries d using endpoint where d.endpoint_id = endpoint.id
      ), recorded as (${recordEvent(
        {
          action: 'webhook.removed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          details: { endpoint_id: id },
        },
        context,
        sql`administrator cross join endpoint`,
      )})
      select id from endpoint`,
    // A repeat would find nothing and say so.
    'once',
  )
}
