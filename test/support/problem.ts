import type { Answer } from './client.ts'

interface Problem {
  code: string
  errors?: { field: string; code: string }[]
}

/** The code of a refusal. */
export function codeOf({ body }: Answer<unknown>): string {
  return (body as Problem).code
}

/** What a refusal holds against each field, as `field CODE`, sorted. */
export function fieldCodes({ body }: Answer<unknown>): string[] {
  const { errors = [] } = body as Problem
  return errors.map(({ field, code }) => `${field} ${code}`).sort()
}

/** A refusal without what differs from request to request. */
export function withoutRequestId({ body }: Answer<unknown>): Record<string, unknown> {
  const { request_id: _, ...rest } = body as Record<string, unknown>
  return rest
}

/** Headers that could tell two answers apart: all but those of one request. */
export function comparableHeaders({ headers }: Answer<unknown>): Record<string, string> {
  const own = new Set(['x-request-id', 'server-timing', 'date'])
  return Object.fromEntries([...headers].filter(([name]) => !own.has(name)))
}
