import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { phoneField } from '../forms/phone-field.ts'
import { text } from '../forms/text.ts'
import { signedInResult } from '../http/answer-sign-in.ts'
import { authenticate } from '../http/authenticate.ts'
import { authenticateEnroller } from '../http/enroller.ts'
import type { HttpEnv } from '../http/environment.ts'
import { limit } from '../http/guard.ts'
import {
  answers,
  bearerSecurity,
  jsonBody,
  newRoutes,
  noContent,
  refusals,
} from '../http/routes.ts'
import { sameOrigin } from '../http/same-origin.ts'
import { lazily } from '../lazily.ts'
import { assertionResponse } from '../methods/passkey/fields.ts'
import { optionsSchema } from '../methods/passkey/request-options.ts'
import { tokensSchema } from '../sessions/tokens.ts'
import { challenge, pendingSeeker, type Seeker, sessionSeeker } from './challenge.ts'
import { type FactorType, factorTypes } from './check.ts'
import { beginFactor, confirmFactor } from './enrol.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { listMethods, methodsSchema } from './methods.ts'
import { removeFactor } from './remove.ts'
import { renewBackupCodes } from './renew-backup-codes.ts'
import { stepUp } from './step-up.ts'

const tags = ['Second factors']

/** A text to clients, which hand back what a sign-in or a list of factors has named. */
const factorType = lazily(() =>
  text(32)
    .refine((name) => (factorTypes as readonly string[]).includes(name), {
      message: `One of: ${factorTypes.join(', ')}.`,
      params: { code: 'INVALID_VALUE' },
    })
    .transform((name) => name as FactorType),
)
const shown = { type: factorType, code: lazily(() => text(1_024).min(1)) }

const finish = {
  mfa_token: lazily(() => text(128).optional()),
  type: shown.type,
  remember_device: lazily(() => z.boolean().optional()),
}

const backupCodes = () => z.array(z.string())

const finishRoute = createRoute({
  method: 'post',
  path: '/verify',
  tags,
  summary: 'Finish a sign-in with a second factor, or raise a session (Bearer, no mfa_token)',
  middleware: [limit('mfa'), sameOrigin],
  request: jsonBody(() =>
    // A code, or the answer of an authenticator: one of the two.
    z.union([
      z.strictObject({ ...finish, code: shown.code }),
      z.strictObject({ ...finish, credential: assertionResponse }),
    ]),
  ),
  responses: {
    200: answers(
      () => z.union([tokensSchema(), z.object({ access_token: z.string(), expires_in: z.int() })]),
      'Signed in, or stepped up',
    ),
    ...refusals(400, 401, 403, 422, 429, 503),
  },
})

const challengeRoute = createRoute({
  method: 'post',
  path: '/challenge',
  tags,
  summary:
    'Ask for a code or a challenge, for a pending sign-in or (Bearer, no mfa_token) a session',
  middleware: [limit('mfa')],
  request: jsonBody(() => z.strictObject({ mfa_token: text(128).optional(), type: text(32) })),
  responses: {
    200: answers(
      () =>
        z.union([
          optionsSchema(),
          z.object({ sent_to: z.string(), expires_in: z.int(), retry_after: z.int() }),
        ]),
      'Options for the browser, or where the code went',
    ),
    ...refusals(401, 422, 429, 503),
  },
})

const methodsRoute = createRoute({
  method: 'get',
  path: '/methods',
  tags,
  summary: 'List own second factors',
  security: bearerSecurity,
  middleware: [authenticate],
  responses: { 200: answers(methodsSchema, 'The factors'), ...refusals(401, 503) },
})

