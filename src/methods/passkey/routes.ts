import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { AuthError } from '../../errors.ts'
import { emailField } from '../../forms/email-field.ts'
import { text } from '../../forms/text.ts'
import { signInResult, signInResultSchema } from '../../http/answer-sign-in.ts'
import { authenticate } from '../../http/authenticate.ts'
import { authenticateEnroller } from '../../http/enroller.ts'
import { limit } from '../../http/guard.ts'
import {
  answers,
  bearerSecurity,
  jsonBody,
  newRoutes,
  noContent,
  refusals,
} from '../../http/routes.ts'
import { sameOrigin } from '../../http/same-origin.ts'
import { lazily } from '../../lazily.ts'
import { beginKey, confirmKey } from '../../mfa/enrol-key.ts'
import { removeBound } from '../../mfa/remove.ts'
import { webauthn as policy } from '../../policy.ts'
import { beginSignIn } from './begin-sign-in.ts'
import { assertionResponse, attestationResponse, keyKinds } from './fields.ts'
import { keySchema, listKeys } from './list.ts'
import { renameKey } from './rename.ts'
import { optionsSchema } from './request-options.ts'
import { signInByKey } from './sign-in.ts'

const tags = ['Passkeys and security keys']
const kind = lazily(() => z.enum(keyKinds))
const keyName = lazily(() => text(policy.nameLength).trim().min(1))
const one = { params: lazily(() => z.object({ id: z.string() })) }

const beginKeyRoute = createRoute({
  method: 'post',
  path: '/register/options',
  tags,
  summary: 'Ask for a new passkey or security key',
  security: bearerSecurity,
  middleware: [limit('write'), authenticateEnroller],
  request: jsonBody(() => z.strictObject({ kind })),
  responses: {
    200: answers(optionsSchema, 'For `PublicKeyCredential.parseCreationOptionsFromJSON`'),
    ...refusals(401, 403, 409, 422, 429, 503),
  },
})

const confirmKeyRoute = createRoute({
  method: 'post',
  path: '/register/verify',
  tags,
  summary: 'Bind the key that the authenticator made',
  security: bearerSecurity,
  middleware: [limit('mfa'), authenticateEnroller],
  request: jsonBody(() =>
    z.strictObject({
      challenge_id: z.uuid().optional(),
      credential: attestationResponse,
      name: keyName.optional(),
    }),
  ),
  responses: {
    201: answers(
      () =>
        z.object({
          id: z.uuid(),
          name: z.string(),
          kind,
          backup_codes: z.array(z.string()).optional(),
        }),
      'Bound; backup codes come with the first factor, once',
    ),
    ...refusals(400, 401, 403, 413, 422, 429, 503),
  },
})

const beginSignInRoute = createRoute({
  method: 'post',
  path: '/login/options',
  tags,
  summary: 'Ask for a passkey to sign in with',
  middleware: [limit('write')],
  request: jsonBody(() => z.strictObject({ email: emailField.optional() })),
  responses: {
    200: answers(optionsSchema, 'For `PublicKeyCredential.parseRequestOptionsFromJSON`'),
    ...refusals(422, 429, 503),
  },
})

const signInRoute = createRoute({
  method: 'post',
  path: '/login/verify',
  tags,
  summary: 'Sign in with a passkey',
  middleware: [limit('signIn'), sameOrigin],
  request: jsonBody(() =>
    z.strictObject({ challenge_id: z.uuid(), credential: assertionResponse }),
  ),
  responses: {
    200: answers(signInResultSchema, 'Signed in: a passkey is two factors'),
    ...refusals(400, 403, 413, 422, 429, 503),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/credentials',
  tags,
  summary: 'List own passkeys and security keys',
  security: bearerSecurity,
  middleware: [authenticate],
  responses: {
    200: answers(() => z.object({ credentials: z.array(keySchema()) }), 'The oldest first'),
    ...refusals(401, 503),
  },
})

const renameRoute = createRoute({
  method: 'patch',
  path: '/credentials/{id}',
  tags,
  summary: 'Rename a key',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: { ...one, ...jsonBody(() => z.strictObject({ name: keyName })) },
  responses: { 200: answers(keySchema, 'Renamed'), ...refusals(401, 403, 404, 422, 429, 503) },
})

const removeRoute = createRoute({
  method: 'delete',
  path: '/credentials/{id}',
  tags,
  summary: 'Remove a key',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: one,
  responses: { 204: noContent('Removed'), ...refusals(401, 403, 404, 409, 429, 503) },
})

export const passkeyRoutes = newRoutes()
  .openapi(beginKeyRoute, async (c) => {
    return c.json(await beginKey(c.get('ports'), c.get('enroller'), c.req.valid('json').kind), 200)
  })
  .openapi(confirmKeyRoute, async (c) => {
    const { challenge_id: challengeId, ...made } = c.req.valid('json')
    return c.json(
      await confirmKey(c.get('ports'), c.get('enroller'), { ...made, challengeId }),
      201,
    )
  })
  .openapi(beginSignInRoute, async (c) => {
    const { email = null } = c.req.valid('json')
    return c.json(await beginSignIn(c.get('ports'), c.get('tenant'), email), 200)
  })
  .openapi(signInRoute, async (c) => {
    const { challenge_id: challengeId, credential } = c.req.valid('json')
    const attempt = { tenant: c.get('tenant'), challengeId, credential, context: c.get('context') }
    return c.json(signInResult(c, await signInByKey(c.get('ports'), attempt)), 200)
  })
  .openapi(listRoute, async (c) => {
    return c.json({ credentials: await listKeys(c.get('ports'), c.get('caller')) }, 200)
  })
  .openapi(renameRoute, async (c) => {
    const id = keyId(c.req.valid('param').id)
    const { name } = c.req.valid('json')
    return c.json(await renameKey(c.get('ports'), c.get('caller'), id, name), 200)
  })
  .openapi(removeRoute, async (c) => {
    const id = keyId(c.req.valid('param').id)
    await removeBound(c.get('ports'), c.get('caller'), { type: 'webauthn', id })
    return c.body(null, 204)
  })

function keyId(text: string): string {
  const id = z.uuid().safeParse(text)
  if (!id.success) throw new AuthError('NOT_FOUND')
  return id.data
}
