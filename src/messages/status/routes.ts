import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { AuthError } from '../../errors.ts'
import { limitDelivery, sentBytes, sentText } from '../../http/body.ts'
import { newRoutes, noContent, refusals } from '../../http/routes.ts'
import { lazily } from '../../lazily.ts'
import { sameText } from '../../tokens/encoding.ts'
import { handleSns } from '../bounces/handle-sns.ts'
import { readAws } from './aws.ts'
import { readMeta, verifyMeta } from './meta.ts'
import { settle } from './settle.ts'
import { readTwilio, verifyTwilio } from './twilio.ts'

const tags = ['Webhooks']
const taken = { 204: noContent('Taken'), ...refusals(400, 413) }

const twilioRoute = createRoute({
  method: 'post',
  path: '/twilio',
  tags,
  summary: 'What became of texts sent by Twilio, signed with its token',
  middleware: [limitDelivery],
  responses: taken,
})

const metaRoute = createRoute({
  method: 'post',
  path: '/whatsapp',
  tags,
  summary: 'What became of WhatsApp messages sent by Meta, signed with its app secret',
  middleware: [limitDelivery],
  responses: taken,
})

const metaGreetingRoute = createRoute({
  method: 'get',
  path: '/whatsapp',
  tags,
  summary: 'Meta asks whether this address is ours',
  responses: {
    200: {
      description: 'The challenge of the question',
      content: { 'text/plain': { schema: lazily(() => z.string()) } },
    },
    ...refusals(400),
  },
})

const awsRoute = createRoute({
  method: 'post',
  path: '/aws-sms',
  tags,
  summary: 'What became of texts sent by AWS, delivered and signed by SNS',
  middleware: [limitDelivery],
  responses: taken,
})

/** Mounted at `/webhooks`. */
export const statusRoutes = newRoutes()
  .openapi(twilioRoute, async (c) => {
    const ports = c.get('ports')
    const form = new URLSearchParams(new TextDecoder().decode(await sentBytes(c)))
    // The address is the one that Twilio was given: what a proxy made of it does not count.
    const url = `${ports.config.publicUrl}/api/v1/webhooks/twilio`
    const signature = c.req.header('X-Twilio-Signature') ?? ''
    const isSigned = await verifyTwilio(ports.config.texts.twilio, url, form, signature)
    if (!isSigned) throw new AuthError('WEBHOOK_INVALID', { reason: 'twilio' })
    const fate = readTwilio(form)
    if (fate) await settle(ports, fate)
    return c.body(null, 204)
  })
  .openapi(metaRoute, async (c) => {
    const ports = c.get('ports')
    const text = await sentText(c)
    const signature = c.req.header('X-Hub-Signature-256') ?? ''
    const isSigned = await verifyMeta(ports.config.texts.meta.appSecret, text, signature)
    if (!isSigned) throw new AuthError('WEBHOOK_INVALID', { reason: 'meta' })
    for (const fate of readMeta(text)) await settle(ports, fate)
    return c.body(null, 204)
  })
  .openapi(metaGreetingRoute, async (c) => {
    const { verifyToken } = c.get('ports').config.texts.meta
    const challenge = c.req.query('hub.challenge') ?? ''
    const isOurs =
      c.req.query('hub.mode') === 'subscribe' &&
      verifyToken !== '' &&
      (await sameText(c.req.query('hub.verify_token') ?? '', verifyToken))
    // Digits only: whatever else it were would be somebody's text on our page.
    if (!isOurs || !/^\d{1,32}$/.test(challenge)) {
      throw new AuthError('WEBHOOK_INVALID', { reason: 'meta greeting' })
    }
    return c.text(challenge, 200)
  })
  .openapi(awsRoute, async (c) => {
    const ports = c.get('ports')
    const { snsTopicArn: arn, region } = ports.config.texts.aws
    const takeNote = async (text: string) => {
      const fate = readAws(text)
      if (fate) await settle(ports, fate)
    }
    await handleSns(ports, { arn, region, takeNote }, await sentText(c))
    return c.body(null, 204)
  })
