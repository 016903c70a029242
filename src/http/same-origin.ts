import type { Context, MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import type { HttpEnv } from './environment.ts'

/**
 * Cross-site request forgery: with the cookie transport a browser must say that the request comes from a page of
 * ours (`Sec-Fetch-Site`, which no script can set) or from an allowed origin. Saying neither is refused.
 */
export const sameOrigin: MiddlewareHandler<HttpEnv> = (c, next) => {
  if (c.get('context').transport === 'cookie') requireOwnPage(c)
  return next()
}

function requireOwnPage(c: Context<HttpEnv>): void {
  if (c.req.header('Sec-Fetch-Site') === 'same-origin') return
  const origin = c.req.header('Origin')
  if (origin === undefined && !c.req.header('Sec-Fetch-Site')) throw nothingSaid()
  if (origin && c.get('tenant').settings.allowedOrigins.includes(origin)) return
  throw new AuthError('ORIGIN_NOT_ALLOWED')
}

/** Mostly not an attack, but a developer with curl or a server that took the browser's transport. */
function nothingSaid(): AuthError {
  return new AuthError('ORIGIN_NOT_ALLOWED', {
    detail:
      'With X-Token-Transport: cookie a request must name its page: send an allowed Origin, as browsers do. Apps and servers use the transport "body".',
  })
}
