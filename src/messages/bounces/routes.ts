import { createRoute } from '@hono/zod-openapi'
import { limitDelivery, sentText } from '../../http/body.ts'
import { newRoutes, noContent, refusals } from '../../http/routes.ts'
import { handleSns } from './handle-sns.ts'
import { takeFeedback } from './take-feedback.ts'

/** SNS sends JSON as text/plain: no content type is asked for, and the text is what its signature covers. */
const deliveryRoute = createRoute({
  method: 'post',
  path: '/ses',
  tags: ['Webhooks'],
  summary: 'Bounces and complaints of SES, delivered and signed by SNS',
  middleware: [limitDelivery],
  responses: { 204: noContent('Taken'), ...refusals(400, 413) },
})

/** Mounted at `/webhooks`. */
export const bounceRoutes = newRoutes().openapi(deliveryRoute, async (c) => {
  const ports = c.get('ports')
  const { snsTopicArn: arn, region } = ports.config.mail
  const takeNote = (text: string) => takeFeedback(ports, text)
  await handleSns(ports, { arn, region, takeNote }, await sentText(c))
  return c.body(null, 204)
})
