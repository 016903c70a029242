import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { signedInResult } from '../http/answer-sign-in.ts'
import { authenticate } from '../http/authenticate.ts'
import { authenticateEnroller } from '../http/enroller.ts'
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
import { text } from '../http/validate.ts'
import { tokensSchema } from '../sessions/tokens.ts'
import { beginTotp, confirmTotp } from './enrol-totp.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { listMethods, methodsSchema } from './methods.ts'
import { removeFactor } from './remove.ts'
import { renewBackupCodes } from './renew-backup-codes.ts'
import { stepUp } from './step-up.ts'

const tags = ['Second factors']
const shown = { type: text(32), code: text(1_024).min(1) }
const backupCodes = z.array(z.string())

const finishRoute = createRoute({
  method: 'post',
  path: '/verify',
  tags,
  summary: 'Finish a sign-in with a second factor, or raise a session (Bearer, no mfa_token)',
  middleware: [limit('mfa'), sameOrigin],
  request: jsonBody(z.strictObject({ mfa_token: text(128).optional(), ...shown })),
  responses: {
    200: answers(
      z.union([tokensSchema, z.object({ access_token: z.string(), expires_in: z.int() })]),
      'Signed in, or stepped up',
    ),
    ...refusals(401, 403, 422, 429, 503),
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
  request: jsonBody(z.strictObject({ type: z.literal('totp') })),
  responses: {
    200: answers(
      z.object({
        type: z.literal('totp'),
        secret: z.string(),
        provisioning_uri: z.string(),
        qr_code: z.string(),
        qr_svg: z.string(),
        expires_in: z.int(),
      }),
      'What an authenticator app reads',
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
  request: jsonBody(z.strictObject({ type: z.literal('totp'), code: shown.code })),
  responses: {
    200: answers(
      z.object({ mfa_enabled: z.literal(true), backup_codes: backupCodes.optional() }),
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
  request: jsonBody(z.strictObject({ type: text(32), id: z.uuid().optional(), code: shown.code })),
  responses: { 204: noContent('Removed'), ...refusals(401, 404, 409, 422, 429, 503) },
})

const renewRoute = createRoute({
  method: 'post',
  path: '/backup-codes',
  tags,
  summary: 'Replace the backup codes',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  responses: {
    200: answers(z.object({ backup_codes: backupCodes }), 'Ten new codes; the old ones are dead'),
    ...refusals(401, 403, 429, 503),
  },
})

export const mfaRoutes = newRoutes()
  .openapi(finishRoute, async (c) => {
    const { mfa_token: token, ...proof } = c.req.valid('json')
    const ports = c.get('ports')
    if (token === undefined) {
      // No pending sign-in: the session itself is raised.
      await authenticate(c, async () => undefined)
      return c.json(await stepUp(ports, c.get('caller'), proof), 200)
    }
    const signedIn = await finishSignIn(ports, c.get('tenant'), token, proof, c.get('context'))
    return c.json(signedInResult(c, signedIn), 200)
  })
  .openapi(methodsRoute, async (c) => {
    return c.json(await listMethods(c.get('ports'), c.get('caller')), 200)
  })
  .openapi(enableRoute, async (c) => {
    return c.json(await beginTotp(c.get('ports'), c.get('enroller')), 200)
  })
  .openapi(confirmRoute, async (c) => {
    const { code } = c.req.valid('json')
    return c.json(await confirmTotp(c.get('ports'), c.get('enroller'), code), 200)
  })
  .openapi(disableRoute, async (c) => {
    await removeFactor(c.get('ports'), c.get('caller'), c.req.valid('json'))
    return c.body(null, 204)
  })
  .openapi(renewRoute, async (c) => {
    return c.json({ backup_codes: await renewBackupCodes(c.get('ports'), c.get('caller')) }, 200)
  })
