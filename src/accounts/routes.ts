import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { activitySchema, listActivity } from '../audit/activity.ts'
import type { Body } from '../forms/field-reader.ts'
import { profileForm } from '../forms/registration.ts'
import { authenticate } from '../http/authenticate.ts'
import { sentBody } from '../http/body.ts'
import { clearRefreshCookie } from '../http/cookies.ts'
import { limit } from '../http/guard.ts'
import { answers, bearerSecurity, jsonBody, newRoutes, refusals } from '../http/routes.ts'
import { sameOrigin } from '../http/same-origin.ts'
import { lazily } from '../lazily.ts'
import { changeProfile } from './change-profile.ts'
import { closeAccount } from './close.ts'
import { exportAccount, exportSchema } from './export.ts'
import { me } from './me.ts'
import { userSchema } from './user.ts'

const tags = ['Account']

const meRoute = createRoute({
  method: 'get',
  path: '/me',
  tags,
  summary: 'Read the own account',
  security: bearerSecurity,
  middleware: [authenticate],
  responses: { 200: answers(userSchema, 'The account'), ...refusals(401, 503) },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/me',
  tags,
  summary: 'Change the own profile',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: jsonBody(() => profileForm),
  responses: { 200: answers(userSchema, 'The changed account'), ...refusals(401, 422, 429, 503) },
})

const closeRoute = createRoute({
  method: 'delete',
  path: '/me',
  tags,
  summary: 'Delete the own account, after a time of grace in which signing in cancels it',
  security: bearerSecurity,
  middleware: [sameOrigin, limit('write'), authenticate],
  responses: {
    202: answers(
      () => z.object({ status: z.literal('accepted'), deletes_at: z.string() }),
      'Every session has ended; the account is deleted at that time',
    ),
    ...refusals(401, 403, 409, 429, 503),
  },
})

const exportRoute = createRoute({
  method: 'get',
  path: '/me/export',
  tags,
  summary: 'Read everything that is kept about the own account',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  responses: {
    200: answers(exportSchema, 'All of it, but for secrets; the newest of each kind'),
    ...refusals(401, 403, 429, 503),
  },
})

const activityRoute = createRoute({
  method: 'get',
  path: '/me/activity',
  tags,
  summary: 'Read the own audit trail',
  security: bearerSecurity,
  middleware: [authenticate],
  request: { query: lazily(() => z.strictObject({ cursor: z.uuid().optional() })) },
  responses: { 200: answers(activitySchema, 'A page, newest first'), ...refusals(401, 422, 503) },
})

export const accountRoutes = newRoutes()
  .openapi(meRoute, async (c) => c.json(await me(c.get('ports'), c.get('caller')), 200))
  .openapi(changeRoute, async (c) => {
    // As it came: zod leaves `__proto__` out, which is a key like any other that nobody knows.
    const user = await changeProfile(c.get('ports'), c.get('caller'), sentBody(c) as Body)
    return c.json(user, 200)
  })
  .openapi(closeRoute, async (c) => {
    const deletesAt = await closeAccount(c.get('ports'), c.get('caller'))
    clearRefreshCookie(c)
    return c.json({ status: 'accepted', deletes_at: deletesAt } as const, 202)
  })
  .openapi(exportRoute, async (c) =>
    c.json(await exportAccount(c.get('ports'), c.get('caller')), 200),
  )
  .openapi(activityRoute, async (c) => {
    const cursor = c.req.valid('query').cursor ?? null
    return c.json(await listActivity(c.get('ports'), c.get('caller'), cursor), 200)
  })
