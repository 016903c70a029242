import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { HttpEnv } from './environment.ts'

const headers = secureHeaders({
  strictTransportSecurity: 'max-age=63072000; includeSubDomains; preload',
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginResourcePolicy: 'same-origin',
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
})

/** Headers of every answer (API answers need nothing, so they allow nothing); what carries data is not stored. */
export const browserProtection: MiddlewareHandler<HttpEnv> = async (c, next) => {
  let pagePolicy: string | null = null
  await headers(c, async () => {
    await next()
    pagePolicy = c.res.headers.get('Content-Security-Policy')
  })
  // Not by `c.header`, which copies an answer that is made for each header.
  const answered = c.res.headers
  if (pagePolicy) answered.set('Content-Security-Policy', pagePolicy)
  if (!answered.has('Cache-Control')) answered.set('Cache-Control', 'no-store')
}
