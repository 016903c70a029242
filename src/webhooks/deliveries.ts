import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { administer, toRead } from '../admin/authority.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'

const deliverySchema = () =>
  z.object({
    /** Id of the event, and what the receiver got as `webhook-id`. */
    id: z.uuid(),
    type: z.string(),
    /** `dead`: out of tries. `expired`: out of time. */
    status: z.enum(['pending', 'delivered', 'dead', 'expired']),
    attempts: z.int(),
    /** Null where there is no next one. */
    next_attempt_at: z.string().nullable(),
    delivered_at: z.string().nullable(),
    created_at: z.string(),
    /** The newest ones, oldest first. Of the answer there is the status, and nothing of what it said. */
    tries: z.array(
      z.object({
        at: z.string(),
        status: z.int().nullable(),
        error: z.string().nullable(),
        ms: z.int(),
      }),
    ),
  })

export const deliveriesSchema = () =>
  z.object({
    deliveries: z.array(deliverySchema()),
    /** Pass as `cursor` for the next page; null on the last. */
    next_cursor: z.string().nullable(),
  })
export type Deliveries = z.infer<ReturnType<typeof deliveriesSchema>>

/** What was sent to an endpoint, or will be; newest first. */
export async function listDeliveries(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  endpointId: string,
  cursor: string | null,
): Promise<Deliveries> {
  const tenantId = caller.tenant.id
  const row = await administer<{ deliveries: Deliveries['deliveries'] }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select coalesce((
        select jsonb_agg(jsonb_build_object('id', d.event_id, 'type', d.action, 'status', d.status,
          'attempts', d.attempts,
          'next_attempt_at', case when d.status = 'pending' then ${timestampText(sql`d.next_attempt_at`)} end,
          'delivered_at', ${timestampText(sql`d.delivered_at`)},
          'created_at', ${timestampText(sql`d.created_at`)}, 'tries', d.tries) order by d.event_id desc)
        from (
          select w.*, a.action from webhook_deliveries w join audit_events a on a.id = w.event_id
          where w.endpoint_id = e.id and w.tenant_id = ${tenantId} and a.tenant_id = ${tenantId}
            and (${cursor}::uuid is null or w.event_id < ${cursor}::uuid)
          order by w.event_id desc limit ${policy.page + 1}
        ) d
      ), '[]'::jsonb) as deliveries
      from administrator, webhook_endpoints e
      where e.id = ${endpointId}::uuid and e.tenant_id = ${tenantId}`,
  )
  const deliveries = row.deliveries.slice(0, policy.page)
  const more = row.deliveries.length > policy.page
  return { deliveries, next_cursor: more ? (deliveries.at(-1)?.id ?? null) : null }
}
