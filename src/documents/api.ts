import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { HttpEnv } from '../http/environment.ts'
import { answers, refusals } from '../http/routes.ts'
import { version } from '../version.ts'

const tags = ['Public documents']

export const documentRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags,
  summary: 'This document (OpenAPI 3.1)',
  responses: { 200: answers(z.record(z.string(), z.unknown()), 'The document'), ...refusals() },
})

export const docsRoute = createRoute({
  method: 'get',
  path: '/docs',
  tags,
  summary: 'This document, to read and to try',
  responses: {
    200: { description: 'A page', content: { 'text/html': { schema: z.string() } } },
    ...refusals(),
  },
})

/** How the routes that need a session name their guard. */
export const bearerScheme = [
  'securitySchemes',
  'bearer',
  { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
] as const

/** OpenAPI 3.1, made from the schemas that the routes validate with. */
export function apiDocument(routes: OpenAPIHono<HttpEnv>, config: Config) {
  return routes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse',
      version,
      description: 'Sign-up, sign-in and sessions at the edge.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: config.publicUrl }],
  })
}

/** Only files of ours run on the page; the viewer sets styles inline. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export function docsPage(c: Context<HttpEnv>) {
  c.header('Content-Security-Policy', pagePolicy)
  return c.html(html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Gatehouse API</title>
        <link rel="stylesheet" href="/docs/swagger-ui.css" />
      </head>
      <body>
        <div id="docs"></div>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs-init.js"></script>
      </body>
    </html>`)
}
