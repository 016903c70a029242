import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { formSchema } from '../../forms/form.ts'
import { authenticate } from '../../http/authenticate.ts'
import { answers, bearerSecurity, jsonBody, newRoutes, refusals } from '../../http/routes.ts'
import { settingsBody } from '../../tenants/settings.ts'
import { previewForm } from './preview.ts'

const previewRoute = createRoute({
  method: 'post',
  path: '/preview',
  tags: ['Administration'],
  summary: 'See the register form as it would be with other settings',
  description: 'As `GET /auth/forms?name=register` would answer after the change. Nothing is kept.',
  security: bearerSecurity,
  // It keeps nothing, and who edits a form asks for it with each pause of the keys: no write.
  middleware: [authenticate],
  request: jsonBody(() => z.strictObject({ settings: settingsBody }), {
    example: { settings: { register_form: 'bd_profile' } },
  }),
  responses: { 200: answers(formSchema, 'The form'), ...refusals(401, 403, 422, 503) },
})

export const adminFormRoutes = newRoutes().openapi(previewRoute, async (c) => {
  const { settings } = c.req.valid('json')
  return c.json(await previewForm(c.get('ports'), c.get('caller'), settings), 200)
})
