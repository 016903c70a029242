import { sql } from 'drizzle-orm'
import { administer, toWrite } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { type Endpoint, type EndpointWithSecret, endpointObject } from './endpoint.ts'
import { newSecret } from './secret.ts'

/** Gives an endpoint a new secret. For a day the one before signs too, so that no delivery is refused meanwhile. */
export async function rotateSecret(
  ports: Pick<Ports, 'config' | 'database'>,
  caller: Caller,
  id: string,
): Promise<EndpointWithSecret> {
  const { tenant, context } = caller
  const place = { tenantId: tenant.id, endpointId: id }
  const { text, sealed } = await newSecret(ports.config.keys.webhooks, place)
  const { endpoint } = await administer<{ endpoint: Endpoint }>(
    ports,
    caller,
    toWrite,
    // A repeat after a lost answer finds its own secret in place, and must not make it the one before.
    (administrator) => sql`with administrator as (${administrator}
      ), endpoint as (
        update webhook_endpoints e set sealed_secret = ${sealed},
          previous_secret = case when e.sealed_secret = ${sealed} then e.previous_secret else e.sealed_secret end,
          previous_until = now() + make_interval(secs => ${policy.secretOverlap})
        from administrator
        where e.id = ${id}::uuid and e.tenant_id = ${tenant.id}
        returning e.*
      ), recorded as (${recordEvent(
        {
          action: 'webhook.secret_rotated',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`administrator.user_id`,
          sessionId: sql`administrator.session_id`,
          details: { endpoint_id: id },
        },
        context,
        sql`administrator cross join endpoint`,
      )})
      select ${endpointObject(sql`endpoint`)} as endpoint from endpoint`,
  )
  return { ...endpoint, secret: text }
}
