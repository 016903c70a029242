import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { z } from 'zod'
import { parsePersonName } from '../../accounts/fields/person-name.ts'
import { AuthError } from '../../errors.ts'
import { text } from '../../forms/text.ts'
import { signInResult, signInResultSchema } from '../../http/answer-sign-in.ts'
import { authenticate } from '../../http/authenticate.ts'
import { setTransactionCookie, takeTransactionCookie } from '../../http/cookies.ts'
import type { HttpEnv } from '../../http/environment.ts'
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
import { tenantNamed } from '../../tenants/resolve.ts'
import { type Beginning, begin } from './begin.ts'
import { exchange } from './exchange.ts'
import { finish } from './finish.ts'
import { identitySchema, listIdentities } from './identities.ts'
import { type LinkProof, linkIdentity } from './link.ts'
import { signInNative } from './native.ts'
import { namesOf } from './person.ts'
import { type NativeProof, type Provider, type ProviderName, providerNames } from './provider.ts'
import { appleNames } from './providers/apple.ts'
import { providers } from './providers.ts'
import type { FederatedSignIn } from './sign-in.ts'
import { transactionCookie } from './transaction.ts'
import { unlinkIdentity } from './unlink.ts'

const tags = ['Sign-in providers']
const params = lazily(() =>
  z.object({ provider: z.string().meta({ examples: [...providerNames] }) }),
)
/** RFC 7636: the challenge is the SHA-256 of the verifier. */
const challenge = lazily(() => z.string().regex(/^[\w-]{43}$/))
const verifier = lazily(() => z.string().regex(/^[\w.~-]{43,128}$/))
const token = lazily(() => text(16_384).min(1))

const beginRoute = createRoute({
  method: 'get',
  path: '/oauth/{provider}',
  tags,
  summary: 'Send the browser to a sign-in provider',
  middleware: [limit('write')],
  request: {
    params,
    query: lazily(() =>
      z.object({
        redirect_to: text(2_048),
        code_challenge: challenge,
        code_challenge_method: z.literal('S256'),
        /** To link the identity to an account: the code goes to POST /auth/identities/{provider}. */
        link: z.enum(['true', 'false', '1', '0']).optional(),
        /** A browser that follows a link sends no header. */
        tenant: z.string().optional(),
      }),
    ),
  },
  responses: { 302: noContent('To the provider'), ...refusals(404, 422, 429) },
})

/** Providers may add members of their own. */
const answer = lazily(() =>
  z.object({
    state: z.string().optional(),
    code: z.string().optional(),
    error: z.string().optional(),
    iss: z.string().optional(),
  }),
)

const callback = {
  path: '/oauth/{provider}/callback',
  tags,
  responses: {
    302: noContent(
      'To the app, with `code` (one minute, once) or `error` (a code of this service)',
    ),
    ...refusals(400, 404, 422, 429),
  },
} as const

const callbackRoute = createRoute({
  method: 'get',
  summary: 'Where a provider sends the browser back',
  middleware: [limit('write')],
  request: { params, query: answer },
  ...callback,
})

const formCallbackRoute = createRoute({
  method: 'post',
  summary: 'Where Apple has the browser post its answer',
  middleware: [limit('write')],
  request: {
    params,
    body: {
      content: {
        'application/x-www-form-urlencoded': {
          schema: lazily(() => answer.extend({ user: z.string().max(4_096).optional() })),
        },
      },
    },
  },
  ...callback,
})

const signedInSchema = () =>
  signInResultSchema().and(
    /** True at the first sign-in of a person. */
    z.object({ user_created: z.boolean() }),
  )

const exchangeRoute = createRoute({
  method: 'post',
  path: '/oauth/exchange',
  tags,
  summary: 'Exchange the code that the app’s page got',
  middleware: [limit('signIn'), sameOrigin],
  request: jsonBody(() => z.strictObject({ code: text(128), code_verifier: verifier })),
  responses: {
    200: answers(signedInSchema, 'Signed in, or what is still owed'),
    ...refusals(400, 403, 422, 429, 503),
  },
})

const appleName = lazily(() =>
  text(256).refine((name) => parsePersonName(name) !== null, {
    message: 'Enter the name in letters, or leave it out.',
    params: { code: 'NAME_INVALID' },
  }),
)
const idTokenProof = lazily(() =>
  z.strictObject({
    id_token: token,
    /** As given to the provider, or what its SHA-256 was given as. */
    nonce: text(256).min(1),
    /** Apple tells the app alone, at the first sign-in. */
    first_name: appleName.optional(),
    last_name: appleName.optional(),
  }),
)
const accessTokenProof = lazily(() => z.strictObject({ access_token: token }))
const codeProof = lazily(() => z.strictObject({ code: text(128), code_verifier: verifier }))

