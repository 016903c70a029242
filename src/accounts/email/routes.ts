import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { emailField } from '../../forms/email-field.ts'
import { text } from '../../forms/text.ts'
import { authenticate } from '../../http/authenticate.ts'
import { limit } from '../../http/guard.ts'
import {
  acceptedSchema,
  answers,
  bearerSecurity,
  jsonBody,
  newRoutes,
  refusals,
} from '../../http/routes.ts'
import { lazily } from '../../lazily.ts'
import { proveNewEmail } from './prove.ts'
import { requestEmailChange } from './request.ts'
import { undoEmailChange } from './undo.ts'

const tags = ['Account']
const link = lazily(() => z.strictObject({ token: text(128) }))

const emailRoute = createRoute({
  method: 'post',
  path: '/me/email',
  tags,
  summary: 'Ask for another e-mail address',
  description:
    'A link goes to the new address, and a notice with a link that undoes the change to the old one. Nothing changes until the new address is proven.',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: jsonBody(() => z.strictObject({ email: emailField })),
  responses: {
    202: answers(acceptedSchema, 'Whether or not the address has an account'),
    ...refusals(401, 403, 422, 429, 503),
  },
})

const proveEmailRoute = createRoute({
  method: 'post',
  path: '/me/email/verify',
  tags,
  summary: 'Prove the new address by its link',
  middleware: [limit('write')],
  request: jsonBody(() => link),
  responses: {
    200: answers(
      () => z.object({ status: z.literal('email_changed') }),
      'It is the address of the account; every session but the one that asked has ended',
    ),
    ...refusals(400, 409, 422, 429, 503),
  },
})

const undoEmailRoute = createRoute({
  method: 'post',
  path: '/me/email/undo',
  tags,
  summary: 'Bring the old address back by the link of the letter to it',
  middleware: [limit('write')],
  request: jsonBody(() => link),
  responses: {
    200: answers(
      () => z.object({ status: z.literal('email_restored') }),
      'Every session has ended, the password no longer works, what was added since is gone, a recovery link is mailed',
    ),
    ...refusals(400, 409, 422, 429, 503),
  },
})

export const emailRoutes = newRoutes()
  .openapi(emailRoute, async (c) => {
    const { email } = c.req.valid('json')
    await requestEmailChange(c.get('ports'), c.get('caller'), email)
    return c.json({ status: 'accepted' } as const, 202)
  })
  .openapi(proveEmailRoute, async (c) => {
    const { token } = c.req.valid('json')
    await proveNewEmail(c.get('ports'), c.get('tenant'), token, c.get('context'))
    return c.json({ status: 'email_changed' } as const, 200)
  })
  .openapi(undoEmailRoute, async (c) => {
    const { token } = c.req.valid('json')
    await undoEmailChange(c.get('ports'), c.get('tenant'), token, c.get('context'))
    return c.json({ status: 'email_restored' } as const, 200)
  })
