import type { Context, Hono, NotFoundHandler } from 'hono'
import { AuthError } from '../errors.ts'
import type { HttpEnv } from './environment.ts'

interface Served {
  method: string
  segments: string[]
}

/** Tells a wrong method (405, with `Allow`) from a wrong path (404: to a browser outside the API, a page). */
export function notFoundOrNotAllowed(app: Hono<HttpEnv>): NotFoundHandler<HttpEnv> {
  let served: Served[] | null = null
  return async (c) => {
    served ??= servedBy(app)
    const asked = c.req.path.split('/')
    const matching = served.filter(({ segments }) => matches(segments, asked))
    if (matching.length === 0) return notFound(c)
    // A path that is served by its own name is not also meant as the parameter of another.
    const named = matching.filter(({ segments }) => !segments.some((each) => each.startsWith(':')))
    const allowed = named.length > 0 ? named : matching
    const methods = new Set(allowed.map(({ method }) => method))
    throw new AuthError('METHOD_NOT_ALLOWED', { headers: { Allow: [...methods].join(', ') } })
  }
}

async function notFound(c: Context<HttpEnv>): Promise<Response> {
  const refusal = new AuthError('NOT_FOUND')
  const isLookedAt = ['GET', 'HEAD'].includes(c.req.method) && !c.req.path.startsWith('/api/')
  if (!isLookedAt || !c.req.header('Accept')?.includes('text/html')) throw refusal
  const page = await c.get('ports').pages.notFound()
  if (!page) throw refusal
  c.set('refusal', refusal.code)
  c.header('Vary', 'Accept', { append: true })
  return c.newResponse(page.body, 404, Object.fromEntries(page.headers))
}

function servedBy(app: Hono<HttpEnv>): Served[] {
  return app.routes
    .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
    .map(({ method, path }) => ({ method, segments: path.split('/') }))
}

function matches(segments: readonly string[], asked: readonly string[]): boolean {
  if (segments.length !== asked.length) return false
  return segments.every((segment, at) =>
    segment.startsWith(':') ? asked[at] !== '' : segment === asked[at],
  )
}
