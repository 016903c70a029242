import type { MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import type { Flood } from '../ports.ts'
import type { HttpEnv } from './environment.ts'
import { isServed } from './hosts.ts'

/** Serves only the hosts of the configuration: a link or an origin check never rests on a foreign `Host`. */
export const knownHost: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const { hostname } = new URL(c.req.url)
  c.set('hostname', hostname)
  if (!isServed(c.get('ports').config, hostname)) throw new AuthError('HOST_NOT_SERVED')
  return next()
}

/** Sheds floods from one address before they cost anything. */
export function limit(kind: Parameters<Flood['admit']>[0]): MiddlewareHandler<HttpEnv> {
  return async function limit(c, next) {
    const tenantId = c.get('tenant')?.id ?? null
    await c.get('ports').flood.admit(kind, c.get('context').ipPrefix, tenantId)
    return next()
  }
}
