import { createRoute } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { z } from 'zod'
import { changeUser } from '../admin/users/change.ts'
import { removeUser } from '../admin/users/remove.ts'
import { AuthError } from '../errors.ts'
import { emailField } from '../forms/email-field.ts'
import { text } from '../forms/text.ts'
import { authenticate } from '../http/authenticate.ts'
import type { HttpEnv } from '../http/environment.ts'
import { limit } from '../http/guard.ts'
import {
  answers,
  bearerSecurity,
  jsonBody,
  newRoutes,
  noContent,
  refusals,
} from '../http/routes.ts'
import { lazily } from '../lazily.ts'
import { tenant as policy } from '../policy.ts'
import { acceptedInvitationSchema, acceptInvitation } from './accept.ts'
import { changeTenant, showTenant } from './change.ts'
import { createTenant } from './create.ts'
import { displayName } from './display-name.ts'
import { invitationSchema, invite, listInvitations, revokeInvitation } from './invite.ts'
import { listMembers, memberOf, memberSchema, membersSchema } from './members.ts'
import { roleNames } from './roles.ts'
import { settingsBody } from './settings.ts'
import { isFreeToTake } from './slug.ts'
import { tenantSchema } from './view.ts'

const tags = ['Tenants']

/** Only the tenant that the access token was issued for: another one is not found, whoever asks. */
const ownTenant: MiddlewareHandler<HttpEnv> = async (c, next) => {
  if (c.req.param('slug') !== c.get('caller').tenant.slug) throw new AuthError('NOT_FOUND')
  await next()
}

const middleware = [authenticate, ownTenant]
const writing = [limit('write'), ...middleware]
const security = bearerSecurity
const slug = lazily(() => z.string())
const inTenant = lazily(() => z.object({ slug }))

const newSlug = lazily(() =>
  z
    .string()
    .max(63)
    .refine(isFreeToTake, {
      message: 'Small letters, digits and hyphens, neither at an end; no reserved word, no id.',
      params: { code: 'INVALID_VALUE' },
    }),
)

const createTenantRoute = createRoute({
  method: 'post',
  path: '/tenants',
  tags,
  summary: 'Found a tenant: its founder becomes its owner',
  security,
  middleware: [limit('write'), authenticate],
  request: jsonBody(() => z.strictObject({ slug: newSlug, name: displayName }), {
    example: { slug: 'acme', name: 'Acme' },
  }),
  responses: {
    201: answers(tenantSchema, 'The tenant; sign in there with X-Tenant'),
    ...refusals(401, 403, 409, 422, 503),
  },
})

const showRoute = createRoute({
  method: 'get',
  path: '/tenants/{slug}',
  tags,
  summary: 'Read a tenant and its settings',
  security,
  middleware,
  request: { params: inTenant },
  responses: { 200: answers(tenantSchema, 'The tenant'), ...refusals(401, 403, 404, 503) },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/tenants/{slug}',
  tags,
  summary: 'Change name and settings; what is not named stays, null takes a setting back',
  description:
    'With the `version` that was read, nothing that somebody else has changed meanwhile is overwritten.',
  security,
  middleware: writing,
  request: {
    params: inTenant,
    ...jsonBody(
      () =>
        z.strictObject({
          name: displayName.optional(),
          settings: settingsBody.optional(),
          version: z.int().min(0).max(policy.highestVersion).optional(),
        }),
      {
        example: { settings: { require_mfa: true } },
      },
    ),
  },
  responses: {
    200: answers(tenantSchema, 'The tenant'),
    ...refusals(401, 403, 404, 409, 422, 503),
  },
})

const membersRoute = createRoute({
  method: 'get',
  path: '/tenants/{slug}/members',
  tags,
  summary: 'List the accounts of a tenant',
  security,
  middleware,
  request: {
    params: inTenant,
    query: lazily(() => z.strictObject({ cursor: z.uuid().optional() })),
  },
  responses: {
    200: answers(membersSchema, 'A page, newest first'),
    ...refusals(401, 403, 404, 422, 503),
  },
})

const memberParams = lazily(() => z.object({ slug, user_id: z.string() }))

const changeMemberRoute = createRoute({
  method: 'patch',
  path: '/tenants/{slug}/members/{user_id}',
  tags,
  summary: 'Give a member another role',
  security,
  middleware: writing,
  request: {
    params: memberParams,
    ...jsonBody(() => z.strictObject({ role: z.enum(roleNames) }), { example: { role: 'admin' } }),
  },
  responses: {
    200: answers(memberSchema, 'The member'),
    ...refusals(401, 403, 404, 409, 422, 503),
  },
})

