import type { Context } from 'hono'
import type { HttpEnv } from './environment.ts'

const bearer = /^Bearer +([^ ]+)$/i

/** The token of the `Authorization` header (RFC 6750 §2.1), or an empty text. */
export function bearerOf(c: Context<HttpEnv>): string {
  return bearer.exec(c.req.header('Authorization') ?? '')?.[1] ?? ''
}
