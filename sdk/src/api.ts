// Made by `npm -w sdk run routes` from the schemas that the service validates with. Not to be edited.

export interface User {
  id: string
  tenant: string
  email: string | null
  email_verified: boolean
  phone_e164: string | null
  phone_verified: boolean
  first_name: string | null
  last_name: string | null
  date_of_birth: string | null
  gender: string | null
  mobile: string | null
  locale: string
  extra: Record<string, string | boolean>
  status: string
  roles: string[]
  mfa_enabled: boolean
  created_at: string
  updated_at: string
  last_login_at: string | null
}
export interface Tokens {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  refresh_token?: string
  refresh_expires_in: number
  session_id: string
  user: User
}
export interface MfaChallenge {
  mfa_required: true
  mfa_token: string
  mfa_types: string[]
  expires_in: number
}
export interface EnrollmentRequired {
  mfa_enrollment_required: true
  enrollment_token: string
  mfa_types: string[]
  expires_in: number
  mailbox_proof_required: boolean
}
export interface RefreshedTokens {
  access_token: string
  token_type: 'Bearer'
  expires_in: number
  refresh_token?: string
  refresh_expires_in: number
  session_id: string
}
export interface SteppedUp {
  access_token: string
  expires_in: number
}
export interface CodeSent {
  challenge_id: string
  sent_to: string
  expires_in: number
  retry_after: number
}
export interface PasskeyOptions {
  challenge_id: string
  options: Record<string, unknown>
}
export interface Session {
  id: string
  current: boolean
  created_at: string
  last_seen_at: string
  ip_prefix: string | null
  country: string | null
  user_agent: string | null
  platform: string | null
  amr: string[]
}
export interface Device {
  id: string
  user_agent: string | null
  platform: string | null
  created_at: string
  last_seen_at: string
  remembered_until: string
  current: boolean
}
export interface Factor {
  id: string
  type: string
  name: string | null
  created_at: string
  last_used_at: string | null
}
export interface Passkey {
  id: string
  name: string
  kind: 'passkey' | 'security_key'
  transports: string[]
  aaguid: string
  backup_eligible: boolean
  backed_up: boolean
  created_at: string
  last_used_at: string | null
}
export interface Identity {
  id: string
  provider: string
  email: string | null
  created_at: string
  last_used_at: string | null
}
export interface ActivityEvent {
  id: string
  action: string
  outcome: 'success' | 'failure'
  reason: string | null
  session_id: string | null
  ip_prefix: string | null
  country: string | null
  user_agent: string | null
  occurred_at: string
}
export interface Tenant {
  id: string
  slug: string
  name: string
  issuer: string
  version: number
  settings: TenantSettings
  created_at: string
  updated_at: string
}
export interface TenantSettings {
  branding?: {
    name?: string | null
    logo_url?: string | null
    primary_color?: string | null
    support_url?: string | null
    terms_url?: string | null
    privacy_url?: string | null
  } | null
  sender?: { name?: string | null; reply_to?: string | null } | null
  sign_in_methods?:
    | (
        | 'password'
        | 'passkey'
        | 'email_code'
        | 'sms_code'
        | 'whatsapp_code'
        | 'magic_link'
        | 'google'
        | 'facebook'
        | 'apple'
        | 'github'
        | 'microsoft'
      )[]
    | null
  register_form?:
    | ('minimal' | 'bd_profile')
    | {
        preset?: 'minimal' | 'bd_profile'
        fields?: {
          name:
            | 'email'
            | 'phone_e164'
            | 'first_name'
            | 'last_name'
            | 'date_of_birth'
            | 'gender'
            | 'mobile'
          use: 'required' | 'optional' | 'hidden'
        }[]
        own_fields?: {
          name: string
          type: 'text' | 'select' | 'date' | 'checkbox'
          label: { en: string; bn?: string }
          required?: boolean
          options?: { value: string; label: { en: string; bn?: string } }[]
          max_length?: number
        }[]
      }
    | null
  terms_version?: string | null
  privacy_version?: string | null
  email_verification?: boolean | null
  password_preset?: 'standard' | 'classic' | null
  password_policy?: {
    min_length?: number | null
    max_length?: number | null
    min_score?: number | null
    require_uppercase?: boolean | null
    require_lowercase?: boolean | null
    require_digit?: boolean | null
    require_symbol?: boolean | null
    breach_check?: boolean | null
    history?: number | null
  } | null
  minimum_age?: number | null
  phone_regions?: string[] | null
  require_mfa?: boolean | null
  email_factor?: boolean | null
  assurance_profile?: 'balanced' | 'strict' | null
  session?: { idle_life: number; absolute_life: number } | null
  allowed_origins?: string[] | null
  android_apps?: { package: string; fingerprint: string }[] | null
  apple_apps?: string[] | null
  native_clients?: {
    google?: string[] | null
    apple?: string[] | null
    microsoft?: string[] | null
  } | null
  redirect_urls?: string[] | null
  text_channels?: ('sms' | 'whatsapp')[] | null
  text_regions?: string[] | null
  texts_per_day?: number | null
  texts_per_prefix_day?: number | null
}
export interface Member {
  user_id: string
  email: string | null
  email_verified: boolean
  phone_e164: string | null
  phone_verified: boolean
  first_name: string | null
  last_name: string | null
  role: 'owner' | 'admin' | 'member'
  status: string
  mfa_enabled: boolean
  created_at: string
  last_login_at: string | null
}
export interface Invitation {
  id: string
  email: string
  role: 'owner' | 'admin' | 'member'
  status: 'open' | 'accepted' | 'revoked' | 'expired'
  expires_at: string
  created_at: string
}
export interface FieldError {
  field: string
  code: string
  message: string
}
/** Every word the service says "no" with. */
export type ServiceErrorCode =
  | 'MALFORMED_JSON'
  | 'TOKEN_INVALID'
  | 'CODE_INVALID'
  | 'CURRENT_PASSWORD_INVALID'
  | 'WEBAUTHN_INVALID'
  | 'OAUTH_STATE_INVALID'
  | 'EXCHANGE_INVALID'
  | 'PROVIDER_ERROR'
  | 'INVALID_PLATFORM'
  | 'WEBHOOK_INVALID'
  | 'INVALID_CREDENTIALS'
  | 'PROVIDER_TOKEN_INVALID'
  | 'REFRESH_INVALID'
  | 'REFRESH_REUSED'
  | 'MFA_TOKEN_INVALID'
  | 'MFA_CODE_INVALID'
  | 'CONFIRMATION_REQUIRED'
  | 'EMAIL_NOT_VERIFIED'
  | 'EMAIL_REQUIRED'
  | 'EMAIL_NOT_ACCEPTED'
  | 'PROVIDER_DENIED'
  | 'MAILBOX_PROOF_REQUIRED'
  | 'ACCOUNT_DISABLED'
  | 'SIGN_IN_METHOD_CLOSED'
  | 'STEP_UP_REQUIRED'
  | 'ORIGIN_NOT_ALLOWED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'TENANT_NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'MFA_REQUIRED'
  | 'FACTOR_EXISTS'
  | 'LAST_SIGN_IN_METHOD'
  | 'IDENTITY_TAKEN'
  | 'RECOVERY_PENDING'
  | 'SLUG_TAKEN'
  | 'USER_PENDING'
  | 'USER_NOT_REACHABLE'
  | 'LAST_OWNER'
  | 'VERSION_CONFLICT'
  | 'USER_EXISTS'
  | 'TOO_MANY_WEBHOOKS'
  | 'BODY_TOO_LARGE'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'HOST_NOT_SERVED'
  | 'VALIDATION_FAILED'
  | 'APP_UPDATE_REQUIRED'
  | 'TOO_MANY_ATTEMPTS'
  | 'RATE_LIMITED'
  | 'INTERNAL'
  | 'MISCONFIGURED'
  | 'BUSY'
  | 'PROVIDER_UNAVAILABLE'
  | 'UNAVAILABLE'

