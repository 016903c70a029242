import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { consentFields, givenConsents } from '../../forms/consents.ts'
import { phoneField } from '../../forms/phone-field.ts'
import { text } from '../../forms/text.ts'
import { addressSignInResult, addressSignInSchema } from '../../http/answer-sign-in.ts'
import { limit } from '../../http/guard.ts'
import { answers, jsonBody, newRoutes, refusals } from '../../http/routes.ts'
import { sameOrigin } from '../../http/same-origin.ts'
import { sendBody } from './fields.ts'
import { sendSignInCode } from './send.ts'
import { verifySignInCode } from './verify.ts'

const tags = ['Sign-in by code']
const sentSchema = () =>
  z.object({
    challenge_id: z.string(),
    sent_to: z.string(),
    expires_in: z.int(),
    retry_after: z.int(),
  })
const sent = {
  202: answers(sentSchema, 'A code is on its way, whether or not there is an account'),
  ...refusals(422, 429, 503),
}

const sendRoute = createRoute({
  method: 'post',
  path: '/otp/send',
  tags,
  summary: 'Send a code by mail, SMS or WhatsApp',
  middleware: [limit('write')],
  request: jsonBody(() => sendBody),
  responses: sent,
})

const whatsappRoute = createRoute({
  method: 'post',
  path: '/whatsapp',
  tags,
  summary: 'Send a code by WhatsApp',
  middleware: [limit('write')],
  request: jsonBody(() => z.strictObject({ phone_e164: phoneField })),
  responses: sent,
})

const verifyRoute = createRoute({
  method: 'post',
  path: '/otp/verify',
  tags,
  summary: 'Sign in with a code; an address without an account gets one',
  middleware: [limit('signIn'), sameOrigin],
  request: jsonBody(() =>
    z.strictObject({
      challenge_id: text(2_048),
      code: z.string().regex(/^\d{6}$/),
      ...consentFields,
    }),
  ),
  responses: {
    200: answers(addressSignInSchema, 'Signed in, or the next factor is due'),
    ...refusals(400, 403, 422, 429, 503),
  },
})

export const codeRoutes = newRoutes()
  .openapi(sendRoute, async (c) => {
    const request = c.req.valid('json')
    return c.json(
      await sendSignInCode(c.get('ports'), c.get('tenant'), request, c.get('context')),
      202,
    )
  })
  .openapi(whatsappRoute, async (c) => {
    const { phone_e164: value } = c.req.valid('json')
    const request = {
      address: { kind: 'phone', value },
      channel: 'whatsapp',
      field: 'phone_e164',
    } as const
    return c.json(
      await sendSignInCode(c.get('ports'), c.get('tenant'), request, c.get('context')),
      202,
    )
  })
  .openapi(verifyRoute, async (c) => {
    const { challenge_id: challengeId, code, ...given } = c.req.valid('json')
    const ports = c.get('ports')
    const consents = givenConsents(c.get('tenant').settings, given, ports.clock.now())
    const attempt = { challengeId, code, consents }
    const signedIn = await verifySignInCode(ports, c.get('tenant'), attempt, c.get('context'))
    return c.json(addressSignInResult(c, signedIn), 200)
  })
