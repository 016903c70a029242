import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { authenticate } from '../../http/authenticate.ts'
import { sentBytes } from '../../http/body.ts'
import { limit } from '../../http/guard.ts'
import { answers, bearerSecurity, newRoutes, refusals } from '../../http/routes.ts'
import { fieldErrors } from '../../http/validate.ts'
import { lazily } from '../../lazily.ts'
import { importing as policy } from '../../policy.ts'
import { importSchema, importUsers } from './import-users.ts'

const importRoute = createRoute({
  method: 'post',
  path: '/',
  tags: ['Administration'],
  summary: 'Take over accounts of another service',
  description: `One JSON object a line, at most ${policy.lines} lines. Each has \`email\` or a proven \`phone_e164\`, and may have \`email_verified\`, \`phone_verified\`, the profile, \`created_at\` and \`password_hash\`: \`{algorithm, …}\` with bcrypt, scrypt, firebase-scrypt, pbkdf2 or argon2. Only owners import what another service has proven (\`email_verified\`, \`phone_verified\`).`,
  security: bearerSecurity,
  middleware: [limit('write'), authenticate],
  request: {
    body: {
      required: true,
      content: { 'application/x-ndjson': { schema: lazily(() => z.string()) } },
    },
  },
  responses: {
    200: answers(importSchema, 'What became of each line'),
    ...refusals(401, 403, 413, 415, 429, 503),
  },
})

export const adminImportRoutes = newRoutes().openapi(importRoute, async (c) => {
  const body = await sentBytes(c)
  return c.json(await importUsers(c.get('ports'), c.get('caller'), body, fieldErrors), 200)
})
