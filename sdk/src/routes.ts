import type { Operations } from './api.ts'

/**
 * Every route, by the name that it has in the client. A star: the access token goes along. A question mark: it goes
 * along where the input has no `mfa_token`, which stands for a sign-in that is under way.
 */
export const routes = {
  register: 'POST /api/v1/auth/register',
  verifyEmail: 'POST /api/v1/auth/verify-email',
  resendVerification: 'POST /api/v1/auth/verify-email/resend',
  login: 'POST /api/v1/auth/login',
  logout: 'POST /api/v1/auth/logout *',
  logoutAll: 'POST /api/v1/auth/logout-all *',
  password: {
    forgot: 'POST /api/v1/auth/forgot-password',
    reset: 'POST /api/v1/auth/reset-password',
    change: 'PUT /api/v1/auth/change-password *',
    strength: 'POST /api/v1/auth/password-strength',
  },
  code: {
    send: 'POST /api/v1/auth/otp/send',
    sendWhatsApp: 'POST /api/v1/auth/whatsapp',
    verify: 'POST /api/v1/auth/otp/verify',
  },
  magicLink: {
    send: 'POST /api/v1/auth/magic-link',
    verify: 'POST /api/v1/auth/magic-link/verify',
  },
  passkeys: {
    registerOptions: 'POST /api/v1/auth/webauthn/register/options *',
    register: 'POST /api/v1/auth/webauthn/register/verify *',
    loginOptions: 'POST /api/v1/auth/webauthn/login/options',
    login: 'POST /api/v1/auth/webauthn/login/verify',
    list: 'GET /api/v1/auth/webauthn/credentials *',
    rename: 'PATCH /api/v1/auth/webauthn/credentials/{id} *',
    remove: 'DELETE /api/v1/auth/webauthn/credentials/{id} *',
  },
  social: {
    exchange: 'POST /api/v1/auth/oauth/exchange',
    login: 'POST /api/v1/auth/social/{provider}',
    identities: 'GET /api/v1/auth/identities *',
    link: 'POST /api/v1/auth/identities/{id} *',
    unlink: 'DELETE /api/v1/auth/identities/{id} *',
  },
  mfa: {
    challenge: 'POST /api/v1/auth/mfa/challenge ?',
    verify: 'POST /api/v1/auth/mfa/verify ?',
    methods: 'GET /api/v1/auth/mfa/methods *',
    enable: 'POST /api/v1/auth/mfa/enable *',
    confirm: 'POST /api/v1/auth/mfa/confirm *',
    disable: 'POST /api/v1/auth/mfa/disable *',
    renewBackupCodes: 'POST /api/v1/auth/mfa/backup-codes *',
  },
  recovery: {
    request: 'POST /api/v1/auth/recover',
    verify: 'POST /api/v1/auth/recover/verify',
    complete: 'POST /api/v1/auth/recover/complete',
    cancel: 'POST /api/v1/auth/recover/cancel',
    notMe: 'POST /api/v1/auth/recover/not-me',
  },
  me: {
    get: 'GET /api/v1/auth/me *',
    update: 'PATCH /api/v1/auth/me *',
    activity: 'GET /api/v1/auth/me/activity *',
    export: 'GET /api/v1/auth/me/export *',
    close: 'DELETE /api/v1/auth/me *',
    changeEmail: 'POST /api/v1/auth/me/email *',
    verifyEmail: 'POST /api/v1/auth/me/email/verify',
    undoEmail: 'POST /api/v1/auth/me/email/undo',
    changePhone: 'POST /api/v1/auth/me/phone *',
    verifyPhone: 'POST /api/v1/auth/me/phone/verify *',
  },
  sessions: {
    list: 'GET /api/v1/auth/sessions *',
    end: 'DELETE /api/v1/auth/sessions/{id} *',
  },
  devices: {
    list: 'GET /api/v1/auth/devices *',
    forget: 'DELETE /api/v1/auth/devices/{id} *',
  },
  tenants: {
    found: 'POST /api/v1/tenants *',
    get: 'GET /api/v1/tenants/{slug} *',
    update: 'PATCH /api/v1/tenants/{slug} *',
    members: 'GET /api/v1/tenants/{slug}/members *',
    changeMember: 'PATCH /api/v1/tenants/{slug}/members/{user_id} *',
    removeMember: 'DELETE /api/v1/tenants/{slug}/members/{user_id} *',
    invitations: 'GET /api/v1/tenants/{slug}/invitations *',
    invite: 'POST /api/v1/tenants/{slug}/invitations *',
    withdrawInvitation: 'DELETE /api/v1/tenants/{slug}/invitations/{id} *',
    acceptInvitation: 'POST /api/v1/invitations/accept',
  },
  admin: {
    users: 'GET /api/v1/admin/users *',
    user: 'GET /api/v1/admin/users/{id} *',
    changeUser: 'PATCH /api/v1/admin/users/{id} *',
    deleteUser: 'DELETE /api/v1/admin/users/{id} *',
    endSessions: 'POST /api/v1/admin/users/{id}/sessions/revoke *',
    startReset: 'POST /api/v1/admin/users/{id}/password-reset *',
    /** Lines of JSON; give it minutes. */
    importUsers: 'POST /api/v1/admin/users/import *',
    previewForm: 'POST /api/v1/admin/forms/preview *',
    audit: 'GET /api/v1/admin/audit *',
    /** Lines of JSON; the last one says where to go on. */
    exportAudit: 'GET /api/v1/admin/audit/export *',
    verifyAudit: 'POST /api/v1/admin/audit/verify *',
    metrics: 'GET /api/v1/admin/metrics *',
  },
  webhooks: {
    list: 'GET /api/v1/admin/webhooks *',
    create: 'POST /api/v1/admin/webhooks *',
    update: 'PATCH /api/v1/admin/webhooks/{id} *',
    remove: 'DELETE /api/v1/admin/webhooks/{id} *',
    deliveries: 'GET /api/v1/admin/webhooks/{id}/deliveries *',
    replay: 'POST /api/v1/admin/webhooks/{id}/deliveries/{delivery}/replay *',
    rotateSecret: 'POST /api/v1/admin/webhooks/{id}/rotate-secret *',
    test: 'POST /api/v1/admin/webhooks/{id}/test *',
  },
  forms: { get: 'GET /api/v1/auth/forms' },
  appVersions: {
    current: 'GET /app/version',
    list: 'GET /api/v1/admin/app-versions *',
    publish: 'PUT /api/v1/admin/app-versions/{platform} *',
  },
  service: {
    info: 'GET /api/v1',
    health: 'GET /healthz',
    ready: 'GET /readyz',
    openApi: 'GET /openapi.json',
    keys: 'GET /.well-known/jwks.json',
    metadata: 'GET /.well-known/openid-configuration',
    keysOfTenant: 'GET /t/{slug}/.well-known/jwks.json',
    metadataOfTenant: 'GET /t/{slug}/.well-known/openid-configuration',
    revocations: 'GET /.well-known/revocations',
    relatedOrigins: 'GET /.well-known/webauthn',
  },
} as const