const enableRoute = createRoute({
  method: 'post',
  path: '/enable',
  tags,
  summary: 'Start to set up a second factor',
  security: bearerSecurity,
  middleware: [limit('write'), authenticateEnroller],
  request: jsonBody(() =>
    z.strictObject({
      type: z.enum(['totp', 'email', 'sms', 'whatsapp']),
      phone_e164: phoneField.optional(),
    }),
  ),
  responses: {
    200: answers(
      () =>
        z.union([
          z.object({
            type: z.literal('totp'),
            secret: z.string(),
            provisioning_uri: z.string(),
            qr_code: z.string(),
            qr_svg: z.string(),
            expires_in: z.int(),
          }),
          z.object({
            type: z.enum(['email', 'sms', 'whatsapp']),
            sent_to: z.string(),
            expires_in: z.int(),
            retry_after: z.int(),
          }),
        ]),
      'What an authenticator app reads, or where a code was sent',
    ),
    ...refusals(401, 403, 409, 422, 429, 503),
  },
})

const confirmRoute = createRoute({
  method: 'post',
  path: '/confirm',
  tags,
  summary: 'Prove a second factor that is being set up',
  security: bearerSecurity,
  middleware: [limit('mfa'), authenticateEnroller],
  request: jsonBody(() =>
    z.strictObject({ type: z.enum(['totp', 'email', 'sms', 'whatsapp']), code: shown.code }),
  ),
  responses: {
    200: answers(
      () => z.object({ mfa_enabled: z.literal(true), backup_codes: backupCodes().optional() }),
      'Bound; backup codes come with the first factor, once',
    ),
    ...refusals(401, 403, 409, 422, 429, 503),
  },
})

const disableRoute = createRoute({
  method: 'post',
  path: '/disable',
  tags,
  summary: 'Remove a second factor',
  security: bearerSecurity,
  middleware: [limit('mfa'), authenticate],
  request: jsonBody(() =>
    z.strictObject({ type: shown.type, id: z.uuid().optional(), code: shown.code.optional() }),
  ),
  responses: { 204: noContent('Removed'), ...refusals(401, 403, 404, 409, 422, 429, 503) },
})

const renewRoute = createRoute({
  method: 'post',
  path: '/backup-codes',
  tags,
  summary: 'Replace the backup codes',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  responses: {
    200: answers(
      () => z.object({ backup_codes: backupCodes() }),
      'Ten new codes; the old ones are dead',
    ),
    ...refusals(401, 403, 429, 503),
  },
})

async function seekerOf(c: Context<HttpEnv>, token: string | undefined): Promise<Seeker> {
  if (token !== undefined) return pendingSeeker(c.get('tenant'), token, c.get('context'))
  await authenticate(c, async () => undefined)
  return sessionSeeker(c.get('caller'))
}

export const mfaRoutes = newRoutes()
  .openapi(finishRoute, async (c) => {
    const { mfa_token: token, remember_device: remember = false, ...proof } = c.req.valid('json')
    const ports = c.get('ports')
    if (token === undefined) {
      // No pending sign-in: the session itself is raised.
      await authenticate(c, async () => undefined)
      return c.json(await stepUp(ports, c.get('caller'), proof), 200)
    }
    const context = c.get('context')
    const signedIn = await finishSignIn(ports, c.get('tenant'), token, proof, context, remember)
    return c.json(signedInResult(c, signedIn), 200)
  })
  .openapi(challengeRoute, async (c) => {
    const { mfa_token: token, type } = c.req.valid('json')
    return c.json(await challenge(c.get('ports'), await seekerOf(c, token), type), 200)
  })
  .openapi(methodsRoute, async (c) => {
    return c.json(await listMethods(c.get('ports'), c.get('caller')), 200)
  })
  .openapi(enableRoute, async (c) => {
    const { type, phone_e164: phone = null } = c.req.valid('json')
    return c.json(await beginFactor(c.get('ports'), c.get('enroller'), type, phone), 200)
  })
  .openapi(confirmRoute, async (c) => {
    const { type, code } = c.req.valid('json')
    return c.json(await confirmFactor(c.get('ports'), c.get('enroller'), type, code), 200)
  })
  .openapi(disableRoute, async (c) => {
    await removeFactor(c.get('ports'), c.get('caller'), c.req.valid('json'))
    return c.body(null, 204)
  })
  .openapi(renewRoute, async (c) => {
    return c.json({ backup_codes: await renewBackupCodes(c.get('ports'), c.get('caller')) }, 200)
  })
