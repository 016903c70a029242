import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { emailField } from '../forms/email-field.ts'
import { text } from '../forms/text.ts'
import { limit } from '../http/guard.ts'
import {
  acceptedSchema,
  answers,
  jsonBody,
  newRoutes,
  noContent,
  refusals,
} from '../http/routes.ts'
import { lazily } from '../lazily.ts'
import { typedPassword } from '../methods/password/fields.ts'
import { cancelRecovery } from './cancel.ts'
import { completeRecovery } from './complete.ts'
import { denyChange } from './deny.ts'
import { requestRecovery } from './request.ts'
import { verifyRecovery } from './verify.ts'

const tags = ['Recovery']
const link = lazily(() => z.strictObject({ token: text(128) }))
const recovered = answers(
  () => z.object({ status: z.literal('recovered') }),
  'The password is new, second factors are gone, every session has ended',
)

const requestRoute = createRoute({
  method: 'post',
  path: '/recover',
  tags,
  summary: 'Ask for a link to recover an account whose password or second factor is lost',
  middleware: [limit('write')],
  request: jsonBody(() => z.strictObject({ email: emailField })),
  responses: {
    202: answers(acceptedSchema, 'Whether or not the address is known'),
    ...refusals(422, 429, 503),
  },
})

const verifyRoute = createRoute({
  method: 'post',
  path: '/recover/verify',
  tags,
  summary: 'Choose a new password by a recovery link',
  middleware: [limit('write')],
  request: jsonBody(() =>
    link.extend({ new_password: typedPassword, backup_code: text(64).min(1).optional() }),
  ),
  responses: {
    200: recovered,
    202: answers(
      () => z.object({ status: z.literal('recovery_pending'), completes_at: z.string() }),
      'A second factor protects the account: the owner is told, and the link completes it after that time',
    ),
    ...refusals(400, 401, 422, 429, 503),
  },
})

const completeRoute = createRoute({
  method: 'post',
  path: '/recover/complete',
  tags,
  summary: 'Complete a recovery that has waited',
  middleware: [limit('write')],
  request: jsonBody(() => link),
  responses: { 200: recovered, ...refusals(400, 409, 422, 429, 503) },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/recover/cancel',
  tags,
  summary: 'Cancel a recovery by the link of its letter',
  middleware: [limit('write')],
  request: jsonBody(() => link),
  responses: { 204: noContent('Cancelled: nothing has changed'), ...refusals(400, 422, 429, 503) },
})

const denyRoute = createRoute({
  method: 'post',
  path: '/recover/not-me',
  tags,
  summary: 'Take back a change by the link of the letter about it: this was not me',
  middleware: [limit('write')],
  request: jsonBody(() => link),
  responses: {
    200: answers(
      () => z.object({ status: z.literal('recovery_started') }),
      'Every session has ended, the password no longer works, the added factor is gone, a recovery link is mailed',
    ),
    ...refusals(400, 422, 429, 503),
  },
})

export const recoveryRoutes = newRoutes()
  .openapi(requestRoute, async (c) => {
    const { email } = c.req.valid('json')
    await requestRecovery(c.get('ports'), c.get('tenant'), email, c.get('context'))
    return c.json({ status: 'accepted' } as const, 202)
  })
  .openapi(verifyRoute, async (c) => {
    const wish = c.req.valid('json')
    const recovery = await verifyRecovery(c.get('ports'), c.get('tenant'), wish, c.get('context'))
    if (recovery.status === 'recovery_pending') return c.json(recovery, 202)
    return c.json(recovery, 200)
  })
  .openapi(completeRoute, async (c) => {
    const { token } = c.req.valid('json')
    await completeRecovery(c.get('ports'), c.get('tenant'), token, c.get('context'))
    return c.json({ status: 'recovered' } as const, 200)
  })
  .openapi(cancelRoute, async (c) => {
    const { token } = c.req.valid('json')
    await cancelRecovery(c.get('ports'), c.get('tenant'), token, c.get('context'))
    return c.body(null, 204)
  })
  .openapi(denyRoute, async (c) => {
    const { token } = c.req.valid('json')
    await denyChange(c.get('ports'), c.get('tenant'), token, c.get('context'))
    return c.json({ status: 'recovery_started' } as const, 200)
  })
