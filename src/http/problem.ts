import { z } from '@hono/zod-openapi'
import { type AuthError, publicCode, refusalsOfAll, statusOf, titleOf } from '../errors.ts'

const shape = () =>
  z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code: z.enum(refusalsOfAll().map(({ code }) => code)),
      request_id: z.string(),
      errors: z
        .array(z.object({ field: z.string(), code: z.string(), message: z.string() }))
        .optional(),
    })
    .openapi('Problem')

let built: ReturnType<typeof shape> | null = null

/** One schema that every refusal of the document points to: its name is kept beside the object, so it is one object. */
export function problemSchema() {
  built ??= shape()
  return built
}

/** RFC 9457: what every refusal looks like. Problems of one type have one title; what is meant more exactly is the detail. */
export function problemOf(error: AuthError, publicUrl: string, requestId: string) {
  const { detail, errors, extensions } = error.details
  const code = publicCode(error.code)
  return {
    type: `${publicUrl}/docs#${code}`,
    title: titleOf(code),
    status: statusOf(error.code),
    detail: detail ?? `${titleOf(error.code)}.`,
    code,
    request_id: requestId,
    ...extensions,
    ...(errors ? { errors } : {}),
  }
}

/** Headers that go with a refusal. */
export function problemHeaders({ code, details }: AuthError): Record<string, string> {
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    ...details.headers,
  }
  if (details.retryAfter !== undefined)
    headers['Retry-After'] = String(Math.ceil(details.retryAfter))
  if (details.limit) {
    const { name, quota, windowSeconds } = details.limit
    headers['RateLimit-Policy'] = `"${name}";q=${quota};w=${windowSeconds}`
    headers.RateLimit = `"${name}";r=0;t=${Math.ceil(details.retryAfter ?? windowSeconds)}`
  }
  if (code === 'TOKEN_INVALID') headers['WWW-Authenticate'] = 'Bearer error="invalid_token"'
  return headers
}
