import type { Context, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { isListedOrigin } from '../tenants/origins.ts'
import type { HttpEnv } from './environment.ts'

const dayInSeconds = 86_400

const shared = {
  credentials: true,
  allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'X-Tenant',
    'X-Token-Transport',
    'X-App-Platform',
    'X-App-Version',
    'X-Install-Id',
    'X-Request-Id',
  ],
  exposeHeaders: [
    'X-Request-Id',
    'Retry-After',
    'RateLimit',
    'RateLimit-Policy',
    'WWW-Authenticate',
    'X-App-Update',
    'ETag',
    'Server-Timing',
  ],
  maxAge: dayInSeconds,
}

const allow: MiddlewareHandler<HttpEnv> = cors({ ...shared, origin: (origin) => origin })
const refuse: MiddlewareHandler<HttpEnv> = cors({ ...shared, origin: () => null })
const done = async () => {}

/**
 * Lets pages of the origins that the tenant lists read its answers; every other origin gets none of these headers, and
 * what comes from no page (an app, a server) is spared the work. A preflight names no tenant, and neither does what is
 * refused before there is one: there it is enough that some tenant lists the origin. That lets nobody act: with the one
 * credential that a browser sends by itself, the refresh cookie, the tenant's list is asked once more
 * (`same-origin.ts`).
 */
export const crossOrigin: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const origin = c.req.header('Origin')
  if (origin === undefined) {
    await next()
    c.res.headers.append('Vary', 'Origin')
    return
  }
  // The answer to a preflight is made here; it reaches no route.
  if (c.req.method !== 'OPTIONS') await next()
  const answer = (await mayRead(c, origin)) ? allow : refuse
  return answer(c, done)
}

function mayRead(c: Context<HttpEnv>, origin: string): boolean | Promise<boolean> {
  const tenant = c.get('tenant')
  if (tenant) return tenant.settings.allowedOrigins.includes(origin)
  return isListedOrigin(c.get('ports'), origin)
}
