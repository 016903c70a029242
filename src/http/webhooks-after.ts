import type { MiddlewareHandler } from 'hono'
import { dispatch } from '../webhooks/dispatch.ts'
import type { HttpEnv } from './environment.ts'

/** Reads cause no events worth hurrying for; what they do cause goes with the next sweep. */
const reads = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * After the answer of a tenant that has webhooks: delivers what the request has just caused, refusals too. Not where a part
 * is down: the request would stay open for its receivers, and a late statement with it.
 */
export const webhooksAfter: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next()
  const { hasWebhooks, id } = c.get('tenant') ?? { hasWebhooks: false, id: '' }
  if (!hasWebhooks || reads.has(c.req.method) || c.res.status === 503) return
  const ports = c.get('ports')
  ports.background.run('webhooks', () => dispatch(ports, id))
}
