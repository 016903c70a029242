import type { MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import { log } from '../log.ts'
import type { HttpEnv, Provide } from './environment.ts'

/** Gives the request its ports. With a missing, short or example key nothing is served but the sign of life. */
export function provide(make: Provide): MiddlewareHandler<HttpEnv> {
  return async function provide(c, next) {
    const { provision, faults } = make(c.env, c.executionCtx)
    if (provision) {
      c.set('ports', provision.ports)
      c.set('meter', provision.meter)
      await next()
      return provision.answered()
    }
    log('error', { event: 'misconfigured', faults: faults.join('; ') })
    if (c.req.path === '/healthz') return c.json({ status: 'ok' }, 200)
    throw new AuthError('MISCONFIGURED', { retryAfter: 60, reason: faults.join('; ') })
  }
}
