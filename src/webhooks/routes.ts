import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { AuthError } from '../errors.ts'
import { authenticate } from '../http/authenticate.ts'
import { limit } from '../http/guard.ts'
import {
  acceptedSchema,
  answers,
  bearerSecurity,
  jsonBody,
  newRoutes,
  noContent,
  refusals,
} from '../http/routes.ts'
import { lazily } from '../lazily.ts'
import { addEndpoint } from './add.ts'
import { changeEndpoint } from './change.ts'
import { deliveriesSchema, listDeliveries } from './deliveries.ts'
import {
  endpointChangeBody,
  endpointSchema,
  endpointWithSecretSchema,
  newEndpointBody,
} from './endpoint.ts'
import { listEndpoints } from './list.ts'
import { removeEndpoint } from './remove.ts'
import { replayDelivery } from './replay.ts'
import { rotateSecret } from './rotate-secret.ts'
import { tryOut } from './try-out.ts'

const guarded = {
  tags: ['Webhooks'],
  security: bearerSecurity,
  middleware: [authenticate],
}
const writing = { ...guarded, middleware: [limit('write'), authenticate] }
const one = lazily(() => z.object({ id: z.string() }))

const listRoute = createRoute({
  ...guarded,
  method: 'get',
  path: '/webhooks',
  summary: 'List the webhooks of the tenant',
  responses: {
    200: answers(() => z.object({ webhooks: z.array(endpointSchema()) }), 'Oldest first'),
    ...refusals(401, 403, 503),
  },
})

const addRoute = createRoute({
  ...writing,
  method: 'post',
  path: '/webhooks',
  summary: 'Add a webhook; its secret is shown this once',
  request: jsonBody(() => newEndpointBody, {
    example: {
      url: 'https://hooks.example.com/gatehouse',
      events: ['session.*', 'password.changed'],
    },
  }),
  responses: {
    201: answers(endpointWithSecretSchema, 'The webhook, with its secret'),
    ...refusals(401, 403, 409, 422, 429, 503),
  },
})

const changeRoute = createRoute({
  ...writing,
  method: 'patch',
  path: '/webhooks/{id}',
  summary: 'Change a webhook, switch it on, or have it pause',
  request: { params: one, ...jsonBody(() => endpointChangeBody) },
  responses: {
    200: answers(endpointSchema, 'As it is now'),
    ...refusals(401, 403, 404, 422, 429, 503),
  },
})

const removeRoute = createRoute({
  ...writing,
  method: 'delete',
  path: '/webhooks/{id}',
  summary: 'Remove a webhook and what waits for it',
  request: { params: one },
  responses: { 204: noContent('Removed'), ...refusals(401, 403, 404, 429, 503) },
})

const rotateRoute = createRoute({
  ...writing,
  method: 'post',
  path: '/webhooks/{id}/rotate-secret',
  summary: 'Give a webhook a new secret; the one before signs too for a day',
  request: { params: one },
  responses: {
    200: answers(endpointWithSecretSchema, 'The webhook, with its new secret'),
    ...refusals(401, 403, 404, 429, 503),
  },
})

const testRoute = createRoute({
  ...writing,
  method: 'post',
  path: '/webhooks/{id}/test',
  summary: 'Send a webhook the event `webhook.tested`',
  request: { params: one },
  responses: {
    202: answers(() => acceptedSchema().extend({ delivery_id: z.uuid() }), 'On its way'),
    ...refusals(401, 403, 404, 429, 503),
  },
})

const deliveriesRoute = createRoute({
  ...guarded,
  method: 'get',
  path: '/webhooks/{id}/deliveries',
  summary: 'What was sent to a webhook, with every answer',
  request: { params: one, query: lazily(() => z.strictObject({ cursor: z.uuid().optional() })) },
  responses: {
    200: answers(deliveriesSchema, 'Newest first'),
    ...refusals(401, 403, 404, 422, 503),
  },
})

const replayRoute = createRoute({
  ...writing,
  method: 'post',
  path: '/webhooks/{id}/deliveries/{delivery}/replay',
  summary: 'Send a delivery again, under its own id',
  request: { params: lazily(() => z.object({ id: z.string(), delivery: z.string() })) },
  responses: { 202: answers(acceptedSchema, 'On its way'), ...refusals(401, 403, 404, 429, 503) },
})

/** An id that is none names nothing. */
function idOf(text: string): string {
  const id = z.uuid().safeParse(text)
  if (!id.success) throw new AuthError('NOT_FOUND')
  return id.data
}

export const webhookRoutes = newRoutes()
  .openapi(listRoute, async (c) => {
    return c.json({ webhooks: await listEndpoints(c.get('ports'), c.get('caller')) }, 200)
  })
  .openapi(addRoute, async (c) => {
    return c.json(await addEndpoint(c.get('ports'), c.get('caller'), c.req.valid('json')), 201)
  })
  .openapi(changeRoute, async (c) => {
    const id = idOf(c.req.valid('param').id)
    const change = c.req.valid('json')
    return c.json(await changeEndpoint(c.get('ports'), c.get('caller'), id, change), 200)
  })
  .openapi(removeRoute, async (c) => {
    await removeEndpoint(c.get('ports'), c.get('caller'), idOf(c.req.valid('param').id))
    return c.body(null, 204)
  })
  .openapi(rotateRoute, async (c) => {
    const id = idOf(c.req.valid('param').id)
    return c.json(await rotateSecret(c.get('ports'), c.get('caller'), id), 200)
  })
  .openapi(testRoute, async (c) => {
    const id = idOf(c.req.valid('param').id)
    const delivery = await tryOut(c.get('ports'), c.get('caller'), id)
    return c.json({ status: 'accepted', delivery_id: delivery } as const, 202)
  })
  .openapi(deliveriesRoute, async (c) => {
    const id = idOf(c.req.valid('param').id)
    const cursor = c.req.valid('query').cursor ?? null
    return c.json(await listDeliveries(c.get('ports'), c.get('caller'), id, cursor), 200)
  })
  .openapi(replayRoute, async (c) => {
    const { id, delivery } = c.req.valid('param')
    await replayDelivery(c.get('ports'), c.get('caller'), idOf(id), idOf(delivery))
    return c.json({ status: 'accepted' } as const, 202)
  })
