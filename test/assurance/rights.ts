/** Statuses for nobody, a member, an administrator and an owner of a tenant, and the owner of another one. */
export type Statuses = readonly [number, number, number, number, number]

export interface Rights {
  /** Of what is their own, or their tenant's. */
  own: Statuses
  /** Of what another tenant has, where the route names something. */
  foreign?: Statuses
  /** The same under the slug of their own tenant. */
  here?: Statuses
}

const notFound = [401, 404, 404, 404, 404] as const
const notFoundByThoseWho = [401, 403, 404, 404, 404] as const

/** For everybody, with a session or without. */
const open = (status: number): Rights => ({ own: [status, status, status, status, status] })
/** The same of a page or a document that says whose it is. */
const openOfAny = (status: number): Rights => ({ ...open(status), foreign: open(status).own })
/** About the caller's own account. */
const self = (status: number): Rights => ({ own: [401, status, status, status, status] })
/** About one thing of the caller's own account. */
const ownThing = (status: number): Rights => ({ ...self(status), foreign: notFound })
/** About the tenant of the token. */
const tenant = (status: number): Rights => ({ own: [401, 403, status, status, status] })
/** The same where a search names something: there is nothing of others to be found. */
const searched = (status: number): Rights => ({ ...tenant(status), foreign: tenant(status).own })
/** About one thing of the tenant of the token. */
const tenantThing = (status: number): Rights => ({
  ...tenant(status),
  foreign: notFoundByThoseWho,
})
/** About the tenant of the path. */
const named = (status: number): Rights => ({ ...tenant(status), foreign: notFound })
/** About one thing of the tenant of the path. */
const namedThing = (status: number): Rights => ({ ...named(status), here: notFoundByThoseWho })
/** The same where the sample says what only owners may: a new address of the apps. */
const owned = (status: number): Rights => ({ own: [401, 403, 403, status, status] })
/** For people of the default tenant: `tenants/administration.test.ts`, `admin/trail.test.ts`. */
const operators: Rights = { own: [401, 403, 403, 403, 403] }

