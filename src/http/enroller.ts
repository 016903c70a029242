import type { MiddlewareHandler } from 'hono'
import { isSecret } from '../tokens/secret.ts'
import { authenticate } from './authenticate.ts'
import { bearerOf } from './bearer.ts'
import type { HttpEnv } from './environment.ts'

/** Lets by a session, or the token of a sign-in that policy sent to enrol a factor. */
export const authenticateEnroller: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const token = bearerOf(c)
  if (!isSecret('enrolment', token)) {
    return authenticate(c, async () => {
      c.set('enroller', { caller: c.get('caller') })
      await next()
    })
  }
  c.set('enroller', { enrolmentToken: token, tenant: c.get('tenant'), context: c.get('context') })
  await next()
}
