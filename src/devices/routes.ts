import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { AuthError } from '../errors.ts'
import { authenticate } from '../http/authenticate.ts'
import { answers, bearerSecurity, newRoutes, noContent, refusals } from '../http/routes.ts'
import { lazily } from '../lazily.ts'
import { forgetDevice } from './forget.ts'
import { deviceSchema, listDevices } from './list.ts'

const tags = ['Devices']

const listRoute = createRoute({
  method: 'get',
  path: '/devices',
  tags,
  summary: 'List own devices that stand for the second factor',
  security: bearerSecurity,
  middleware: [authenticate],
  responses: {
    200: answers(() => z.object({ devices: z.array(deviceSchema()) }), 'Newest use first'),
    ...refusals(401, 503),
  },
})

const forgetRoute = createRoute({
  method: 'delete',
  path: '/devices/{id}',
  tags,
  summary: 'Forget one of the own devices',
  security: bearerSecurity,
  middleware: [authenticate],
  request: { params: lazily(() => z.object({ id: z.string() })) },
  responses: { 204: noContent('The device is forgotten'), ...refusals(401, 404, 503) },
})

export const deviceRoutes = newRoutes()
  .openapi(listRoute, async (c) => {
    return c.json({ devices: await listDevices(c.get('ports'), c.get('caller')) }, 200)
  })
  .openapi(forgetRoute, async (c) => {
    const id = z.uuid().safeParse(c.req.valid('param').id)
    if (!id.success) throw new AuthError('NOT_FOUND')
    await forgetDevice(c.get('ports'), c.get('caller'), id.data)
    return c.body(null, 204)
  })
