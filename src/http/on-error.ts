import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AuthError, type ErrorCode, statusOf } from '../errors.ts'
import { log } from '../log.ts'
import type { HttpEnv } from './environment.ts'
import { problemHeaders, problemOf } from './problem.ts'
import { routeOf } from './route-of.ts'

/** Where every refusal ends: the reason goes to the log, the code to the client. */
export const onError: ErrorHandler<HttpEnv> = (error, c) => {
  const refusal = toAuthError(error)
  const status = statusOf(refusal.code)
  const requestId = c.get('requestId')
  const tenant = c.get('tenant')?.id
  c.set('refusal', refusal.code)
  log(status >= 500 ? 'error' : 'info', {
    event: 'refused',
    request_id: requestId,
    method: c.req.method,
    route: routeOf(c),
    ...(tenant ? { tenant } : {}),
    status,
    code: refusal.code,
    ...(refusal.details.reason ? { reason: refusal.details.reason } : {}),
  })
  // Absent where the configuration does not hold.
  const publicUrl = c.get('ports')?.config.publicUrl ?? ''
  const problem = problemOf(refusal, publicUrl, requestId)
  return c.body(JSON.stringify(problem), status as ContentfulStatusCode, problemHeaders(refusal))
}

/** Refusals of the framework, by status. */
const frameworkCodes: Record<number, ErrorCode> = {
  400: 'MALFORMED_JSON',
  413: 'BODY_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
}

function toAuthError(error: Error): AuthError {
  if (error instanceof AuthError) return error
  const code = error instanceof HTTPException ? frameworkCodes[error.status] : undefined
  if (code) return new AuthError(code)
  // The message of an unknown error may quote data: its class is all that is safe to keep.
  return new AuthError('INTERNAL', { reason: `unexpected ${error.name}` })
}
