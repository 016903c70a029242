import type { MiddlewareHandler } from 'hono'
import type { HttpEnv } from './environment.ts'

/** Shows what the answer cost: exact counts, which tests and benchmarks read. */
export const serverTiming: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next()
  if (!c.get('ports')?.config.serverTiming) return
  const meter = c.get('meter')
  c.res.headers.set(
    'Server-Timing',
    [
      `db;desc="${meter.databaseTrips}";dur=${meter.databaseMs}`,
      `do;desc="${meter.objectCalls}"`,
      `kv;desc="${meter.kvOperations}"`,
      `hash;desc="${meter.hashes}"`,
    ].join(', '),
  )
}
