import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { consentFields, givenConsents } from '../../forms/consents.ts'
import { emailField } from '../../forms/email-field.ts'
import { text } from '../../forms/text.ts'
import { addressSignInResult, addressSignInSchema } from '../../http/answer-sign-in.ts'
import { askerOf, rememberAsker } from '../../http/asker.ts'
import { limit } from '../../http/guard.ts'
import { answers, jsonBody, newRoutes, refusals } from '../../http/routes.ts'
import { sameOrigin } from '../../http/same-origin.ts'
import { sendSignInLink } from './send.ts'
import { verifySignInLink } from './verify.ts'

const tags = ['Sign-in by link']

const sendRoute = createRoute({
  method: 'post',
  path: '/magic-link',
  tags,
  summary: 'Mail a link that signs in',
  middleware: [limit('write'), sameOrigin],
  request: jsonBody(() =>
    z.strictObject({ email: emailField, redirect_to: text(2_048).optional() }),
  ),
  responses: {
    202: answers(
      () =>
        z.object({
          status: z.literal('accepted'),
          challenge_id: z.uuid(),
          confirmation_code: z.string(),
          expires_in: z.int(),
          retry_after: z.int(),
        }),
      'A link is on its way, whether or not there is an account',
    ),
    ...refusals(403, 422, 429, 503),
  },
})

const verifyRoute = createRoute({
  method: 'post',
  path: '/magic-link/verify',
  tags,
  summary: 'Sign in with a mailed link; an address without an account gets one',
  middleware: [limit('signIn'), sameOrigin],
  request: jsonBody(() =>
    z.strictObject({
      token: text(128),
      confirmation_code: z
        .string()
        .regex(/^\d{6}$/)
        .optional(),
      ...consentFields,
    }),
  ),
  responses: {
    200: answers(
      () => z.intersection(addressSignInSchema(), z.object({ redirect_to: z.string().optional() })),
      'Signed in, or the next factor is due',
    ),
    ...refusals(400, 403, 422, 429, 503),
  },
})

export const magicLinkRoutes = newRoutes()
  .openapi(sendRoute, async (c) => {
    const { email, redirect_to: redirectTo = null } = c.req.valid('json')
    const request = { email, redirectTo, asker: await rememberAsker(c) }
    return c.json(
      await sendSignInLink(c.get('ports'), c.get('tenant'), request, c.get('context')),
      202,
    )
  })
  .openapi(verifyRoute, async (c) => {
    const { token, confirmation_code: confirmationCode = null, ...given } = c.req.valid('json')
    const ports = c.get('ports')
    const consents = givenConsents(c.get('tenant').settings, given, ports.clock.now())
    const attempt = { token, confirmationCode, consents, asker: await askerOf(c) }
    const signedIn = await verifySignInLink(ports, c.get('tenant'), attempt, c.get('context'))
    const { redirectTo } = signedIn
    const body = addressSignInResult(c, signedIn)
    return c.json(redirectTo ? { ...body, redirect_to: redirectTo } : body, 200)
  })