const removeMemberRoute = createRoute({
  method: 'delete',
  path: '/tenants/{slug}/members/{user_id}',
  tags,
  summary: 'End the account of a member, at once',
  security,
  middleware: writing,
  request: { params: memberParams },
  responses: { 204: noContent('Gone'), ...refusals(401, 403, 404, 409, 503) },
})

const inviteRoute = createRoute({
  method: 'post',
  path: '/tenants/{slug}/invitations',
  tags,
  summary: 'Invite an address',
  security,
  middleware: writing,
  request: {
    params: inTenant,
    ...jsonBody(
      () => z.strictObject({ email: emailField, role: z.enum(roleNames).default('member') }),
      {
        example: { email: 'somebody@example.com', role: 'member' },
      },
    ),
  },
  responses: {
    201: answers(invitationSchema, 'The invitation; its link is in the letter only'),
    ...refusals(401, 403, 404, 422, 429, 503),
  },
})

const invitationsRoute = createRoute({
  method: 'get',
  path: '/tenants/{slug}/invitations',
  tags,
  summary: 'List the newest invitations',
  security,
  middleware,
  request: { params: inTenant },
  responses: {
    200: answers(() => z.object({ invitations: z.array(invitationSchema()) }), 'Newest first'),
    ...refusals(401, 403, 404, 503),
  },
})

const revokeRoute = createRoute({
  method: 'delete',
  path: '/tenants/{slug}/invitations/{id}',
  tags,
  summary: 'Take an open invitation back',
  security,
  middleware: writing,
  request: { params: lazily(() => z.object({ slug, id: z.string() })) },
  responses: { 204: noContent('Taken back'), ...refusals(401, 403, 404, 503) },
})

const acceptRoute = createRoute({
  method: 'post',
  path: '/invitations/accept',
  tags,
  summary: 'Accept an invitation',
  middleware: [limit('write')],
  request: jsonBody(() => z.strictObject({ token: text(128) })),
  responses: {
    200: answers(acceptedInvitationSchema, 'Accepted; nobody is signed in by it'),
    ...refusals(400, 403, 422, 429, 503),
  },
})

export const tenantRoutes = newRoutes()
  .openapi(createTenantRoute, async (c) =>
    c.json(await createTenant(c.get('ports'), c.get('caller'), c.req.valid('json')), 201),
  )
  .openapi(showRoute, async (c) => c.json(await showTenant(c.get('ports'), c.get('caller')), 200))
  .openapi(changeRoute, async (c) =>
    c.json(await changeTenant(c.get('ports'), c.get('caller'), c.req.valid('json')), 200),
  )
  .openapi(membersRoute, async (c) => {
    const cursor = c.req.valid('query').cursor ?? null
    return c.json(await listMembers(c.get('ports'), c.get('caller'), cursor), 200)
  })
  .openapi(changeMemberRoute, async (c) => {
    const { role } = c.req.valid('json')
    const roles = [role]
    const user = await changeUser(c.get('ports'), c.get('caller'), idOf(c, 'user_id'), { roles })
    return c.json(memberOf(user), 200)
  })
  .openapi(removeMemberRoute, async (c) => {
    await removeUser(c.get('ports'), c.get('caller'), idOf(c, 'user_id'))
    return c.body(null, 204)
  })
  .openapi(inviteRoute, async (c) =>
    c.json(await invite(c.get('ports'), c.get('caller'), c.req.valid('json')), 201),
  )
  .openapi(invitationsRoute, async (c) => {
    const invitations = await listInvitations(c.get('ports'), c.get('caller'))
    return c.json({ invitations }, 200)
  })
  .openapi(revokeRoute, async (c) => {
    await revokeInvitation(c.get('ports'), c.get('caller'), idOf(c, 'id'))
    return c.body(null, 204)
  })
  .openapi(acceptRoute, async (c) => {
    const { token } = c.req.valid('json')
    return c.json(await acceptInvitation(c.get('ports'), token, c.get('context')), 200)
  })

/** What is no id names nothing. */
function idOf(c: Context<HttpEnv>, parameter: string): string {
  const id = z.uuid().safeParse(c.req.param(parameter))
  if (!id.success) throw new AuthError('NOT_FOUND')
  return id.data
}
