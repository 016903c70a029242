import { sql } from 'drizzle-orm'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'

/** Sends a delivery again, however it ended. It keeps its id: a receiver that has it already can tell. */
export async function replayDelivery(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  endpointId: string,
  deliveryId: string,
): Promise<void> {
  const { tenant, context } = caller
  await administer(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with administrator as (${administrator}
      ), delivery as (
        update webhook_deliveries d set status = 'pending', attempts = 0, next_attempt_at = now(), delivered_at = null,
          expires_at = now() + make_interval(secs => ${policy.deliveryLife})
        from administrator, webhook_endpoints e
        where e.id = ${endpointId}::uuid and e.tenant_id = ${tenant.id}
          and d.endpoint_id = e.id and d.event_id = ${deliveryId}::uuid
        returning d.event_id
      ), recorded as (${recordEvent(
        {
          action: 'webhook.replayed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          details: { endpoint_id: endpointId, event_id: deliveryId },
        },
        context,
        sql`administrator cross join delivery`,
      )})
      select event_id from delivery`,
  )
}
