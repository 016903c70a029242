import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { HttpEnv } from './environment.ts'

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Counts every request, once its answer is made: what was asked and what it cost, never by whom. */
export const measured: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const { analytics, clock } = c.get('ports')
  const started = clock.now()
  await next()
  analytics.write({
    route: routeOf(c),
    method: methods.has(c.req.method) ? c.req.method : 'OTHER',
    status: c.res.status,
    code: c.get('refusal') ?? null,
    tenant: c.get('tenant')?.id ?? null,
    ms: clock.now() - started,
    meter: c.get('meter'),
  })
}

/** The pattern that was served; `none` where there was no route. Middleware has patterns with a star. */
function routeOf(c: Context<HttpEnv>): string {
  const served = matchedRoutes(c).findLast(({ path }) => !path.includes('*'))
  return served?.path ?? 'none'
}
