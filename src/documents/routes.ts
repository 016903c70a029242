import { createRoute } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { AuthError } from '../errors.ts'
import { answers, newRoutes, noContent, refusals } from '../http/routes.ts'
import { resolveTenant, tenantOfPath } from '../http/tenant.ts'
import { lazily } from '../lazily.ts'
import { accessToken, session } from '../policy.ts'
import { listRevocations, revocationsSchema } from '../sessions/revocations.ts'
import { rotateSession } from '../sessions/rotate.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { issuerOf } from '../tokens/access-token.ts'
import { publicKeySet, signingKeysWork } from '../tokens/signing-keys.ts'
import { version } from '../version.ts'

const tags = ['Public documents']

/** Verifiers may keep the keys for as long as a new one is published before it signs. */
const keysCache = { 'Cache-Control': `public, max-age=${accessToken.life}` }
const revocationsCache = { 'Cache-Control': `public, max-age=${session.revocationsMaxAge}` }
const hourCache = { 'Cache-Control': 'public, max-age=3600' }
/** Which tenant's they are, a host of its own may say, a header, or the token that comes with it. */
const tenantCache = { ...hourCache, Vary: 'X-Tenant, Authorization' }

const document = lazily(() => z.record(z.string(), z.unknown()))

function get<const P extends string>(path: P, summary: string) {
  return createRoute({
    method: 'get',
    path,
    tags,
    summary,
    responses: { 200: answers(() => document, summary), ...refusals() },
  })
}

/** Documents that each tenant has for itself. */
function ofTenant<const P extends string>(path: P, summary: string) {
  return createRoute({
    method: 'get',
    path,
    tags,
    summary,
    middleware: [resolveTenant],
    responses: { 200: answers(() => document, summary), ...refusals(404, 503) },
  })
}

/** The same by the path that its issuer is. */
function ofIssuer<const P extends string>(path: P, summary: string) {
  return createRoute({
    method: 'get',
    path,
    tags,
    summary,
    request: { params: lazily(() => z.object({ slug: z.string() })) },
    middleware: [tenantOfPath],
    responses: { 200: answers(() => document, summary), ...refusals(404, 503) },
  })
}

const assetLinksRoute = createRoute({
  method: 'get',
  path: '/.well-known/assetlinks.json',
  tags,
  summary: 'Android apps (Digital Asset Links)',
  middleware: [resolveTenant],
  responses: {
    200: answers(() => z.array(document), 'Android apps (Digital Asset Links)'),
    ...refusals(404, 503),
  },
})

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
  responses: {
    200: answers(() => z.object({ status: z.literal('ready') }), 'Ready'),
    ...refusals(503),
  },
})

/** What a verifier has to know of an issuer: with the default tenant the service itself, with every other a path. */
function metadataOf(config: Config, tenant: Tenant) {
  const issuer = issuerOf(config, tenant)
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    revocations_uri: `${config.publicUrl}/.well-known/revocations`,
    service_documentation: `${config.publicUrl}/docs`,
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }
}

const metadata = 'Where tokens come from (RFC 8414)'
const keys = 'Public signing keys (RFC 7517)'

export const documentRoutes = newRoutes()
  .openapi(get('/.well-known/jwks.json', keys), (c) =>
    c.json({ ...publicKeySet(c.get('ports').config.keys.jwt) }, 200, keysCache),
  )
  .openapi(ofIssuer('/t/{slug}/.well-known/jwks.json', keys), (c) =>
    c.json({ ...publicKeySet(c.get('ports').config.keys.jwt) }, 200, keysCache),
  )
  .openapi(ofTenant('/.well-known/openid-configuration', metadata), (c) =>
    c.json(metadataOf(c.get('ports').config, c.get('tenant')), 200, tenantCache),
  )
  .openapi(ofIssuer('/t/{slug}/.well-known/openid-configuration', metadata), (c) =>
    c.json(metadataOf(c.get('ports').config, c.get('tenant')), 200, hourCache),
  )
  // RFC 8414 §3.1 puts the path of the issuer behind the well-known part; OpenID Connect Discovery puts it before.
  .openapi(ofIssuer('/.well-known/openid-configuration/t/{slug}', metadata), (c) =>
    c.json(metadataOf(c.get('ports').config, c.get('tenant')), 200, hourCache),
  )
  .openapi(revocationsRoute, async (c) =>
    c.json(await listRevocations(c.get('ports')), 200, revocationsCache),
  )
  .openapi(ofTenant('/.well-known/webauthn', 'Related origins (WebAuthn L3 §5.11)'), (c) =>
    c.json({ origins: [...c.get('tenant').settings.allowedOrigins] }, 200, tenantCache),
  )
  .openapi(assetLinksRoute, (c) => {
    const statements = c.get('tenant').settings.androidApps.map((app) => ({
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
    return c.json(statements, 200, tenantCache)
  })
  .openapi(ofTenant('/.well-known/apple-app-site-association', 'Apple apps'), (c) => {
    const apps = [...c.get('tenant').settings.appleApps]
    const links = { details: [{ appIDs: apps, components: [{ '/': '/*' }] }] }
    return c.json({ webcredentials: { apps }, applinks: links }, 200, tenantCache)
  })
  .openapi(changePasswordRoute, (c) => c.redirect('/account/security/password', 302))
  .openapi(get('/api/v1', 'Name and version of the service'), (c) =>
    c.json({ name: 'gatehouse', version, status: 'ok' }, 200),
  )
  .openapi(get('/healthz', 'Whether the process runs'), (c) => c.json({ status: 'ok' }, 200))
  .openapi(readyRoute, async (c) => {
    const { config, database } = c.get('ports')
    if (!(await signingKeysWork(config.keys.jwt))) {
      throw new AuthError('MISCONFIGURED', { retryAfter: 60, reason: 'JWT_KEYS' })
    }
    // Stands for all migrations, being of the last.
    await database.run(sql`select ${rotateSession.name}::regproc`, 'idempotent')
    return c.json({ status: 'ready' } as const, 200)
  })
