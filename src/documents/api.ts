import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { html } from 'hono/html'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { refusalsOfAll } from '../errors.ts'
import type { HttpEnv } from '../http/environment.ts'
import { answers, refusals } from '../http/routes.ts'
import { sameOrigin } from '../http/same-origin.ts'
import { resolveTenant } from '../http/tenant.ts'
import { lazily } from '../lazily.ts'
import { version } from '../version.ts'

const tags = ['Public documents']

export const documentRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags,
  summary: 'This document (OpenAPI 3.1)',
  responses: {
    200: answers(() => z.record(z.string(), z.unknown()), 'The document'),
    ...refusals(),
  },
})

export const docsRoute = createRoute({
  method: 'get',
  path: '/docs',
  tags,
  summary: 'This document, to read and to try',
  responses: {
    200: { description: 'A page', content: { 'text/html': { schema: lazily(() => z.string()) } } },
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
  const document = routes.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse',
      version,
      description: `Sign-up, sign-in and sessions at the edge.\n\n${refusalTable()}`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: config.publicUrl }],
  })
  return { ...document, paths: withHeaders(document.paths ?? {}, routes) }
}

/** Markdown: every word of the catalogue, so that a client can be written against it. The `type` of a problem names its row. */
function refusalTable(): string {
  const rows = refusalsOfAll().map(
    ({ code, statuses, title }) =>
      `| <a id="${code}"></a>\`${code}\` | ${statuses.join(', ')} | ${title} |`,
  )
  return [
    'Every refusal is a problem document (RFC 9457) with a `code` of this table.',
    '',
    '<details><summary>Codes of refusals</summary>',
    '',
    '| code | status | title |',
    '|---|---|---|',
    ...rows,
    '',
    '</details>',
    '',
    '`TOKEN_INVALID` is 401 for an access token, and 400 for the token or code of a letter.',
    '',
    '`VALIDATION_FAILED` lists every field that failed under `errors`, each with a code and a sentence of its own.',
  ].join('\n')
}

const tenantHeader = {
  name: 'X-Tenant',
  in: 'header',
  required: false,
  description: 'Slug of the tenant; without it, the default one',
  schema: { type: 'string' },
} as const

const transportHeader = {
  name: 'X-Token-Transport',
  in: 'header',
  required: false,
  description:
    'Where the refresh token travels. `cookie` (browsers) needs an allowed `Origin`, or `Sec-Fetch-Site: same-origin`',
  schema: { type: 'string', enum: ['body', 'cookie'], default: 'body' },
} as const

type Paths = NonNullable<ReturnType<OpenAPIHono<HttpEnv>['getOpenAPI31Document']>['paths']>

/** The headers that middleware reads, on the routes that have this middleware: they are asked themselves. */
function withHeaders(paths: Paths, { routes }: OpenAPIHono<HttpEnv>): Paths {
  const readers = [
    { header: tenantHeader, read: routes.filter(({ handler }) => handler === resolveTenant) },
    { header: transportHeader, read: routes.filter(({ handler }) => handler === sameOrigin) },
  ]
  return mapObject(paths, (path, item) =>
    mapObject(item as Record<string, { parameters?: object[] }>, (method, operation) => {
      const headers = readers
        .filter(({ read }) => read.some((route) => covers(route, method, path)))
        .map(({ header }) => header)
      const parameters = [...(operation.parameters ?? []), ...headers]
      return parameters.length > 0 ? { ...operation, parameters } : operation
    }),
  ) as Paths
}

/** Whether a middleware stands before a route: by the very path, or by all that begins like it. */
function covers(route: { method: string; path: string }, method: string, path: string): boolean {
  const [base, rest] = route.path.split('/*')
  if (rest === '') return path === base || path.startsWith(`${base}/`)
  return route.method === method.toUpperCase() && route.path.replace(/:(\w+)/g, '{$1}') === path
}

function mapObject<T, U>(object: Record<string, T>, change: (key: string, value: T) => U) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(key, value)]))
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
