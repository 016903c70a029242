import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { answers, newRoutes, noContent, refusals } from '../http/routes.ts'
import { isUnchanged } from '../http/unchanged.ts'
import { lazily } from '../lazily.ts'
import { formNames, formSchema } from './form.ts'
import { serveForm } from './serve.ts'

/** Kept by the client alone and asked for each time: a form that has changed is seen at once, one that has not is 304. */
const caching = {
  'Cache-Control': 'private, no-cache',
  Vary: 'Accept-Language, X-Tenant, Authorization',
}

const formRoute = createRoute({
  method: 'get',
  path: '/forms',
  tags: ['Forms'],
  summary: 'What a form asks, by which rules, and what else can be done there',
  description:
    'For the tenant, in the language of `Accept-Language`. The server validates with the same definition. Every name under `fields` is a key of the body.',
  request: { query: lazily(() => z.object({ name: z.enum(formNames) })) },
  responses: {
    200: answers(formSchema, 'The form'),
    304: noContent('The form that `If-None-Match` names has not changed'),
    ...refusals(422),
  },
})

export const formRoutes = newRoutes().openapi(formRoute, async (c) => {
  const page = {
    config: c.get('ports').config,
    tenant: c.get('tenant'),
    locale: c.get('context').locale,
  }
  const { form, etag } = await serveForm(page, c.req.valid('query').name)
  const headers = { ...caching, ETag: etag, 'Content-Language': page.locale }
  if (isUnchanged(c.req.header('If-None-Match'), etag)) return c.body(null, 304, headers)
  return c.json(form, 200, headers)
})
