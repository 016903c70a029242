import type { MiddlewareHandler } from 'hono'
import { v7 as uuidv7 } from 'uuid'
import type { HttpEnv } from './environment.ts'

/** Of every answer. What only browsers that are gone would heed is left out. */
const always = Object.entries({
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
})

/** Where the route says nothing else: an answer of the API needs nothing, so it allows nothing, and it is not stored. */
const usually = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
})

/** What a client may call its request by: nothing that means something to a log or a page. */
const askedName = /^[\w\-=]{1,64}$/

/**
 * Names the request, and gives its answer the headers of the house. The answer's headers are asked for once and not by
 * `c.header`, which copies an answer that is made for each header.
 */
export const houseHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  const asked = c.req.header('X-Request-Id')
  const requestId = asked && askedName.test(asked) ? asked : uuidv7()
  c.set('requestId', requestId)
  await next()
  const { headers } = c.res
  headers.set('X-Request-Id', requestId)
  for (const [name, value] of always) headers.set(name, value)
  for (const [name, value] of usually) if (!headers.has(name)) headers.set(name, value)
}
