import { Hono } from 'hono'
import { verify } from './jose.ts'

const bare = new Hono().get('/', (c) => c.json({ sub: 'nobody' }))

const verifying = new Hono<{ Bindings: Env }>().get('/', async (c) => {
  const payload = await verify(c.req.header('Authorization') ?? null, c.env)
  return c.json({ sub: payload.sub })
})

/** Floor: what the framework costs before anything is done. */
export const hono: ExportedHandler<Env> = { fetch: bare.fetch }

/** Floor: the same verification as `jose`, behind the framework. */
export const honoJose: ExportedHandler<Env> = { fetch: verifying.fetch }
