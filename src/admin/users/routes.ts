import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { userSchema } from '../../accounts/user.ts'
import { text } from '../../forms/text.ts'
import { authenticate } from '../../http/authenticate.ts'
import { limit } from '../../http/guard.ts'
import {
  acceptedSchema,
  answers,
  bearerSecurity,
  jsonBody,
  newRoutes,
  noContent,
  refusals,
} from '../../http/routes.ts'
import { lazily } from '../../lazily.ts'
import { administration as policy } from '../../policy.ts'
import { roleNames } from '../../tenants/roles.ts'
import { namedId } from '../named-id.ts'
import { changeUser } from './change.ts'
import { listUsers, userStatuses, usersSchema } from './list.ts'
import { removeUser } from './remove.ts'
import { revokeSessions } from './revoke-sessions.ts'
import { shownUserSchema, showUser } from './show.ts'
import { startReset } from './start-reset.ts'

const tags = ['Administration']
const guarded = { tags, security: bearerSecurity, middleware: [authenticate] }
const writing = { ...guarded, middleware: [limit('write'), authenticate] }
const params = lazily(() => z.object({ id: z.string() }))

const listRoute = createRoute({
  ...guarded,
  method: 'get',
  path: '/',
  summary: 'Search accounts',
  request: {
    query: lazily(() =>
      z.strictObject({
        q: text(254)
          .refine((typed) => typed.trim().length >= policy.shortestSearch, {
            message: `At least ${policy.shortestSearch} characters.`,
            params: { code: 'TOO_SHORT' },
          })
          .optional(),
        status: z.enum(userStatuses).optional(),
        role: z.enum(roleNames).optional(),
        mfa: z.enum(['true', 'false']).optional(),
        cursor: z.uuid().optional(),
      }),
    ),
  },
  responses: {
    200: answers(usersSchema, 'A page, newest first'),
    ...refusals(401, 403, 422, 503),
  },
})

const showRoute = createRoute({
  ...guarded,
  method: 'get',
  path: '/{id}',
  summary: 'Read an account with its factors, identities and consents',
  request: { params },
  responses: { 200: answers(shownUserSchema, 'The account'), ...refusals(401, 403, 404, 503) },
})

const changeRoute = createRoute({
  ...writing,
  method: 'patch',
  path: '/{id}',
  summary: 'Disable an account, open it again, or change its roles',
  request: {
    params,
    ...jsonBody(
      () =>
        z
          .strictObject({
            status: z.enum(['active', 'disabled']).optional(),
            roles: z.array(z.enum(roleNames)).min(1).max(roleNames.length).optional(),
          })
          .refine(({ status, roles }) => status !== undefined || roles !== undefined, {
            message: 'Name a status or roles.',
            params: { code: 'REQUIRED' },
          }),
      { example: { status: 'disabled' } },
    ),
  },
  responses: {
    200: answers(userSchema, 'The account as it is now'),
    ...refusals(401, 403, 404, 409, 422, 429, 503),
  },
})

const removeRoute = createRoute({
  ...writing,
  method: 'delete',
  path: '/{id}',
  summary: 'Delete an account, at once',
  request: { params },
  responses: { 204: noContent('Gone'), ...refusals(401, 403, 404, 409, 429, 503) },
})

const revokeRoute = createRoute({
  ...writing,
  method: 'post',
  path: '/{id}/sessions/revoke',
  summary: 'End every session of an account',
  request: { params },
  responses: { 204: noContent('The sessions have ended'), ...refusals(401, 403, 404, 429, 503) },
})

const resetRoute = createRoute({
  ...writing,
  method: 'post',
  path: '/{id}/password-reset',
  summary: 'Mail the owner a link to choose a new password',
  request: { params },
  responses: {
    202: answers(acceptedSchema, 'The link is on its way'),
    ...refusals(401, 403, 404, 409, 429, 503),
  },
})

export const adminUserRoutes = newRoutes()
  .openapi(listRoute, async (c) =>
    c.json(await listUsers(c.get('ports'), c.get('caller'), c.req.valid('query')), 200),
  )
  .openapi(showRoute, async (c) =>
    c.json(await showUser(c.get('ports'), c.get('caller'), namedId(c.req.valid('param'))), 200),
  )
  .openapi(changeRoute, async (c) => {
    const id = namedId(c.req.valid('param'))
    return c.json(await changeUser(c.get('ports'), c.get('caller'), id, c.req.valid('json')), 200)
  })
  .openapi(removeRoute, async (c) => {
    await removeUser(c.get('ports'), c.get('caller'), namedId(c.req.valid('param')))
    return c.body(null, 204)
  })
  .openapi(revokeRoute, async (c) => {
    await revokeSessions(c.get('ports'), c.get('caller'), namedId(c.req.valid('param')))
    return c.body(null, 204)
  })
  .openapi(resetRoute, async (c) => {
    await startReset(c.get('ports'), c.get('caller'), namedId(c.req.valid('param')))
    return c.json({ status: 'accepted' as const }, 202)
  })
