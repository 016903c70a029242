import type { MiddlewareHandler } from 'hono'
import { requireServedBuild, standingOf } from '../versions/gate.ts'
import type { HttpEnv } from './environment.ts'

/** What an app that is refused may still ask: it shows why, and what to do. */
const open: readonly string[] = ['/api/v1/auth/forms']

/** Lets by only apps that are still supported, and tells those that are not the newest. No round trip. */
export const versionGate: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const tenant = c.get('tenant')
  const context = c.get('context')
  if (!open.includes(c.req.path)) requireServedBuild(tenant, context)
  await next()
  if (standingOf(tenant.releases, context.build) === 'outdated') {
    c.res.headers.set('X-App-Update', 'available')
  }
}
