import type { MiddlewareHandler } from 'hono'
import type { Flood } from '../ports.ts'
import type { HttpEnv } from './environment.ts'

/** Sheds floods from one address before they cost anything. */
export function limit(kind: Parameters<Flood['admit']>[0]): MiddlewareHandler<HttpEnv> {
  return function limit(c, next) {
    const tenantId = c.get('tenant')?.id ?? null
    return c.get('ports').flood.admit(kind, c.get('context').ipPrefix, tenantId).then(next)
  }
}
