import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { authenticate } from '../http/authenticate.ts'
import { limit } from '../http/guard.ts'
import { answers, bearerSecurity, jsonBody, newRoutes, refusals } from '../http/routes.ts'
import { lazily } from '../lazily.ts'
import { platforms } from '../tenants/tenant.ts'
import { currentRelease, currentSchema } from './current.ts'
import { listReleases } from './list.ts'
import { publishRelease } from './publish.ts'
import { releaseBody, releaseSchema } from './release.ts'

const currentRoute = createRoute({
  method: 'get',
  path: '/version',
  tags: ['App versions'],
  summary: 'What is out for a platform',
  request: { query: lazily(() => z.object({ platform: z.string().optional() })) },
  responses: { 200: answers(currentSchema, 'The release'), ...refusals(400) },
})

const tags = ['Administration']

const listRoute = createRoute({
  method: 'get',
  path: '/app-versions',
  tags,
  summary: 'What is out for each platform',
  security: bearerSecurity,
  middleware: [authenticate],
  responses: {
    200: answers(() => z.object({ app_versions: z.array(releaseSchema()) }), 'By platform'),
    ...refusals(401, 403, 503),
  },
})

const publishRoute = createRoute({
  method: 'put',
  path: '/app-versions/{platform}',
  tags,
  summary: 'Say what is out for a platform, and what of it is served',
  description: 'Only owners set a new `store_url`: refused apps send people there.',
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: {
    params: lazily(() => z.object({ platform: z.enum(platforms) })),
    ...jsonBody(() => releaseBody, {
      example: {
        latest: '1.3.0',
        min_supported: '1.2.0',
        store_url: 'https://play.google.com/store/apps/details?id=com.example.app',
        notes: { en: 'Sign in with a passkey.', bn: 'পাসকি দিয়ে সাইন ইন করুন।' },
        blocked: ['1.2.3'],
      },
    }),
  },
  responses: {
    200: answers(releaseSchema, 'As it is now'),
    ...refusals(401, 403, 422, 429, 503),
  },
})

/** Below /app: what every app asks, also one that is not served any more. */
export const versionRoutes = newRoutes().openapi(currentRoute, (c) => {
  const { platform } = c.req.valid('query')
  return c.json(currentRelease(c.get('tenant'), platform, c.get('context').locale), 200)
})

/** Below /api/v1/admin. */
export const releaseRoutes = newRoutes()
  .openapi(listRoute, async (c) => {
    const app_versions = await listReleases(c.get('ports'), c.get('caller'))
    return c.json({ app_versions }, 200)
  })
  .openapi(publishRoute, async (c) => {
    const { platform } = c.req.valid('param')
    const body = c.req.valid('json')
    return c.json(await publishRelease(c.get('ports'), c.get('caller'), platform, body), 200)
  })
