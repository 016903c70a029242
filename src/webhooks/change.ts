import { sql } from 'drizzle-orm'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { type Endpoint, type EndpointChange, endpointObject, requireTarget } from './endpoint.ts'

/** Changes an endpoint, switches it on, or has it pause. What failed before is forgotten when it is switched on. */
export async function changeEndpoint(
  ports: Pick<Ports, 'config' | 'database' | 'egress'>,
  caller: Caller,
  id: string,
  change: EndpointChange,
): Promise<Endpoint> {
  if (change.url !== undefined) await requireTarget(ports, change.url)
  const { tenant, context } = caller
  const status = change.status ?? null
  const isOn = sql`${status}::text = 'active'`
  const { endpoint } = await administer<{ endpoint: Endpoint }>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with administrator as (${administrator}
      ), endpoint as (
        update webhook_endpoints e set
          url = coalesce(${change.url ?? null}::text, e.url),
          events = coalesce(${change.events ? sql.param(change.events) : null}::text[], e.events),
          description = case when ${change.description === undefined}::boolean then e.description
            else ${change.description || null}::text end,
          status = coalesce(${status}::text, e.status),
          failures = case when ${isOn} then 0 else e.failures end,
          failing_since = case when ${isOn} then null else e.failing_since end,
          resume_at = case when ${isOn} then now() else e.resume_at end,
          told_at = case when ${isOn} then null else e.told_at end
        from administrator
        where e.id = ${id}::uuid and e.tenant_id = ${tenant.id}
        returning e.*
      ), recorded as (${recordEvent(
        {
          action: 'webhook.changed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          details: { endpoint_id: id, status },
        },
        context,
        sql`administrator cross join endpoint`,
      )})
      select ${endpointObject(sql`endpoint`)} as endpoint from endpoint`,
  )
  return endpoint
}