/** What each route answers to whom. Samples are well-formed: where a secret is asked for, it is none that was issued. */
export const rights: Readonly<Record<string, Rights>> = {
  'GET /.well-known/jwks.json': open(200),
  'GET /t/{slug}/.well-known/jwks.json': openOfAny(200),
  'GET /.well-known/openid-configuration': open(200),
  'GET /t/{slug}/.well-known/openid-configuration': openOfAny(200),
  'GET /.well-known/openid-configuration/t/{slug}': openOfAny(200),
  'GET /.well-known/revocations': open(200),
  'GET /.well-known/webauthn': open(200),
  'GET /.well-known/assetlinks.json': open(200),
  'GET /.well-known/apple-app-site-association': open(200),
  'GET /.well-known/change-password': open(302),
  'GET /api/v1': open(200),
  'GET /healthz': open(200),
  'GET /readyz': open(200),
  'GET /openapi.json': open(200),
  'GET /docs': open(200),
  'GET /app/version': open(200),

  'POST /api/v1/auth/register': open(202),
  'POST /api/v1/auth/verify-email': open(400),
  'POST /api/v1/auth/verify-email/resend': open(202),
  'POST /api/v1/auth/login': open(401),
  'POST /api/v1/auth/forgot-password': open(202),
  'POST /api/v1/auth/reset-password': open(400),
  'POST /api/v1/auth/password-strength': open(200),
  'POST /api/v1/auth/webauthn/login/options': open(200),
  'POST /api/v1/auth/webauthn/login/verify': open(400),
  'GET /api/v1/auth/oauth/{provider}': open(422),
  'GET /api/v1/auth/oauth/{provider}/callback': open(400),
  'POST /api/v1/auth/oauth/{provider}/callback': open(400),
  'POST /api/v1/auth/oauth/exchange': open(400),
  'POST /api/v1/auth/social/{provider}': open(401),
  'POST /api/v1/auth/mfa/verify': open(401),
  'POST /api/v1/auth/mfa/challenge': open(401),
  'POST /api/v1/auth/recover': open(202),
  'POST /api/v1/auth/recover/verify': open(400),
  'POST /api/v1/auth/recover/complete': open(400),
  'POST /api/v1/auth/recover/cancel': open(400),
  'POST /api/v1/auth/recover/not-me': open(400),
  'POST /api/v1/auth/otp/send': open(202),
  'POST /api/v1/auth/whatsapp': open(202),
  'POST /api/v1/auth/otp/verify': open(400),
  'POST /api/v1/auth/magic-link': open(202),
  'POST /api/v1/auth/magic-link/verify': open(400),
  'POST /api/v1/auth/refresh': open(401),
  'POST /api/v1/auth/me/email/verify': open(400),
  'POST /api/v1/auth/me/email/undo': open(400),
  'POST /api/v1/invitations/accept': open(400),
  'GET /api/v1/auth/forms': open(200),

  'POST /api/v1/webhooks/ses': open(400),
  'POST /api/v1/webhooks/twilio': open(400),
  'POST /api/v1/webhooks/whatsapp': open(400),
  'GET /api/v1/webhooks/whatsapp': open(400),
  'POST /api/v1/webhooks/aws-sms': open(400),

  'PUT /api/v1/auth/change-password': self(204),
  'POST /api/v1/auth/webauthn/register/options': self(200),
  'POST /api/v1/auth/webauthn/register/verify': self(400),
  'GET /api/v1/auth/webauthn/credentials': self(200),
  'PATCH /api/v1/auth/webauthn/credentials/{id}': ownThing(200),
  'DELETE /api/v1/auth/webauthn/credentials/{id}': ownThing(204),
  'GET /api/v1/auth/identities': self(200),
  'POST /api/v1/auth/identities/{id}': self(400),
  'DELETE /api/v1/auth/identities/{id}': ownThing(204),
  'GET /api/v1/auth/mfa/methods': self(200),
  'POST /api/v1/auth/mfa/enable': self(200),
  'POST /api/v1/auth/mfa/confirm': self(401),
  'POST /api/v1/auth/mfa/disable': ownThing(204),
  'POST /api/v1/auth/mfa/backup-codes': self(200),
  'GET /api/v1/auth/devices': self(200),
  'DELETE /api/v1/auth/devices/{id}': ownThing(204),
  'POST /api/v1/auth/logout': self(204),
  'POST /api/v1/auth/logout-all': self(204),
  'GET /api/v1/auth/sessions': self(200),
  'DELETE /api/v1/auth/sessions/{id}': ownThing(204),
  'GET /api/v1/auth/me': self(200),
  'PATCH /api/v1/auth/me': self(200),
  'DELETE /api/v1/auth/me': self(202),
  'GET /api/v1/auth/me/export': self(200),
  'GET /api/v1/auth/me/activity': self(200),
  'POST /api/v1/auth/me/email': self(202),
  'POST /api/v1/auth/me/phone': self(202),
  'POST /api/v1/auth/me/phone/verify': self(400),

  'POST /api/v1/tenants': operators,
  'GET /api/v1/tenants/{slug}': named(200),
  'PATCH /api/v1/tenants/{slug}': named(200),
  'GET /api/v1/tenants/{slug}/members': named(200),
  'PATCH /api/v1/tenants/{slug}/members/{user_id}': namedThing(200),
  'DELETE /api/v1/tenants/{slug}/members/{user_id}': namedThing(204),
  'POST /api/v1/tenants/{slug}/invitations': named(201),
  'GET /api/v1/tenants/{slug}/invitations': named(200),
  'DELETE /api/v1/tenants/{slug}/invitations/{id}': namedThing(204),

  'POST /api/v1/admin/users/import': searched(200),
  'GET /api/v1/admin/users': searched(200),
  'GET /api/v1/admin/users/{id}': tenantThing(200),
  'PATCH /api/v1/admin/users/{id}': tenantThing(200),
  'DELETE /api/v1/admin/users/{id}': tenantThing(204),
  'POST /api/v1/admin/users/{id}/sessions/revoke': tenantThing(204),
  'POST /api/v1/admin/users/{id}/password-reset': tenantThing(202),
  'GET /api/v1/admin/audit': searched(200),
  'GET /api/v1/admin/audit/export': searched(200),
  'POST /api/v1/admin/audit/verify': operators,
  'GET /api/v1/admin/metrics': tenant(200),
  'POST /api/v1/admin/forms/preview': tenant(200),
  'GET /api/v1/admin/app-versions': tenant(200),
  'PUT /api/v1/admin/app-versions/{platform}': owned(200),
  'GET /api/v1/admin/webhooks': tenant(200),
  'POST /api/v1/admin/webhooks': tenant(201),
  'PATCH /api/v1/admin/webhooks/{id}': tenantThing(200),
  'DELETE /api/v1/admin/webhooks/{id}': tenantThing(204),
  'POST /api/v1/admin/webhooks/{id}/rotate-secret': tenantThing(200),
  'POST /api/v1/admin/webhooks/{id}/test': tenantThing(202),
  'GET /api/v1/admin/webhooks/{id}/deliveries': tenantThing(200),
  'POST /api/v1/admin/webhooks/{id}/deliveries/{delivery}/replay': tenantThing(202),
}
