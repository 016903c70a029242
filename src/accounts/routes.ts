import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { activitySchema, listActivity } from '../audit/activity.ts'
import { profileBody } from '../forms/registration.ts'
import { authenticate } from '../http/authenticate.ts'
import { answers, bearerSecurity, jsonBody, newRoutes, refusals } from '../http/routes.ts'
import { changeProfile } from './change-profile.ts'
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
  middleware: [authenticate],
  request: jsonBody(profileBody),
  responses: { 200: answers(userSchema, 'The changed account'), ...refusals(401, 422, 503) },
})

const activityRoute = createRoute({
  method: 'get',
  path: '/me/activity',
  tags,
  summary: 'Read the own audit trail',
  security: bearerSecurity,
  middleware: [authenticate],
  request: { query: z.object({ cursor: z.uuid().optional() }) },
  responses: { 200: answers(activitySchema, 'A page, newest first'), ...refusals(401, 422, 503) },
})

export const accountRoutes = newRoutes()
  .openapi(meRoute, async (c) => c.json(await me(c.get('ports'), c.get('caller')), 200))
  .openapi(changeRoute, async (c) => {
    const user = await changeProfile(c.get('ports'), c.get('caller'), c.req.valid('json'))
    return c.json(user, 200)
  })
  .openapi(activityRoute, async (c) => {
    const cursor = c.req.valid('query').cursor ?? null
    return c.json(await listActivity(c.get('ports'), c.get('caller'), cursor), 200)
  })
