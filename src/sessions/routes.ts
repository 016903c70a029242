import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { AuthError, statusOf } from '../errors.ts'
import { text } from '../forms/text.ts'
import { authenticate } from '../http/authenticate.ts'
import { clearRefreshCookie, deliverTokens, refreshCookieOf } from '../http/cookies.ts'
import type { HttpEnv } from '../http/environment.ts'
import { answers, bearerSecurity, newRoutes, noContent, refusals } from '../http/routes.ts'
import { sameOrigin } from '../http/same-origin.ts'
import { validBody } from '../http/validate.ts'
import { lazily } from '../lazily.ts'
import { endAllSessions, endOtherSession, endSession } from './end.ts'
import { listSessions, sessionSchema } from './list.ts'
import { refresh } from './refresh.ts'
import { refreshedSchema } from './tokens.ts'

const tags = ['Sessions']

/** Signing out clears what the browser kept of the session (cookies stay: the device keeps its lane). */
const clearSiteData = { 'Clear-Site-Data': '"cache", "storage"' }

const refreshBody = lazily(() => z.strictObject({ refresh_token: text(512).optional() }))

const refreshRoute = {
  method: 'post',
  path: '/refresh',
  tags,
  summary: 'Exchange a refresh token for new tokens',
  responses: {
    200: answers(
      refreshedSchema,
      'New tokens. A repeat within ten seconds gets the same refresh token, unless that has been used; later reuse ends the session',
    ),
    ...refusals(401, 403, 422, 429, 503),
  },
} as const

const logoutRoute = createRoute({
  method: 'post',
  path: '/logout',
  tags,
  summary: 'End this session',
  security: bearerSecurity,
  middleware: [sameOrigin, authenticate],
  responses: { 204: noContent('The session has ended'), ...refusals(401, 403, 503) },
})

const logoutAllRoute = createRoute({
  method: 'post',
  path: '/logout-all',
  tags,
  summary: 'End every session, or every other one',
  security: bearerSecurity,
  middleware: [sameOrigin, authenticate],
  request: {
    body: {
      content: {
        'application/json': {
          schema: lazily(() => z.strictObject({ except_current: z.boolean().optional() })),
        },
      },
    },
  },
  responses: { 204: noContent('The sessions have ended'), ...refusals(401, 403, 422, 503) },
})

const listRoute = createRoute({
  method: 'get',
  path: '/sessions',
  tags,
  summary: 'List own live sessions',
  security: bearerSecurity,
  middleware: [authenticate],
  responses: {
    200: answers(() => z.object({ sessions: z.array(sessionSchema()) }), 'Newest use first'),
    ...refusals(401, 503),
  },
})

const endRoute = createRoute({
  method: 'delete',
  path: '/sessions/{id}',
  tags,
  summary: 'End one of the own sessions',
  security: bearerSecurity,
  middleware: [authenticate],
  request: { params: lazily(() => z.object({ id: z.string() })) },
  responses: { 204: noContent('The session has ended'), ...refusals(401, 404, 503) },
})

const routes = newRoutes()

/** Its body is documented alone: the route reads it by itself, as it is asked too often for the layers of a validator. */
routes.openAPIRegistry.registerPath({
  ...refreshRoute,
  request: {
    body: {
      content: {
        'application/json': {
          schema: refreshBody,
          example: { refresh_token: 'the newest one; with the cookie transport send no body' },
        },
      },
    },
  },
})

export const sessionRoutes = routes
  .openapi(createRoute({ ...refreshRoute, hide: true, middleware: [sameOrigin] }), async (c) => {
    const { refresh_token } = validBody(c, refreshBody)
    const presented = presentedRefreshToken(c, refresh_token)
    const tokens = await refresh(
      c.get('ports'),
      c.get('tenant'),
      presented,
      c.get('context'),
    ).catch((error) => {
      // A dead token would only be refused again; a fault (503) says nothing about the token.
      if (error instanceof AuthError && statusOf(error.code) === 401) clearRefreshCookie(c)
      throw error
    })
    return c.json(deliverTokens(c, tokens), 200)
  })
  .openapi(logoutRoute, async (c) => {
    await endSession(c.get('ports'), c.get('caller'))
    clearRefreshCookie(c)
    return c.body(null, 204, clearSiteData)
  })
  .openapi(logoutAllRoute, async (c) => {
    const exceptCurrent = c.req.valid('json').except_current ?? false
    await endAllSessions(c.get('ports'), c.get('caller'), exceptCurrent)
    if (exceptCurrent) return c.body(null, 204)
    clearRefreshCookie(c)
    return c.body(null, 204, clearSiteData)
  })
  .openapi(listRoute, async (c) => {
    return c.json({ sessions: await listSessions(c.get('ports'), c.get('caller')) }, 200)
  })
  .openapi(endRoute, async (c) => {
    const id = z.uuid().safeParse(c.req.valid('param').id)
    if (!id.success) throw new AuthError('NOT_FOUND')
    await endOtherSession(c.get('ports'), c.get('caller'), id.data)
    return c.body(null, 204)
  })

/** Each transport takes its own: a token from a body never works as a cookie's stand-in, nor the reverse. */
function presentedRefreshToken(c: Context<HttpEnv>, fromBody: string | undefined): string {
  const presented = c.get('context').transport === 'cookie' ? refreshCookieOf(c) : fromBody
  if (!presented) throw new AuthError('REFRESH_INVALID', { reason: 'none presented' })
  return presented
}
