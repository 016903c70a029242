import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { phoneField } from '../../forms/phone-field.ts'
import { text } from '../../forms/text.ts'
import { authenticate } from '../../http/authenticate.ts'
import { limit } from '../../http/guard.ts'
import { answers, bearerSecurity, jsonBody, newRoutes, refusals } from '../../http/routes.ts'
import { userSchema } from '../user.ts'
import { proveNewPhone } from './prove.ts'
import { requestPhoneChange } from './request.ts'

const tags = ['Account']

const phoneRoute = createRoute({
  method: 'post',
  path: '/me/phone',
  tags,
  summary: 'Ask for another phone number',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: jsonBody(() => z.strictObject({ phone_e164: phoneField })),
  responses: {
    202: answers(
      () =>
        z.object({
          status: z.literal('accepted'),
          challenge_id: z.string(),
          sent_to: z.string(),
          expires_in: z.int(),
          retry_after: z.int(),
        }),
      'A code is on its way, whether or not the number has an account',
    ),
    ...refusals(401, 403, 422, 429, 503),
  },
})

const provePhoneRoute = createRoute({
  method: 'post',
  path: '/me/phone/verify',
  tags,
  summary: 'Prove the new number by its code',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: jsonBody(() =>
    z.strictObject({ challenge_id: text(2_048), code: z.string().regex(/^\d{6}$/) }),
  ),
  responses: {
    200: answers(userSchema, 'The account with its new number; other sessions have ended'),
    ...refusals(400, 401, 403, 409, 422, 429, 503),
  },
})

export const phoneRoutes = newRoutes()
  .openapi(phoneRoute, async (c) => {
    const { phone_e164: phone } = c.req.valid('json')
    const sent = await requestPhoneChange(c.get('ports'), c.get('caller'), phone)
    return c.json({ status: 'accepted', ...sent } as const, 202)
  })
  .openapi(provePhoneRoute, async (c) => {
    const { challenge_id: challengeId, code } = c.req.valid('json')
    const user = await proveNewPhone(c.get('ports'), c.get('caller'), { challengeId, code })
    return c.json(user, 200)
  })