/** Every route of the service. */
export interface Operations {
  'DELETE /api/v1/admin/users/{id}': { answer: null; bearer: true }
  'DELETE /api/v1/admin/webhooks/{id}': { answer: null; bearer: true }
  'DELETE /api/v1/auth/devices/{id}': { answer: null; bearer: true }
  'DELETE /api/v1/auth/identities/{id}': { answer: null; bearer: true }
  'DELETE /api/v1/auth/me': { answer: { status: 'accepted'; deletes_at: string }; bearer: true }
  'DELETE /api/v1/auth/sessions/{id}': { answer: null; bearer: true }
  'DELETE /api/v1/auth/webauthn/credentials/{id}': { answer: null; bearer: true }
  'DELETE /api/v1/tenants/{slug}/invitations/{id}': { answer: null; bearer: true }
  'DELETE /api/v1/tenants/{slug}/members/{user_id}': { answer: null; bearer: true }
  'GET /.well-known/apple-app-site-association': { answer: Record<string, unknown> }
  'GET /.well-known/assetlinks.json': { answer: Record<string, unknown>[] }
  'GET /.well-known/change-password': { answer: null }
  'GET /.well-known/jwks.json': { answer: Record<string, unknown> }
  'GET /.well-known/openid-configuration': { answer: Record<string, unknown> }
  'GET /.well-known/openid-configuration/t/{slug}': { answer: Record<string, unknown> }
  'GET /.well-known/revocations': {
    answer: { revoked: { sid: string; revoked_at: string }[]; max_age: number }
  }
  'GET /.well-known/webauthn': { answer: Record<string, unknown> }
  'GET /api/v1': { answer: Record<string, unknown> }
  'GET /api/v1/admin/app-versions': {
    answer: {
      app_versions: {
        platform: 'android' | 'ios' | 'web'
        latest: string
        min_supported: string
        store_url: string | null
        notes: { en: string; bn?: string } | null
        blocked: string[]
        updated_at: string
      }[]
    }
    bearer: true
  }
  'GET /api/v1/admin/audit': {
    query: {
      user?: string
      action?:
        | 'account.registered'
        | 'account.verified'
        | 'account.address_released'
        | 'account.profile_changed'
        | 'account.email_change_requested'
        | 'account.email_changed'
        | 'account.email_restored'
        | 'account.phone_changed'
        | 'account.exported'
        | 'account.closing'
        | 'account.closing_cancelled'
        | 'account.deleted'
        | 'account.imported'
        | 'admin.user_disabled'
        | 'admin.user_enabled'
        | 'admin.user_deleted'
        | 'admin.roles_changed'
        | 'admin.sessions_revoked'
        | 'admin.reset_started'
        | 'admin.refused'
        | 'admin.users_imported'
        | 'admin.audit_exported'
        | 'admin.audit_verified'
        | 'tenant.created'
        | 'tenant.changed'
        | 'invitation.sent'
        | 'invitation.revoked'
        | 'invitation.accepted'
        | 'session.opened'
        | 'session.ended'
        | 'session.all_ended'
        | 'session.refresh_reused'
        | 'sign_in.refused'
        | 'sign_in.pending'
        | 'identity.linked'
        | 'identity.unlinked'
        | 'session.stepped_up'
        | 'mfa.refused'
        | 'mfa.code_sent'
        | 'mfa.factor_added'
        | 'mfa.factor_removed'
        | 'mfa.backup_codes_made'
        | 'webauthn.refused'
        | 'webauthn.renamed'
        | 'device.remembered'
        | 'device.forgotten'
        | 'recovery.requested'
        | 'recovery.refused'
        | 'recovery.started'
        | 'recovery.completed'
        | 'recovery.cancelled'
        | 'recovery.change_denied'
        | 'password.reset_requested'
        | 'password.reset'
        | 'password.changed'
        | 'password.change_refused'
        | 'verification.refused'
        | 'code.sent'
        | 'code.refused'
        | 'link.sent'
        | 'link.refused'
        | 'app_version.changed'
        | 'webhook.added'
        | 'webhook.changed'
        | 'webhook.secret_rotated'
        | 'webhook.removed'
        | 'webhook.tested'
        | 'webhook.replayed'
        | 'webhook.switched_off'
      outcome?: 'success' | 'failure'
      from?: string
      to?: string
      ip?: string
      cursor?: string
    }
    answer: {
      events: {
        id: string
        user_id: string | null
        account: string | null
        session_id: string | null
        action: string
        outcome: 'success' | 'failure'
        reason: string | null
        ip_prefix: string | null
        country: string | null
        user_agent: string | null
        request_id: string | null
        details: Record<string, unknown>
        occurred_at: string
        sealed: boolean
      }[]
      next_cursor: string | null
    }
    bearer: true
  }
  'GET /api/v1/admin/audit/export': {
    query: {
      user?: string
      action?:
        | 'account.registered'
        | 'account.verified'
        | 'account.address_released'
        | 'account.profile_changed'
        | 'account.email_change_requested'
        | 'account.email_changed'
        | 'account.email_restored'
        | 'account.phone_changed'
        | 'account.exported'
        | 'account.closing'
        | 'account.closing_cancelled'
        | 'account.deleted'
        | 'account.imported'
        | 'admin.user_disabled'
        | 'admin.user_enabled'
        | 'admin.user_deleted'
        | 'admin.roles_changed'
        | 'admin.sessions_revoked'
        | 'admin.reset_started'
        | 'admin.refused'
        | 'admin.users_imported'
        | 'admin.audit_exported'
        | 'admin.audit_verified'
        | 'tenant.created'
        | 'tenant.changed'
        | 'invitation.sent'
        | 'invitation.revoked'
        | 'invitation.accepted'
        | 'session.opened'
        | 'session.ended'
        | 'session.all_ended'
        | 'session.refresh_reused'
        | 'sign_in.refused'
        | 'sign_in.pending'
        | 'identity.linked'
        | 'identity.unlinked'
        | 'session.stepped_up'
        | 'mfa.refused'
        | 'mfa.code_sent'
        | 'mfa.factor_added'
        | 'mfa.factor_removed'
        | 'mfa.backup_codes_made'
        | 'webauthn.refused'
        | 'webauthn.renamed'
        | 'device.remembered'
        | 'device.forgotten'
        | 'recovery.requested'
        | 'recovery.refused'
        | 'recovery.started'
        | 'recovery.completed'
        | 'recovery.cancelled'
        | 'recovery.change_denied'
        | 'password.reset_requested'
        | 'password.reset'
        | 'password.changed'
        | 'password.change_refused'
        | 'verification.refused'
        | 'code.sent'
        | 'code.refused'
        | 'link.sent'
        | 'link.refused'
        | 'app_version.changed'
        | 'webhook.added'
        | 'webhook.changed'
        | 'webhook.secret_rotated'
        | 'webhook.removed'
        | 'webhook.tested'
        | 'webhook.replayed'
        | 'webhook.switched_off'
      outcome?: 'success' | 'failure'
      from?: string
      to?: string
      ip?: string
      cursor?: string
    }
    answer: string
    bearer: true
  }
  'GET /api/v1/admin/metrics': {
    query: { from?: string; to?: string }
    answer: {
      days: {
        day: string
        sign_ins: number
        failures: { action: string; reason: string | null; count: number }[]
        challenged: number
        challenge_rate: number | null
        deliveries: { channel: string; status: string; count: number }[]
        texts: { prefix: string; sent: number; verified: number; verified_share: number | null }[]
      }[]
    }
    bearer: true
  }
  'GET /api/v1/admin/users': {
    query: {
      q?: string
      status?: 'pending' | 'active' | 'disabled' | 'deleted'
      role?: 'owner' | 'admin' | 'member'
      mfa?: 'true' | 'false'
      cursor?: string
    }
    answer: { users: User[]; next_cursor: string | null }
    bearer: true
  }
  'GET /api/v1/admin/users/{id}': {
    answer: {
      id: string
      tenant: string
      email: string | null
      email_verified: boolean
      phone_e164: string | null
      phone_verified: boolean
      first_name: string | null
      last_name: string | null
      date_of_birth: string | null
      gender: string | null
      mobile: string | null
      locale: string
      extra: Record<string, string | boolean>
      status: string
      roles: string[]
      mfa_enabled: boolean
      created_at: string
      updated_at: string
      last_login_at: string | null
      has_password: boolean
      live_sessions: number
      factors: Factor[]
      backup_codes_left: number
      identities: Identity[]
      consents: { kind: string; version: string; accepted_at: string }[]
    }
    bearer: true
  }
  'GET /api/v1/admin/webhooks': {
    answer: {
      webhooks: {
        id: string
        url: string
        description: string | null
        events: string[]
        status: 'active' | 'paused' | 'off'
        failing_since: string | null
        previous_secret_until: string | null
        created_at: string
        updated_at: string
      }[]
    }
    bearer: true
  }
  'GET /api/v1/admin/webhooks/{id}/deliveries': {
    query: { cursor?: string }
    answer: {
      deliveries: {
        id: string
        type: string
        status: 'pending' | 'delivered' | 'dead' | 'expired'
        attempts: number
        next_attempt_at: string | null
        delivered_at: string | null
        created_at: string
        tries: { at: string; status: number | null; error: string | null; ms: number }[]
      }[]
      next_cursor: string | null
    }
    bearer: true
  }
  'GET /api/v1/auth/devices': { answer: { devices: Device[] }; bearer: true }
  'GET /api/v1/auth/forms': {
    query: { name: 'login' | 'register' | 'forgot_password' | 'reset_password' | 'mfa' | 'profile' }
    answer: {
      schema_version: string
      branding: {
        name: string | null
        logo_url: string | null
        primary_color: string | null
        support_url: string | null
      }
      form: {
        name: 'login' | 'register' | 'forgot_password' | 'reset_password' | 'mfa' | 'profile'
        action: string
        method: string
      }
      fields: {
        name: string
        type: 'email' | 'tel' | 'password' | 'text' | 'date' | 'select' | 'checkbox' | 'hidden'
        label: string
        required: boolean
        validators: {
          type:
            | 'required'
            | 'format'
            | 'min_length'
            | 'max_length'
            | 'pattern'
            | 'min_age'
            | 'max_age'
            | 'regions'
            | 'options'
          value: string | number | boolean | string[]
          code: string
          message: string
        }[]
        options?: { value: string; label: string }[]
        autocomplete: string | null
      }[]
      any_of: { fields: string[]; code: string; message: string }[]
      actions: {
        id: string
        type: 'submit' | 'form' | 'passkey' | 'otp' | 'magic_link' | 'oauth'
        label: string
        href: string
        method: 'GET' | 'POST' | 'PUT' | 'PATCH'
        provider?: string
        channel?: 'email' | 'sms' | 'whatsapp'
      }[]
      password_policy?: {
        min_length: number
        max_length: number
        min_score: number
        require_uppercase: boolean
        require_lowercase: boolean
        require_digit: boolean
        require_symbol: boolean
        breach_check: boolean
        history: number
        rules: { code: string; message: string }[]
      }
      consents?: {
        kind: 'terms' | 'privacy'
        field: string
        version: string
        url: string | null
        label: string
        required: boolean
      }[]
    }
  }
  'GET /api/v1/auth/identities': { answer: { identities: Identity[] }; bearer: true }
  'GET /api/v1/auth/me': { answer: User; bearer: true }
  'GET /api/v1/auth/me/activity': {
    query: { cursor?: string }
    answer: { events: ActivityEvent[]; next_cursor: string | null }
    bearer: true
  }
  'GET /api/v1/auth/me/export': {
    answer: {
      exported_at: string
      tenant: { slug: string; name: string }
      account: Record<string, unknown>
      password: Record<string, unknown>[]
      password_history: Record<string, unknown>[]
      sessions: Record<string, unknown>[]
      devices: Record<string, unknown>[]
      identities: Record<string, unknown>[]
      factors: Record<string, unknown>[]
      factor_codes: Record<string, unknown>[]
      factor_sends: Record<string, unknown>[]
      backup_codes: Record<string, unknown>[]
      passkeys: Record<string, unknown>[]
      consents: Record<string, unknown>[]
      links: Record<string, unknown>[]
      sign_in_links: Record<string, unknown>[]
      invitations: Record<string, unknown>[]
      recoveries: Record<string, unknown>[]
      pending_sign_ins: Record<string, unknown>[]
      messages: Record<string, unknown>[]
      activity: { events: ActivityEvent[]; next_cursor: string | null }
    }
    bearer: true
  }
  'GET /api/v1/auth/mfa/methods': {
    answer: {
      mfa_enabled: boolean
      methods: Factor[]
      backup_codes_left: number
      has_password: boolean
      step_up_types: string[]
      mfa_types: string[]
    }
    bearer: true
  }
  'GET /api/v1/auth/oauth/{provider}': {
    query: {
      redirect_to: string
      code_challenge: string
      code_challenge_method: 'S256'
      link?: '0' | '1' | 'true' | 'false'
      tenant?: string
    }
    answer: null
  }
  'GET /api/v1/auth/oauth/{provider}/callback': {
    query: { state?: string; code?: string; error?: string; iss?: string }
    answer: null
  }
  'GET /api/v1/auth/sessions': { answer: { sessions: Session[] }; bearer: true }
  'GET /api/v1/auth/webauthn/credentials': { answer: { credentials: Passkey[] }; bearer: true }
  'GET /api/v1/tenants/{slug}': { answer: Tenant; bearer: true }
  'GET /api/v1/tenants/{slug}/invitations': { answer: { invitations: Invitation[] }; bearer: true }
  'GET /api/v1/tenants/{slug}/members': {
    query: { cursor?: string }
    answer: { members: Member[]; next_cursor: string | null }
    bearer: true
  }
  'GET /api/v1/webhooks/whatsapp': { answer: string }
  'GET /app/version': {
    query: { platform?: string }
    answer: {
      platform: 'android' | 'ios' | 'web'
      latest: string | null
      min_supported: string | null
      store_url: string | null
      notes: string | null
    }
  }
  'GET /docs': { answer: string }
  'GET /healthz': { answer: Record<string, unknown> }
  'GET /openapi.json': { answer: Record<string, unknown> }
  'GET /readyz': { answer: { status: 'ready' } }
  'GET /t/{slug}/.well-known/jwks.json': { answer: Record<string, unknown> }
  'GET /t/{slug}/.well-known/openid-configuration': { answer: Record<string, unknown> }
  'PATCH /api/v1/admin/users/{id}': {
    body: { status?: 'active' | 'disabled'; roles?: ('owner' | 'admin' | 'member')[] }
    answer: User
    bearer: true
  }
  'PATCH /api/v1/admin/webhooks/{id}': {
    body: {
      url?: string
      events?: (
        | '*'
        | 'account.*'
        | 'admin.*'
        | 'tenant.*'
        | 'invitation.*'
        | 'session.*'
        | 'sign_in.*'
        | 'identity.*'
        | 'mfa.*'
        | 'webauthn.*'
        | 'device.*'
        | 'recovery.*'
        | 'password.*'
        | 'verification.*'
        | 'code.*'
        | 'link.*'
        | 'app_version.*'
        | 'webhook.*'
        | 'account.registered'
        | 'account.verified'
        | 'account.address_released'
        | 'account.profile_changed'
        | 'account.email_change_requested'
        | 'account.email_changed'
        | 'account.email_restored'
        | 'account.phone_changed'
        | 'account.exported'
        | 'account.closing'
        | 'account.closing_cancelled'
        | 'account.deleted'
        | 'account.imported'
        | 'admin.user_disabled'
        | 'admin.user_enabled'
        | 'admin.user_deleted'
        | 'admin.roles_changed'
        | 'admin.sessions_revoked'
        | 'admin.reset_started'
        | 'admin.refused'
        | 'admin.users_imported'
        | 'admin.audit_exported'
        | 'admin.audit_verified'
        | 'tenant.created'
        | 'tenant.changed'
        | 'invitation.sent'
        | 'invitation.revoked'
        | 'invitation.accepted'
        | 'session.opened'
        | 'session.ended'
        | 'session.all_ended'
        | 'session.refresh_reused'
        | 'sign_in.refused'
        | 'sign_in.pending'
        | 'identity.linked'
        | 'identity.unlinked'
        | 'session.stepped_up'
        | 'mfa.refused'
        | 'mfa.code_sent'
        | 'mfa.factor_added'
        | 'mfa.factor_removed'
        | 'mfa.backup_codes_made'
        | 'webauthn.refused'
        | 'webauthn.renamed'
        | 'device.remembered'
        | 'device.forgotten'
        | 'recovery.requested'
        | 'recovery.refused'
        | 'recovery.started'
        | 'recovery.completed'
        | 'recovery.cancelled'
        | 'recovery.change_denied'
        | 'password.reset_requested'
        | 'password.reset'
        | 'password.changed'
        | 'password.change_refused'
        | 'verification.refused'
        | 'code.sent'
        | 'code.refused'
        | 'link.sent'
        | 'link.refused'
        | 'app_version.changed'
        | 'webhook.added'
        | 'webhook.changed'
        | 'webhook.secret_rotated'
        | 'webhook.removed'
        | 'webhook.tested'
        | 'webhook.replayed'
        | 'webhook.switched_off'
      )[]
      description?: string | null
      status?: 'active' | 'paused'
    }
    answer: {
      id: string
      url: string
      description: string | null
      events: string[]
      status: 'active' | 'paused' | 'off'
      failing_since: string | null
      previous_secret_until: string | null
      created_at: string
      updated_at: string
    }
    bearer: true
  }
  'PATCH /api/v1/auth/me': {
    body: {
      first_name?: string | null
      last_name?: string | null
      date_of_birth?: string | null
      gender?: string | null
      mobile?: string | null
      locale?: string | null
    }
    answer: User
    bearer: true
  }
  'PATCH /api/v1/auth/webauthn/credentials/{id}': {
    body: { name: string }
    answer: Passkey
    bearer: true
  }
  'PATCH /api/v1/tenants/{slug}': {
    body: { name?: string; settings?: TenantSettings; version?: number }
    answer: Tenant
    bearer: true
  }
  'PATCH /api/v1/tenants/{slug}/members/{user_id}': {
    body: { role: 'owner' | 'admin' | 'member' }
    answer: Member
    bearer: true
  }
  'POST /api/v1/admin/audit/verify': {
    body: { from_seal?: number }
    answer:
      | { ok: true; seals: number; rows: number; anchored: number | null; next_seal: number | null }
      | { ok: false; reason: string; seal: number | null; first_bad_id: string | null }
    bearer: true
  }
  'POST /api/v1/admin/forms/preview': {
    body: { settings: TenantSettings }
    answer: {
      schema_version: string
      branding: {
        name: string | null
        logo_url: string | null
        primary_color: string | null
        support_url: string | null
      }
      form: {
        name: 'login' | 'register' | 'forgot_password' | 'reset_password' | 'mfa' | 'profile'
        action: string
        method: string
      }
      fields: {
        name: string
        type: 'email' | 'tel' | 'password' | 'text' | 'date' | 'select' | 'checkbox' | 'hidden'
        label: string
        required: boolean
        validators: {
          type:
            | 'required'
            | 'format'
            | 'min_length'
            | 'max_length'
            | 'pattern'
            | 'min_age'
            | 'max_age'
            | 'regions'
            | 'options'
          value: string | number | boolean | string[]
          code: string
          message: string
        }[]
        options?: { value: string; label: string }[]
        autocomplete: string | null
      }[]
      any_of: { fields: string[]; code: string; message: string }[]
      actions: {
        id: string
        type: 'submit' | 'form' | 'passkey' | 'otp' | 'magic_link' | 'oauth'
        label: string
        href: string
        method: 'GET' | 'POST' | 'PUT' | 'PATCH'
        provider?: string
        channel?: 'email' | 'sms' | 'whatsapp'
      }[]
      password_policy?: {
        min_length: number
        max_length: number
        min_score: number
        require_uppercase: boolean
        require_lowercase: boolean
        require_digit: boolean
        require_symbol: boolean
        breach_check: boolean
        history: number
        rules: { code: string; message: string }[]
      }
      consents?: {
        kind: 'terms' | 'privacy'
        field: string
        version: string
        url: string | null
        label: string
        required: boolean
      }[]
    }
    bearer: true
  }
  'POST /api/v1/admin/users/import': {
    body: string
    answer: {
      created: number
      exists: number
      refused: number
      lines: (
        | { line: number; status: 'created'; id: string }
        | { line: number; status: 'exists' }
        | { line: number; status: 'refused'; errors: FieldError[] }
      )[]
    }
    bearer: true
  }
  'POST /api/v1/admin/users/{id}/password-reset': { answer: { status: 'accepted' }; bearer: true }
  'POST /api/v1/admin/users/{id}/sessions/revoke': { answer: null; bearer: true }
  'POST /api/v1/admin/webhooks': {
    body: {
      url: string
      events: (
        | '*'
        | 'account.*'
        | 'admin.*'
        | 'tenant.*'
        | 'invitation.*'
        | 'session.*'
        | 'sign_in.*'
        | 'identity.*'
        | 'mfa.*'
        | 'webauthn.*'
        | 'device.*'
        | 'recovery.*'
        | 'password.*'
        | 'verification.*'
        | 'code.*'
        | 'link.*'
        | 'app_version.*'
        | 'webhook.*'
        | 'account.registered'
        | 'account.verified'
        | 'account.address_released'
        | 'account.profile_changed'
        | 'account.email_change_requested'
        | 'account.email_changed'
        | 'account.email_restored'
        | 'account.phone_changed'
        | 'account.exported'
        | 'account.closing'
        | 'account.closing_cancelled'
        | 'account.deleted'
        | 'account.imported'
        | 'admin.user_disabled'
        | 'admin.user_enabled'
        | 'admin.user_deleted'
        | 'admin.roles_changed'
        | 'admin.sessions_revoked'
        | 'admin.reset_started'
        | 'admin.refused'
        | 'admin.users_imported'
        | 'admin.audit_exported'
        | 'admin.audit_verified'
        | 'tenant.created'
        | 'tenant.changed'
        | 'invitation.sent'
        | 'invitation.revoked'
        | 'invitation.accepted'
        | 'session.opened'
        | 'session.ended'
        | 'session.all_ended'
        | 'session.refresh_reused'
        | 'sign_in.refused'
        | 'sign_in.pending'
        | 'identity.linked'
        | 'identity.unlinked'
        | 'session.stepped_up'
        | 'mfa.refused'
        | 'mfa.code_sent'
        | 'mfa.factor_added'
        | 'mfa.factor_removed'
        | 'mfa.backup_codes_made'
        | 'webauthn.refused'
        | 'webauthn.renamed'
        | 'device.remembered'
        | 'device.forgotten'
        | 'recovery.requested'
        | 'recovery.refused'
        | 'recovery.started'
        | 'recovery.completed'
        | 'recovery.cancelled'
        | 'recovery.change_denied'
        | 'password.reset_requested'
        | 'password.reset'
        | 'password.changed'
        | 'password.change_refused'
        | 'verification.refused'
        | 'code.sent'
        | 'code.refused'
        | 'link.sent'
        | 'link.refused'
        | 'app_version.changed'
        | 'webhook.added'
        | 'webhook.changed'
        | 'webhook.secret_rotated'
        | 'webhook.removed'
        | 'webhook.tested'
        | 'webhook.replayed'
        | 'webhook.switched_off'
      )[]
      description?: string | null
    }
    answer: {
      id: string
      url: string
      description: string | null
      events: string[]
      status: 'active' | 'paused' | 'off'
      failing_since: string | null
      previous_secret_until: string | null
      created_at: string
      updated_at: string
      secret: string
    }
    bearer: true
  }
  'POST /api/v1/admin/webhooks/{id}/deliveries/{delivery}/replay': {
    answer: { status: 'accepted' }
    bearer: true
  }
  'POST /api/v1/admin/webhooks/{id}/rotate-secret': {
    answer: {
      id: string
      url: string
      description: string | null
      events: string[]
      status: 'active' | 'paused' | 'off'
      failing_since: string | null
      previous_secret_until: string | null
      created_at: string
      updated_at: string
      secret: string
    }
    bearer: true
  }
  'POST /api/v1/admin/webhooks/{id}/test': {
    answer: { status: 'accepted'; delivery_id: string }
    bearer: true
  }
  'POST /api/v1/auth/forgot-password': { body: { email: string }; answer: { status: 'accepted' } }
  'POST /api/v1/auth/identities/{id}': {
    body:
      | { id_token: string; nonce: string; first_name?: string; last_name?: string }
      | { access_token: string }
      | { code: string; code_verifier: string }
    answer: Identity
    bearer: true
  }
  'POST /api/v1/auth/login': {
    body: { email?: string; phone_e164?: string; password: string; captcha_token?: string }
    answer: Tokens | MfaChallenge | EnrollmentRequired
  }
  'POST /api/v1/auth/logout': { answer: null; bearer: true }
  'POST /api/v1/auth/logout-all': {
    body?: { except_current?: boolean }
    answer: null
    bearer: true
  }
  'POST /api/v1/auth/magic-link': {
    body: { email: string; redirect_to?: string }
    answer: {
      status: 'accepted'
      challenge_id: string
      confirmation_code: string
      expires_in: number
      retry_after: number
    }
  }
  'POST /api/v1/auth/magic-link/verify': {
    body: {
      token: string
      confirmation_code?: string
      terms_accepted?: boolean
      privacy_accepted?: boolean
    }
    answer: (
      | {
          access_token: string
          token_type: 'Bearer'
          expires_in: number
          refresh_token?: string
          refresh_expires_in: number
          session_id: string
          user: User
          user_created: boolean
        }
      | {
          mfa_required: true
          mfa_token: string
          mfa_types: string[]
          expires_in: number
          user_created: boolean
        }
      | {
          mfa_enrollment_required: true
          enrollment_token: string
          mfa_types: string[]
          expires_in: number
          mailbox_proof_required: boolean
          user_created: boolean
        }
    ) & { redirect_to?: string }
  }
  'POST /api/v1/auth/me/email': {
    body: { email: string }
    answer: { status: 'accepted' }
    bearer: true
  }
  'POST /api/v1/auth/me/email/undo': {
    body: { token: string }
    answer: { status: 'email_restored' }
  }
  'POST /api/v1/auth/me/email/verify': {
    body: { token: string }
    answer: { status: 'email_changed' }
  }
  'POST /api/v1/auth/me/phone': {
    body: { phone_e164: string }
    answer: {
      status: 'accepted'
      challenge_id: string
      sent_to: string
      expires_in: number
      retry_after: number
    }
    bearer: true
  }
  'POST /api/v1/auth/me/phone/verify': {
    body: { challenge_id: string; code: string }
    answer: User
    bearer: true
  }
  'POST /api/v1/auth/mfa/backup-codes': { answer: { backup_codes: string[] }; bearer: true }
  'POST /api/v1/auth/mfa/challenge': {
    body: { mfa_token?: string; type: string }
    answer: PasskeyOptions | { sent_to: string; expires_in: number; retry_after: number }
  }
  'POST /api/v1/auth/mfa/confirm': {
    body: { type: 'totp' | 'email' | 'sms' | 'whatsapp'; code: string }
    answer: { mfa_enabled: true; backup_codes?: string[] }
    bearer: true
  }
  'POST /api/v1/auth/mfa/disable': {
    body: { type: string; id?: string; code?: string }
    answer: null
    bearer: true
  }
  'POST /api/v1/auth/mfa/enable': {
    body: { type: 'totp' | 'email' | 'sms' | 'whatsapp'; phone_e164?: string }
    answer:
      | {
          type: 'totp'
          secret: string
          provisioning_uri: string
          qr_code: string
          qr_svg: string
          expires_in: number
        }
      | {
          type: 'email' | 'sms' | 'whatsapp'
          sent_to: string
          expires_in: number
          retry_after: number
        }
    bearer: true
  }
  'POST /api/v1/auth/mfa/verify': {
    body:
      | { mfa_token?: string; type: string; remember_device?: boolean; code: string }
      | {
          mfa_token?: string
          type: string
          remember_device?: boolean
          credential: {
            id: string
            rawId: string
            type: 'public-key'
            response: {
              clientDataJSON: string
              authenticatorData: string
              signature: string
              userHandle?: string | null
            }
          }
        }
    answer: Tokens | SteppedUp
  }
  'POST /api/v1/auth/oauth/exchange': {
    body: { code: string; code_verifier: string }
    answer: (Tokens | MfaChallenge | EnrollmentRequired) & { user_created: boolean }
  }
  'POST /api/v1/auth/oauth/{provider}/callback': { body?: string; answer: null }
  'POST /api/v1/auth/otp/send': {
    body: { destination: string; type: 'phone' | 'email'; channel?: 'sms' | 'whatsapp' | 'email' }
    answer: CodeSent
  }
  'POST /api/v1/auth/otp/verify': {
    body: {
      challenge_id: string
      code: string
      terms_accepted?: boolean
      privacy_accepted?: boolean
    }
    answer:
      | {
          access_token: string
          token_type: 'Bearer'
          expires_in: number
          refresh_token?: string
          refresh_expires_in: number
          session_id: string
          user: User
          user_created: boolean
        }
      | {
          mfa_required: true
          mfa_token: string
          mfa_types: string[]
          expires_in: number
          user_created: boolean
        }
      | {
          mfa_enrollment_required: true
          enrollment_token: string
          mfa_types: string[]
          expires_in: number
          mailbox_proof_required: boolean
          user_created: boolean
        }
  }
  'POST /api/v1/auth/password-strength': {
    body: {
      password: string
      email?: string
      phone_e164?: string
      first_name?: string
      last_name?: string
    }
    answer: {
      score: number
      acceptable: boolean
      feedback: { warning: string | null; suggestions: string[]; errors: FieldError[] }
    }
  }
  'POST /api/v1/auth/recover': { body: { email: string }; answer: { status: 'accepted' } }
  'POST /api/v1/auth/recover/cancel': { body: { token: string }; answer: null }
  'POST /api/v1/auth/recover/complete': { body: { token: string }; answer: { status: 'recovered' } }
  'POST /api/v1/auth/recover/not-me': {
    body: { token: string }
    answer: { status: 'recovery_started' }
  }
  'POST /api/v1/auth/recover/verify': {
    body: { token: string; new_password: string; backup_code?: string }
    answer: { status: 'recovered' } | { status: 'recovery_pending'; completes_at: string }
  }
  'POST /api/v1/auth/refresh': { body?: { refresh_token?: string }; answer: RefreshedTokens }
  'POST /api/v1/auth/register': {
    body: {
      email?: string | null
      phone_e164?: string | null
      password?: string | null
      first_name?: string | null
      last_name?: string | null
      date_of_birth?: string | null
      gender?: string | null
      mobile?: string | null
      locale?: string | null
      terms_accepted?: boolean | null
      privacy_accepted?: boolean | null
      platform?: string | null
      app_version?: string | null
      install_id?: string | null
      captcha_token?: string | null
    }
    answer:
      | (Tokens | MfaChallenge | EnrollmentRequired)
      | (
          | { status: 'verification_required'; email: string }
          | {
              status: 'verification_required'
              phone_e164: string
              sent_to: string
              expires_in: number
              retry_after: number
            }
        )
  }
  'POST /api/v1/auth/reset-password': {
    body: { token: string; password: string }
    answer: { status: 'password_reset' }
  }
  'POST /api/v1/auth/social/{provider}': {
    body:
      | { id_token: string; nonce: string; first_name?: string; last_name?: string }
      | { access_token: string }
    answer: (Tokens | MfaChallenge | EnrollmentRequired) & { user_created: boolean }
  }
  'POST /api/v1/auth/verify-email': {
    body: { token: string } | { email: string; code: string } | { phone_e164: string; code: string }
    answer: { status: 'verified'; password_set: boolean }
  }
  'POST /api/v1/auth/verify-email/resend': {
    body: { email: string }
    answer: { status: 'accepted' }
  }
  'POST /api/v1/auth/webauthn/login/options': { body: { email?: string }; answer: PasskeyOptions }
  'POST /api/v1/auth/webauthn/login/verify': {
    body: {
      challenge_id: string
      credential: {
        id: string
        rawId: string
        type: 'public-key'
        response: {
          clientDataJSON: string
          authenticatorData: string
          signature: string
          userHandle?: string | null
        }
      }
    }
    answer: Tokens | MfaChallenge | EnrollmentRequired
  }
  'POST /api/v1/auth/webauthn/register/options': {
    body: { kind: 'passkey' | 'security_key' }
    answer: PasskeyOptions
    bearer: true
  }
  'POST /api/v1/auth/webauthn/register/verify': {
    body: {
      challenge_id?: string
      credential: {
        id: string
        rawId: string
        type: 'public-key'
        response: { clientDataJSON: string; attestationObject: string; transports?: string[] }
      }
      name?: string
    }
    answer: { id: string; name: string; kind: 'passkey' | 'security_key'; backup_codes?: string[] }
    bearer: true
  }
  'POST /api/v1/auth/whatsapp': { body: { phone_e164: string }; answer: CodeSent }
  'POST /api/v1/invitations/accept': {
    body: { token: string }
    answer: {
      status: 'accepted'
      tenant: string
      role: 'owner' | 'admin' | 'member'
      user_created: boolean
    }
  }
  'POST /api/v1/tenants': { body: { slug: string; name: string }; answer: Tenant; bearer: true }
  'POST /api/v1/tenants/{slug}/invitations': {
    body: { email: string; role?: 'owner' | 'admin' | 'member' }
    answer: Invitation
    bearer: true
  }
  'POST /api/v1/webhooks/aws-sms': { answer: null }
  'POST /api/v1/webhooks/ses': { answer: null }
  'POST /api/v1/webhooks/twilio': { answer: null }
  'POST /api/v1/webhooks/whatsapp': { answer: null }
  'PUT /api/v1/admin/app-versions/{platform}': {
    body: {
      latest: string
      min_supported: string
      store_url?: string | null
      notes?: { en: string; bn?: string } | null
      blocked?: string[]
    }
    answer: {
      platform: 'android' | 'ios' | 'web'
      latest: string
      min_supported: string
      store_url: string | null
      notes: { en: string; bn?: string } | null
      blocked: string[]
      updated_at: string
    }
    bearer: true
  }
  'PUT /api/v1/auth/change-password': {
    body: { current_password: string; new_password: string }
    answer: null
    bearer: true
  }
}