/** Routes that no program calls by this client, and who does. */
export type RouteOfOthers =
  // The client itself, for whoever needs a token: `session.ts`.
  | 'POST /api/v1/auth/refresh'
  // A browser that goes to a provider and comes back: `oauth.ts` makes the address.
  | 'GET /api/v1/auth/oauth/{provider}'
  | 'GET /api/v1/auth/oauth/{provider}/callback'
  | 'POST /api/v1/auth/oauth/{provider}/callback'
  // Vendors, with their deliveries.
  | 'POST /api/v1/webhooks/ses'
  | 'POST /api/v1/webhooks/twilio'
  | 'POST /api/v1/webhooks/whatsapp'
  | 'GET /api/v1/webhooks/whatsapp'
  | 'POST /api/v1/webhooks/aws-sms'
  // Libraries that put the well-known part before the path of an issuer (RFC 8414 §3).
  | 'GET /.well-known/openid-configuration/t/{slug}'
  // Operating systems and password managers, by addresses of their choice.
  | 'GET /.well-known/assetlinks.json'
  | 'GET /.well-known/apple-app-site-association'
  | 'GET /.well-known/change-password'
  // People.
  | 'GET /docs'

type Leaves<T> = T extends string ? T : Leaves<T[keyof T]>

/** A route as the table writes it. */
export type Marked = Leaves<typeof routes>

/** Without its mark. */
export type RouteOf<M> = M extends `${infer R extends keyof Operations} ${'*' | '?'}`
  ? R
  : M extends keyof Operations
    ? M
    : never

type ByBearer = {
  [R in keyof Operations]: Operations[R] extends { bearer: true } ? `${R} *` : R
}[keyof Operations]

type Optional = 'POST /api/v1/auth/mfa/challenge' | 'POST /api/v1/auth/mfa/verify'

type Wanted = Exclude<ByBearer, RouteOfOthers | `${RouteOfOthers} *` | Optional> | `${Optional} ?`

/**
 * Does not compile while the table lacks a route, has one too many, or has a wrong mark: the error names it.
 * @public
 */
export type TableInStep = [Expect<Exclude<Wanted, Marked>>, Expect<Exclude<Marked, Wanted>>]
type Expect<Nothing extends never> = Nothing
