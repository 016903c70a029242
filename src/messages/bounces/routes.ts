import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { AuthError } from '../../errors.ts'
import type { HttpEnv } from '../../http/environment.ts'
import { handleSns } from './handle-sns.ts'

/** SNS messages are at most 256 KiB. */
const maxBytes = 256 * 1_024

const limited = bodyLimit({
  maxSize: maxBytes,
  onError: () => {
    throw new AuthError('BODY_TOO_LARGE')
  },
})

/** Mounted at `/webhooks`. SNS sends JSON as text/plain: no content type is asked for. */
export const bounceRoutes = new Hono<HttpEnv>().post('/ses', limited, async (c) => {
  await handleSns(c.get('ports'), await c.req.text())
  return c.body(null, 204)
})
