import { createRoute } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { AuthError } from '../../errors.ts'
import { newRoutes, noContent, refusals } from '../../http/routes.ts'
import { handleSns } from './handle-sns.ts'

/** SNS messages are at most 256 KiB. */
const maxBytes = 256 * 1_024

const limited = bodyLimit({
  maxSize: maxBytes,
  onError: () => {
    throw new AuthError('BODY_TOO_LARGE')
  },
})

/** SNS sends JSON as text/plain: no content type is asked for, and the text is what its signature covers. */
const deliveryRoute = createRoute({
  method: 'post',
  path: '/ses',
  tags: ['Webhooks'],
  summary: 'Bounces and complaints of SES, delivered and signed by SNS',
  middleware: [limited],
  responses: { 204: noContent('Taken'), ...refusals(400, 413) },
})

/** Mounted at `/webhooks`. */
export const bounceRoutes = newRoutes().openapi(deliveryRoute, async (c) => {
  await handleSns(c.get('ports'), await c.req.text())
  return c.body(null, 204)
})
