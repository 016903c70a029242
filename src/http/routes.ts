import { OpenAPIHono } from '@hono/zod-openapi'
import { z } from 'zod'
import { lazily } from '../lazily.ts'
import type { HttpEnv } from './environment.ts'
import { problemSchema } from './problem.ts'
import { refuseInvalid } from './validate.ts'

/** A sub-app whose routes are validated by, and documented from, their schemas. */
export function newRoutes() {
  return new OpenAPIHono<HttpEnv>({ defaultHook: refuseInvalid })
}

/** What "Try it out" begins with, where the schema alone would make every field `"string"`: one body, or several by name. */
type Examples =
  | { example?: object }
  | { examples: Record<string, { summary: string; value: object }> }

export function jsonBody<T extends z.ZodType>(shape: () => T, examples: Examples = {}) {
  const content = { 'application/json': { schema: lazily(shape), ...examples } }
  return { body: { required: true, content } } as const
}

export function answers<T extends z.ZodType>(shape: () => T, description: string) {
  return { description, content: { 'application/json': { schema: lazily(shape) } } } as const
}

export function noContent(description: string) {
  return { description } as const
}

const problem = {
  get schema() {
    return problemSchema()
  },
}
const refusal = {
  description: 'A problem document (RFC 9457); `code` names the reason',
  content: { 'application/problem+json': problem },
}

/** Refusals of a route, for its documentation. */
export function refusals<const S extends readonly number[]>(...statuses: S) {
  // What middleware may refuse on any route (host, tenant, size, rate, a part that is down) stands under `default`.
  const named = [...statuses, 'default'].map((status) => [status, refusal])
  return Object.fromEntries(named) as unknown as object
}

export const bearerSecurity = [{ bearer: [] as string[] }]

export const acceptedSchema = () => z.object({ status: z.literal('accepted') })
