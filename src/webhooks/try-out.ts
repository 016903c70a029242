import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'

/** Sends an endpoint an event of its own, whatever it subscribes to. Answers the id of the delivery. */
export async function tryOut(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  id: string,
): Promise<string> {
  const { tenant, context } = caller
  const eventId = uuidv7()
  await administer(
    ports,
    caller,
    toWrite,
    // One that subscribes to this event gets it by the trigger too: both write the same row.
    (administrator) => sql`with administrator as (${administrator}
      ), endpoint as (
        select e.id from webhook_endpoints e, administrator
        where e.id = ${id}::uuid and e.tenant_id = ${tenant.id}
      ), recorded as (${recordEvent(
        {
          id: eventId,
          action: 'webhook.tested',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          details: { endpoint_id: id },
        },
        context,
        sql`administrator cross join endpoint`,
      )}), delivery as (
        insert into webhook_deliveries (endpoint_id, event_id, tenant_id, expires_at)
        select endpoint.id, ${eventId}::uuid, ${tenant.id}::uuid, now() + make_interval(secs => ${policy.deliveryLife})
        from endpoint
        on conflict do nothing
      )
      select id from endpoint`,
  )
  return eventId
}
