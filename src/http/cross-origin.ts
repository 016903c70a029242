import type { MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import type { HttpEnv } from './environment.ts'

const dayInSeconds = 86_400

const allow: MiddlewareHandler<HttpEnv> = cors({
  origin: (origin, c) => (c.get('ports').config.allowedOrigins.includes(origin) ? origin : null),
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
    'Server-Timing',
  ],
  maxAge: dayInSeconds,
})

/**
 * Lets pages of the allowed origins read answers; every other origin gets none of these headers, and what comes from
 * no page (an app, a server) is spared the work.
 */
export const crossOrigin: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.req.header('Origin') !== undefined) return allow(c, next)
  await next()
  c.header('Vary', 'Origin', { append: true })
}
