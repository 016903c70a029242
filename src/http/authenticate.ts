import type { MiddlewareHandler } from 'hono'
import { AuthError } from '../errors.ts'
import { checkAccessToken } from '../tokens/access-token.ts'
import { bearerOf } from './bearer.ts'
import type { HttpEnv } from './environment.ts'

/** Lets by who shows a valid access token of this tenant: no round trip. */
export const authenticate: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const { config, clock } = c.get('ports')
  const tenant = c.get('tenant')
  const claims = await checkAccessToken(config, tenant, bearerOf(c), clock.now())
  if (!claims) throw new AuthError('TOKEN_INVALID')
  c.set('caller', { tenant, claims, context: c.get('context') })
  await next()
}
