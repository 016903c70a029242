import type { Hono, NotFoundHandler } from 'hono'
import { AuthError } from '../errors.ts'
import type { HttpEnv } from './environment.ts'

interface Served {
  method: string
  pattern: RegExp
}

/** Tells a wrong method (405, with `Allow`) from a wrong path (404). */
export function notFoundOrNotAllowed(app: Hono<HttpEnv>): NotFoundHandler<HttpEnv> {
  let served: Served[] | null = null
  return (c) => {
    served ??= servedBy(app)
    const allowed = served
      .filter(({ pattern }) => pattern.test(c.req.path))
      .map(({ method }) => method)
    if (allowed.length === 0) throw new AuthError('NOT_FOUND')
    throw new AuthError('METHOD_NOT_ALLOWED', {
      headers: { Allow: [...new Set(allowed)].join(', ') },
    })
  }
}

function servedBy(app: Hono<HttpEnv>): Served[] {
  return app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => ({
      method,
      pattern: new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`),
    }))
}
