import { createRoute } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { AuthError } from '../errors.ts'
import { answers, newRoutes, noContent, refusals } from '../http/routes.ts'
import { accessToken, session } from '../policy.ts'
import { listRevocations, revocationsSchema } from '../sessions/revocations.ts'
import { publicKeySet, signingKeysWork } from '../tokens/signing-keys.ts'
import { version } from '../version.ts'

const tags = ['Public documents']

/** Verifiers may keep the keys for as long as a new one is published before it signs. */
const keysCache = { 'Cache-Control': `public, max-age=${accessToken.life}` }
const revocationsCache = { 'Cache-Control': `public, max-age=${session.revocationsMaxAge}` }
const hourCache = { 'Cache-Control': 'public, max-age=3600' }

const document = z.record(z.string(), z.unknown())

function get<const P extends string>(path: P, summary: string) {
  return createRoute({
    method: 'get',
    path,
    tags,
    summary,
    responses: { 200: answers(document, summary), ...refusals() },
  })
}

function listed<const P extends string>(path: P, summary: string) {
  return createRoute({
    method: 'get',
    path,
    tags,
    summary,
    responses: { 200: answers(z.array(document), summary), ...refusals() },
  })
}

const changePasswordRoute = createRoute({
  method: 'get',
  path: '/.well-known/change-password',
  tags,
  summary: 'Where a password manager sends its user (W3C change-password URL)',
  responses: { 302: noContent('To the page'), ...refusals() },
})

const revocationsRoute = createRoute({
  method: 'get',
  path: '/.well-known/revocations',
  tags,
  summary: 'Sessions ended within the life of an access token',
  responses: { 200: answers(revocationsSchema, 'The sessions'), ...refusals(503) },
})

const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  tags,
  summary: 'Whether keys and database are in order',
  responses: { 200: answers(z.object({ status: z.literal('ready') }), 'Ready'), ...refusals(503) },
})

export const documentRoutes = newRoutes()
  .openapi(get('/.well-known/jwks.json', 'Public signing keys (RFC 7517)'), (c) =>
    c.json({ ...publicKeySet(c.get('ports').config.keys.jwt) }, 200, keysCache),
  )
  .openapi(get('/.well-known/openid-configuration', 'Where tokens come from (RFC 8414)'), (c) => {
    const { publicUrl } = c.get('ports').config
    const metadata = {
      issuer: publicUrl,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      revocations_uri: `${publicUrl}/.well-known/revocations`,
      service_documentation: `${publicUrl}/docs`,
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    }
    return c.json(metadata, 200, hourCache)
  })
  .openapi(revocationsRoute, async (c) =>
    c.json(await listRevocations(c.get('ports')), 200, revocationsCache),
  )
  .openapi(get('/.well-known/webauthn', 'Related origins (WebAuthn L3 §5.11)'), (c) =>
    c.json({ origins: [...c.get('ports').config.allowedOrigins] }, 200, hourCache),
  )
  .openapi(listed('/.well-known/assetlinks.json', 'Android apps (Digital Asset Links)'), (c) => {
    const statements = c.get('ports').config.apps.android.map((app) => ({
      relation: [
        'delegate_permission/common.handle_all_urls',
        'delegate_permission/common.get_login_creds',
      ],
      target: {
        namespace: 'android_app',
        package_name: app.package,
        sha256_cert_fingerprints: [app.fingerprint],
      },
    }))
    return c.json(statements, 200, hourCache)
  })
  .openapi(get('/.well-known/apple-app-site-association', 'Apple apps'), (c) => {
    const apps = [...c.get('ports').config.apps.apple]
    const links = { details: [{ appIDs: apps, components: [{ '/': '/*' }] }] }
    return c.json({ webcredentials: { apps }, applinks: links }, 200, hourCache)
  })
  .openapi(changePasswordRoute, (c) => c.redirect('/forgot-password', 302))
  .openapi(get('/api/v1', 'Name and version of the service'), (c) =>
    c.json({ name: 'gatehouse', version, status: 'ok' }, 200),
  )
  .openapi(get('/healthz', 'Whether the process runs'), (c) => c.json({ status: 'ok' }, 200))
  .openapi(readyRoute, async (c) => {
    const { config, database } = c.get('ports')
    if (!(await signingKeysWork(config.keys.jwt))) {
      throw new AuthError('MISCONFIGURED', { reason: 'JWT_KEYS' })
    }
    await database.run(sql`select 1`, 'idempotent')
    return c.json({ status: 'ready' } as const, 200)
  })