const nativeRoute = createRoute({
  method: 'post',
  path: '/social/{provider}',
  tags,
  summary: 'Sign in with what a mobile app got from the provider',
  middleware: [limit('signIn'), sameOrigin],
  request: { params, ...jsonBody(() => z.union([idTokenProof, accessTokenProof])) },
  responses: {
    200: answers(signedInSchema, 'Signed in, or what is still owed'),
    ...refusals(401, 403, 404, 409, 422, 429, 503),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/identities',
  tags,
  summary: 'The own identities at providers',
  security: bearerSecurity,
  middleware: [authenticate],
  responses: {
    200: answers(() => z.object({ identities: z.array(identitySchema()) }), 'Oldest first'),
    ...refusals(401, 503),
  },
})

const linkRoute = createRoute({
  method: 'post',
  // One shape of path has one name for its parameter: here the provider, below the identity.
  path: '/identities/{id}',
  tags,
  summary: 'Link an identity to the own account',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: {
    params: lazily(() => z.object({ id: z.string().meta({ examples: [...providerNames] }) })),
    ...jsonBody(() => z.union([idTokenProof, accessTokenProof, codeProof])),
  },
  responses: {
    201: answers(identitySchema, 'Linked'),
    ...refusals(400, 401, 403, 404, 409, 422, 429, 503),
  },
})

const unlinkRoute = createRoute({
  method: 'delete',
  path: '/identities/{id}',
  tags,
  summary: 'Unlink an identity',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: { params: lazily(() => z.object({ id: z.string() })) },
  responses: {
    204: noContent('Unlinked; other sessions have ended'),
    ...refusals(401, 403, 404, 409, 429, 503),
  },
})

export const socialRoutes = newRoutes()
  .openapi(beginRoute, async (c) => {
    // A browser is sent here. As a picture of a foreign page it would plant a cookie each time, until ours give way.
    const destination = c.req.header('Sec-Fetch-Dest') ?? 'document'
    if (destination !== 'document') throw new AuthError('NOT_FOUND', { reason: 'no page' })
    const query = c.req.valid('query')
    const provider = providerNamed(c.req.valid('param').provider)
    const beginning: Beginning = {
      tenant: await tenantOf(c, query.tenant),
      provider,
      redirectTo: query.redirect_to,
      challenge: query.code_challenge,
      purpose: query.link === 'true' || query.link === '1' ? 'link' : 'sign_in',
    }
    const { location, state, sealed } = await begin(c.get('ports'), beginning, c.get('context'))
    const name = transactionCookie(state) ?? ''
    setTransactionCookie(c, { name, sealed, crossSite: provider.formPost })
    return c.redirect(location, 302)
  })
  .openapi(callbackRoute, (c) =>
    goOn(c, c.req.valid('param').provider, { ...c.req.valid('query'), user: undefined }),
  )
  .openapi(formCallbackRoute, (c) =>
    goOn(c, c.req.valid('param').provider, { user: undefined, ...c.req.valid('form') }),
  )
  .openapi(exchangeRoute, async (c) => {
    const { code, code_verifier: verifier } = c.req.valid('json')
    const request = { code, verifier }
    const signedIn = await exchange(c.get('ports'), c.get('tenant'), request, c.get('context'))
    return c.json(signedInResult(c, signedIn), 200)
  })
  .openapi(nativeRoute, async (c) => {
    const provider = providerNamed(c.req.valid('param').provider)
    const proof = toProof(c.req.valid('json'))
    const [ports, tenant, context] = [c.get('ports'), c.get('tenant'), c.get('context')]
    const signedIn = await signInNative(ports, tenant, provider, proof, context)
    return c.json(signedInResult(c, signedIn), 200)
  })
  .openapi(listRoute, async (c) => {
    const identities = await listIdentities(c.get('ports'), c.get('caller'))
    return c.json({ identities }, 200)
  })
  .openapi(linkRoute, async (c) => {
    const provider = providerNamed(c.req.valid('param').id)
    const body = c.req.valid('json')
    const proof: LinkProof =
      'code' in body
        ? { kind: 'code', code: body.code, verifier: body.code_verifier }
        : toProof(body)
    return c.json(await linkIdentity(c.get('ports'), c.get('caller'), provider, proof), 201)
  })
  .openapi(unlinkRoute, async (c) => {
    const id = z.uuid().safeParse(c.req.valid('param').id)
    if (!id.success) throw new AuthError('NOT_FOUND')
    await unlinkIdentity(c.get('ports'), c.get('caller'), id.data)
    return c.body(null, 204)
  })

function providerNamed(name: string): Provider {
  if (Object.hasOwn(providers, name)) return providers[name as ProviderName]
  throw new AuthError('NOT_FOUND')
}

async function tenantOf(c: Context<HttpEnv>, slug: string | undefined) {
  if (slug === undefined) return c.get('tenant')
  const tenant = await tenantNamed(c.get('ports'), slug)
  if (!tenant) throw new AuthError('TENANT_NOT_FOUND')
  return tenant
}

type Answered = z.infer<typeof answer> & { user: string | undefined }

/** Reads the cookie that belongs to the answer's state, and sends the browser on to the app. */
async function goOn(c: Context<HttpEnv>, name: string, answered: Answered) {
  const { state = '', code, error, iss: issuer, user } = answered
  const provider = providerNamed(name)
  const cookie = transactionCookie(state)
  const sealed = cookie && takeTransactionCookie(c, cookie)
  const given = { state, sealed, code, error, issuer, names: appleNames(user) }
  return c.redirect(
    await finish(c.get('ports'), c.get('tenant'), provider, given, c.get('context')),
    302,
  )
}

function toProof(
  body: z.infer<typeof idTokenProof> | z.infer<typeof accessTokenProof>,
): NativeProof {
  if ('access_token' in body) return { kind: 'access_token', token: body.access_token }
  const names = namesOf(body.first_name, body.last_name)
  return { kind: 'id_token', token: body.id_token, nonce: body.nonce, names }
}

function signedInResult(c: Context<HttpEnv>, { outcome, userCreated }: FederatedSignIn) {
  return { ...signInResult(c, outcome), user_created: userCreated }
}
