import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import {
  type Endpoint,
  type EndpointWithSecret,
  endpointObject,
  type NewEndpoint,
  requireTarget,
} from './endpoint.ts'
import { newSecret } from './secret.ts'

/**
 * Adds an endpoint. The secret is in this answer and in no other. Two additions at the same moment may both be the last
 * that is allowed: the number bounds work, it protects nothing.
 */
export async function addEndpoint(
  ports: Pick<Ports, 'config' | 'database' | 'egress' | 'tenantMemory'>,
  caller: Caller,
  { url, events, description }: NewEndpoint,
): Promise<EndpointWithSecret> {
  await requireTarget(ports, url)
  const { tenant, context } = caller
  const id = uuidv7()
  const place = { tenantId: tenant.id, endpointId: id }
  const { text, sealed } = await newSecret(ports.config.keys.webhooks, place)
  const { endpoint } = await administer<{ endpoint: Endpoint | null }>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with administrator as (${administrator}
      ), endpoint as (
        insert into webhook_endpoints (id, tenant_id, url, description, events, sealed_secret)
        select ${id}::uuid, ${tenant.id}::uuid, ${url}, ${description || null}::text,
          ${sql.param(events)}::text[], ${sealed}
        from administrator
        where (select count(*) from webhook_endpoints where tenant_id = ${tenant.id} and id <> ${id}::uuid)
          < ${policy.perTenant}
        on conflict (id) do update set id = excluded.id
        returning *
      ), recorded as (${recordEvent(
        {
          action: 'webhook.added',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          details: { endpoint_id: id },
        },
        context,
        sql`administrator cross join endpoint`,
      )})
      select (select ${endpointObject(sql`endpoint`)} from endpoint) as endpoint from administrator`,
  )
  if (!endpoint) throw new AuthError('TOO_MANY_WEBHOOKS')
  const known = ports.tenantMemory.get(tenant.slug)
  if (known) ports.tenantMemory.put({ ...known, has_webhooks: true })
  return { ...endpoint, secret: text }
}
