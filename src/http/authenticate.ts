import type { Context, MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import { checkAccessToken } from '../tokens/access-token.ts'
import type { HttpEnv } from './environment.ts'

const bearer = /^Bearer +([^ ]+)$/i

/** Lets by who shows a valid access token of this tenant: no round trip. */
export const authenticate: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const { config, clock } = c.get('ports')
  const tenant = c.get('tenant')
  const claims = await checkAccessToken(config, tenant.id, bearerOf(c), clock.now())
  if (!claims) throw new AuthError('TOKEN_INVALID')
  c.set('caller', { tenant, claims, context: c.get('context') })
  return next()
}

export function bearerOf(c: Context<HttpEnv>): string {
  return bearer.exec(c.req.header('Authorization') ?? '')?.[1] ?? ''
}
