/**
 * Every word the service says "no" with: one code, one status, one title (RFC 9457).
 * The reason behind a refusal goes to the log and the audit trail; the client gets the code.
 */
const catalogue = {
  MALFORMED_JSON: [400, 'The body is not valid JSON'],
  TOKEN_INVALID_LINK: [400, 'The link or code is wrong, used or expired'],
  CODE_INVALID: [400, 'The code is wrong, used or expired'],
  CURRENT_PASSWORD_INVALID: [400, 'The current password is wrong'],
  WEBAUTHN_INVALID: [400, 'The answer of the passkey or security key is not acceptable'],
  OAUTH_STATE_INVALID: [
    400,
    'The answer of the sign-in provider belongs to no sign-in of this browser',
  ],
  EXCHANGE_INVALID: [400, 'The exchange code or its verifier is wrong, used or expired'],
  PROVIDER_ERROR: [400, 'The sign-in provider refused the sign-in'],
  INVALID_PLATFORM: [400, 'There is no such platform'],
  WEBHOOK_INVALID: [400, 'The webhook delivery cannot be trusted'],
  INVALID_CREDENTIALS: [401, 'The sign-in data is wrong'],
  PROVIDER_TOKEN_INVALID: [
    401,
    'The token of the sign-in provider is wrong, expired or not for this service',
  ],
  TOKEN_INVALID: [401, 'The token is missing, wrong, used or expired'],
  REFRESH_INVALID: [401, 'The refresh token is wrong, used or expired'],
  REFRESH_REUSED: [401, 'The refresh token was used before: the session has ended'],
  MFA_TOKEN_INVALID: [401, 'The second step is over: sign in again'],
  MFA_CODE_INVALID: [401, 'The code is wrong, used or expired'],
  CONFIRMATION_REQUIRED: [403, 'The code shown where the link was asked for is needed'],
  EMAIL_NOT_VERIFIED: [403, 'The address is not proven yet'],
  EMAIL_REQUIRED: [403, 'The sign-in provider gave no e-mail address'],
  EMAIL_NOT_ACCEPTED: [403, 'Addresses of this domain are thrown away: use a lasting one'],
  PROVIDER_DENIED: [403, 'The sign-in was cancelled at the provider'],
  MAILBOX_PROOF_REQUIRED: [
    403,
    'The mailbox must be shown before a first second factor is set up: sign in by a mailed code or link, or set a new password',
  ],
  ACCOUNT_DISABLED: [403, 'The account is disabled'],
  SIGN_IN_METHOD_CLOSED: [403, 'This way to sign in is not offered here'],
  STEP_UP_REQUIRED: [403, 'A fresh or stronger sign-in is needed'],
  ORIGIN_NOT_ALLOWED: [403, 'The request comes from a site that is not allowed'],
  FORBIDDEN: [403, 'Not allowed'],
  NOT_FOUND: [404, 'Not found'],
  TENANT_NOT_FOUND: [404, 'There is no such tenant'],
  METHOD_NOT_ALLOWED: [405, 'The method is not allowed here'],
  MFA_REQUIRED: [409, 'A second factor is required here: this is the last one'],
  FACTOR_EXISTS: [409, 'There is a factor of this kind already'],
  LAST_SIGN_IN_METHOD: [409, 'This is the last way into the account'],
  IDENTITY_TAKEN: [409, 'This identity belongs to another account'],
  RECOVERY_PENDING: [409, 'The recovery still waits: it can be cancelled until then'],
  SLUG_TAKEN: [409, 'There is a tenant with this slug'],
  USER_PENDING: [
    409,
    'Nobody has proven the address of this account yet: it cannot be opened or closed',
  ],
  USER_NOT_REACHABLE: [409, 'The account has no address that a link may go to'],
  LAST_OWNER: [409, 'This is the last owner of the tenant'],
  VERSION_CONFLICT: [409, 'Somebody else has changed it meanwhile: read it again'],
  USER_EXISTS: [409, 'There is an account with this address'],
  TOO_MANY_WEBHOOKS: [409, 'There are as many webhooks as a tenant may have'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body is not of the type that is taken here'],
  HOST_NOT_SERVED: [421, 'This host is not served here'],
  APP_UPDATE_REQUIRED: [426, 'This version of the app is not supported any more'],
  VALIDATION_FAILED: [422, 'Some fields are not acceptable'],
  TOO_MANY_ATTEMPTS: [429, 'Too many attempts'],
  RATE_LIMITED: [429, 'Too many requests'],
  INTERNAL: [500, 'Something went wrong on our side'],
  MISCONFIGURED: [503, 'The service is not configured to answer'],
  BUSY: [503, 'The service is busy'],
  PROVIDER_UNAVAILABLE: [503, 'The sign-in provider does not answer'],
  UNAVAILABLE: [503, 'A part of the service is unavailable'],
} as const satisfies Record<string, readonly [number, string]>

export type ErrorCode = keyof typeof catalogue

/** A field that failed: its path in the body, a stable code, and a sentence for a person. */
export interface FieldError {
  field: string
  code: string
  message: string
}

export interface ErrorDetails {
  /** A sentence for this occurrence; never holds a secret. */
  detail?: string
  errors?: FieldError[]
  /** Seconds until a repeat makes sense: becomes `Retry-After`. */
  retryAfter?: number
  /** The limit behind a 429: becomes `RateLimit-Policy` and `RateLimit`. */
  limit?: { name: string; quota: number; windowSeconds: number }
  /** For the log only. */
  reason?: string
  headers?: Record<string, string>
  /** Further members of the problem document (RFC 9457 §3.2). */
  extensions?: Record<string, string | number | null>
}

/** A refusal, thrown where it is known and met once, in `http/on-error.ts`. */
export class AuthError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code)
    this.name = 'AuthError'
    this.code = code
    this.details = details
  }
}

export function statusOf(code: ErrorCode): number {
  return catalogue[code][0]
}

export function titleOf(code: ErrorCode): string {
  return catalogue[code][1]
}

/** The code on the wire: the contract uses `TOKEN_INVALID` for access tokens (401) and for links (400). */
export function publicCode(code: ErrorCode): ErrorCode {
  return code === 'TOKEN_INVALID_LINK' ? 'TOKEN_INVALID' : code
}

/** Every refusal as a client meets it, by its lowest status: what the documentation lists. */
export function refusalsOfAll(): { code: string; statuses: number[]; title: string }[] {
  const codes = Object.keys(catalogue) as ErrorCode[]
  return [...Map.groupBy(codes, publicCode)]
    .map(([code, entries]) => ({ code, statuses: entries.map(statusOf), title: titleOf(code) }))
    .sort((left, right) => Math.min(...left.statuses) - Math.min(...right.statuses))
}

export function fieldError(field: string, code: string, message: string): FieldError {
  return { field, code, message }
}

/** A client's own key comes back to it, but bounded and as text without surprises. */
export function printableKey(key: string): string {
  return key.toWellFormed().replace(/\p{C}/gu, '').slice(0, 64)
}
