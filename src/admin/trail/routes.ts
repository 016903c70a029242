import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { auditActions } from '../../audit/actions.ts'
import { text } from '../../forms/text.ts'
import { authenticate } from '../../http/authenticate.ts'
import { limit } from '../../http/guard.ts'
import { answers, bearerSecurity, jsonBody, newRoutes, refusals } from '../../http/routes.ts'
import { lazily } from '../../lazily.ts'
import { exportAudit } from './export.ts'
import { eventsSchema, listAudit } from './list.ts'
import { verificationSchema, verifyPart } from './verify.ts'

const tags = ['Administration']
const guarded = { tags, security: bearerSecurity, middleware: [authenticate] }
const writing = { ...guarded, middleware: [limit('write'), authenticate] }

const moment = lazily(() => z.iso.datetime({ offset: true }))
const query = lazily(() =>
  z.strictObject({
    user: z.uuid().optional(),
    action: z.enum(auditActions).optional(),
    outcome: z.enum(['success', 'failure']).optional(),
    from: moment.optional(),
    to: moment.optional(),
    ip: text(64).min(1).optional(),
    cursor: z.uuid().optional(),
  }),
)

const listRoute = createRoute({
  ...guarded,
  method: 'get',
  path: '/',
  summary: 'Search the audit trail',
  request: { query },
  responses: {
    200: answers(eventsSchema, 'A page, newest first'),
    ...refusals(401, 403, 422, 503),
  },
})

const exportRoute = createRoute({
  ...guarded,
  method: 'get',
  path: '/export',
  summary: 'Take the audit trail away, as lines of JSON',
  request: { query },
  responses: {
    200: {
      description:
        'One event a line, newest first; the last line names the `next_cursor`, or null at the end',
      content: { 'application/x-ndjson': { schema: { type: 'string' } } },
    },
    ...refusals(401, 403, 422, 503),
  },
})

const verifyRoute = createRoute({
  ...writing,
  method: 'post',
  path: '/verify',
  summary: 'Check that the trail is as it was sealed',
  request: jsonBody(() => z.strictObject({ from_seal: z.int().min(1).optional() }), {
    example: {},
  }),
  responses: {
    200: answers(verificationSchema, 'The part holds, or the first row that does not'),
    ...refusals(401, 403, 422, 429, 503),
  },
})

export const adminAuditRoutes = newRoutes()
  .openapi(listRoute, async (c) =>
    c.json(await listAudit(c.get('ports'), c.get('caller'), c.req.valid('query')), 200),
  )
  .openapi(exportRoute, async (c) => {
    const lines = await exportAudit(c.get('ports'), c.get('caller'), c.req.valid('query'))
    // The types of routes know JSON and text alone.
    return c.body(lines, 200, { 'Content-Type': 'application/x-ndjson' }) as never
  })
  .openapi(verifyRoute, async (c) => {
    const from = c.req.valid('json').from_seal ?? null
    return c.json(await verifyPart(c.get('ports'), c.get('caller'), from), 200)
  })
