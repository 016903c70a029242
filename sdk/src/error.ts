import type { FieldError, ServiceErrorCode } from './api.ts'
import type { Received } from './calls.ts'

/** What goes wrong before the service has answered, or instead of it. */
export type LocalErrorCode =
  /** No connection, or none that this page may use. */
  | 'NETWORK_ERROR'
  | 'TIMEOUT'
  /** Something between here and the service answered: no problem document, no JSON. */
  | 'UNEXPECTED_ANSWER'
  /** The page has become another person's since it was asked: what was begun for the one is not done for the other. */
  | 'SESSION_CHANGED'
  /** The browser came back from a provider without a sign-in of this app being under way. */
  | 'NO_SIGN_IN_PENDING'
  /** The person closed the prompt, or it took too long. */
  | 'PASSKEY_CANCELLED'
  /** The device has no such key, or has this one already. */
  | 'PASSKEY_UNAVAILABLE'
  /** The check by finger or face, before stored tokens are used, did not succeed. */
  | 'BIOMETRICS_REFUSED'

export type ErrorCode = ServiceErrorCode | LocalErrorCode | keyof Extensions

/** Members that some codes bring along (RFC 9457 §3.2). */
interface Extensions {
  STEP_UP_REQUIRED: { required_acr: string; max_age: number }
  APP_UPDATE_REQUIRED: { min_supported: string; store_url: string }
}

export type ExtensionsOf<C extends ErrorCode> = C extends keyof Extensions
  ? Extensions[C]
  : Record<string, unknown>

interface ErrorParts {
  status?: number
  message?: string
  errors?: FieldError[]
  retryAfter?: number | undefined
  requestId?: string | undefined
  extensions?: Record<string, unknown>
  cause?: unknown
}

/** A refusal: of the service (RFC 9457), or of what lies on the way to it. */
export class GatehouseError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  /** HTTP; 0 where there was no answer. */
  readonly status: number
  /** Each field that failed, with a code and a sentence of its own. */
  readonly errors: readonly FieldError[]
  /** Seconds until a repeat makes sense. */
  readonly retryAfter: number | undefined
  /** By this the operator finds the request in the log. */
  readonly requestId: string | undefined
  readonly extensions: ExtensionsOf<C>

  constructor(code: C, parts: ErrorParts = {}) {
    super(parts.message ?? code, { cause: parts.cause })
    this.name = 'GatehouseError'
    this.code = code
    this.status = parts.status ?? 0
    this.errors = parts.errors ?? []
    this.retryAfter = parts.retryAfter
    this.requestId = parts.requestId
    this.extensions = (parts.extensions ?? {}) as ExtensionsOf<C>
  }

  /** The first refusal of a field. */
  field(name: string): FieldError | undefined {
    return this.errors.find(({ field }) => field === name)
  }
}

/** Whether it is a refusal, and with one of these codes where some are given. */
export function isGatehouseError<C extends ErrorCode = ErrorCode>(
  error: unknown,
  ...codes: C[]
): error is GatehouseError<C> {
  if (!(error instanceof GatehouseError)) return false
  return codes.length === 0 || (codes as string[]).includes(error.code)
}

/** The refusal that an answer stands for. */
export function errorOf({ status, headers, text }: Received): GatehouseError {
  const retryAfter = secondsOf(headers.get('Retry-After'))
  const requestId = headers.get('X-Request-Id') ?? undefined
  const unexpected = (cause?: unknown) =>
    new GatehouseError('UNEXPECTED_ANSWER', { status, retryAfter, requestId, cause })
  let problem: unknown
  try {
    problem = JSON.parse(text)
  } catch (cause) {
    return unexpected(cause)
  }
  if (!isProblem(problem)) return unexpected()
  const { type, title, status: _, detail, code, request_id, errors, ...extensions } = problem
  return new GatehouseError(code, {
    status,
    message: String(detail ?? title ?? code),
    errors: Array.isArray(errors) ? errors : [],
    retryAfter,
    requestId: request_id ?? requestId,
    extensions,
  })
}

interface Problem extends Record<string, unknown> {
  code: ServiceErrorCode
  request_id?: string
}

/** A code that this version does not know is passed on as it is: the service may be newer. */
function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
  )
}

/** Seconds or a date (RFC 9110 §10.2.3). */
function secondsOf(header: string | null): number | undefined {
  if (!header) return undefined
  const seconds = /^\d+$/.test(header)
    ? Number(header)
    : Math.ceil((Date.parse(header) - Date.now()) / 1000)
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined
}
