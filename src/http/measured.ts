import type { MiddlewareHandler } from 'hono'
import type { Meter } from '../ports.ts'
import type { HttpEnv } from './environment.ts'
import { routeOf } from './route-of.ts'

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * Counts every request, once its answer is made: what was asked and what it cost, never by whom. The answer shows the
 * exact counts too, which tests and benchmarks read.
 */
export const measured: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const { analytics, clock, config } = c.get('ports')
  const meter = c.get('meter')
  const started = clock.now()
  await next()
  if (config.serverTiming) c.res.headers.set('Server-Timing', timingOf(meter))
  analytics?.write({
    route: routeOf(c),
    method: methods.has(c.req.method) ? c.req.method : 'OTHER',
    status: c.res.status,
    code: c.get('refusal') ?? null,
    tenant: c.get('tenant')?.id ?? null,
    ms: clock.now() - started,
    meter,
  })
}

function timingOf(meter: Meter): string {
  return [
    `db;desc="${meter.databaseTrips}";dur=${meter.databaseMs}`,
    `do;desc="${meter.objectCalls}"`,
    `kv;desc="${meter.kvOperations}"`,
    `hash;desc="${meter.hashes}"`,
  ].join(', ')
}
