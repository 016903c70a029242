import { OpenAPIHono } from '@hono/zod-openapi'
import { emailRoutes } from './accounts/email/routes.ts'
import { phoneRoutes } from './accounts/phone/routes.ts'
import { accountRoutes } from './accounts/routes.ts'
import { adminFormRoutes } from './admin/forms/routes.ts'
import { adminImportRoutes } from './admin/import/routes.ts'
import { adminMetricsRoutes } from './admin/metrics/routes.ts'
import { adminAuditRoutes } from './admin/trail/routes.ts'
import { adminUserRoutes } from './admin/users/routes.ts'
import { deviceRoutes } from './devices/routes.ts'
import { apiDocument, bearerScheme, docsPage, docsRoute, documentRoute } from './documents/api.ts'
import { documentRoutes } from './documents/routes.ts'
import { formRoutes } from './forms/routes.ts'
import { notFoundOrNotAllowed } from './http/allowed-methods.ts'
import { requireJson } from './http/body.ts'
import { describeRequest } from './http/context.ts'
import { crossOrigin } from './http/cross-origin.ts'
import type { HttpEnv, Provide } from './http/environment.ts'
import { limit } from './http/guard.ts'
import { houseHeaders } from './http/headers.ts'
import { measured } from './http/measured.ts'
import { onError } from './http/on-error.ts'
import { provide } from './http/provide.ts'
import { FixedFirstRouter } from './http/router.ts'
import { resolveTenant } from './http/tenant.ts'
import { refuseInvalid } from './http/validate.ts'
import { versionGate } from './http/version-gate.ts'
import { webhooksAfter } from './http/webhooks-after.ts'
import { bounceRoutes } from './messages/bounces/routes.ts'
import { statusRoutes } from './messages/status/routes.ts'
import { codeRoutes } from './methods/code/routes.ts'
import { magicLinkRoutes } from './methods/magic-link/routes.ts'
import { passkeyRoutes } from './methods/passkey/routes.ts'
import { passwordRoutes } from './methods/password/routes.ts'
import { socialRoutes } from './methods/social/routes.ts'
import { mfaRoutes } from './mfa/routes.ts'
import { recoveryRoutes } from './recovery/routes.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { tenantRoutes } from './tenants/routes.ts'
import { releaseRoutes, versionRoutes } from './versions/routes.ts'
import { webhookRoutes } from './webhooks/routes.ts'

/** Every URL of the service. */
export function app(make: Provide) {
  const root = new OpenAPIHono<HttpEnv>({
    defaultHook: refuseInvalid,
    router: new FixedFirstRouter(),
  })
  root.openAPIRegistry.registerComponent(...bearerScheme)
  root.use(houseHeaders, provide(make), measured)
  root.use(describeRequest, limit('all'))
  root.use('/api/*', crossOrigin, webhooksAfter)
  // Deliveries of the mail service are larger and not JSON by name: they bring their own limits.
  for (const area of ['auth', 'tenants', 'invitations', 'admin']) {
    root.use(`/api/v1/${area}/*`, requireJson, resolveTenant, versionGate)
  }
  root.use('/app/*', resolveTenant)
  root.onError(onError)
  root.notFound(notFoundOrNotAllowed(root))

  return root
    .route('/', documentRoutes)
    .openapi(documentRoute, (c) =>
      c.json({ ...apiDocument(root, c.get('ports').config) } as object, 200),
    )
    .openapi(docsRoute, docsPage)
    .route('/api/v1/auth', passwordRoutes)
    .route('/api/v1/auth/webauthn', passkeyRoutes)
    .route('/api/v1/auth', socialRoutes)
    .route('/api/v1/auth/mfa', mfaRoutes)
    .route('/api/v1/auth', recoveryRoutes)
    .route('/api/v1/auth', deviceRoutes)
    .route('/api/v1/auth', codeRoutes)
    .route('/api/v1/auth', magicLinkRoutes)
    .route('/api/v1/auth', sessionRoutes)
    .route('/api/v1/auth', accountRoutes)
    .route('/api/v1', tenantRoutes)
    .route('/api/v1/auth', emailRoutes)
    .route('/api/v1/auth', phoneRoutes)
    .route('/api/v1/admin/users/import', adminImportRoutes)
    .route('/api/v1/admin/users', adminUserRoutes)
    .route('/api/v1/admin/audit', adminAuditRoutes)
    .route('/api/v1/admin/metrics', adminMetricsRoutes)
    .route('/api/v1/admin/forms', adminFormRoutes)
    .route('/api/v1/auth', formRoutes)
    .route('/app', versionRoutes)
    .route('/api/v1/admin', releaseRoutes)
    .route('/api/v1/webhooks', bounceRoutes)
    .route('/api/v1/webhooks', statusRoutes)
    .route('/api/v1/admin', webhookRoutes)
}

export type App = ReturnType<typeof app>
