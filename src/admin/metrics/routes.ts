import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { AuthError, fieldError } from '../../errors.ts'
import { authenticate } from '../../http/authenticate.ts'
import { answers, bearerSecurity, newRoutes, refusals } from '../../http/routes.ts'
import { lazily } from '../../lazily.ts'
import { administration as policy } from '../../policy.ts'
import { daysOf, measure, metricsSchema } from './measure.ts'

const metricsRoute = createRoute({
  method: 'get',
  path: '/',
  tags: ['Administration'],
  summary: 'Count sign-ins, failures, challenges and deliveries by day',
  security: bearerSecurity,
  middleware: [authenticate],
  request: {
    query: lazily(() =>
      z.strictObject({ from: z.iso.date().optional(), to: z.iso.date().optional() }),
    ),
  },
  responses: {
    200: answers(metricsSchema, 'Days in UTC, oldest first; the last seven where none are named'),
    ...refusals(401, 403, 422, 503),
  },
})

export const adminMetricsRoutes = newRoutes().openapi(metricsRoute, async (c) => {
  const range = rangeOf(c.req.valid('query'), c.get('ports').clock.now())
  return c.json(await measure(c.get('ports'), c.get('caller'), range), 200)
})

/** Throws `VALIDATION_FAILED` where the days are none, or more than one statement can count. */
function rangeOf(asked: { from?: string | undefined; to?: string | undefined }, now: number) {
  const to = asked.to ?? dateOf(now)
  const from = asked.from ?? dateOf(Date.parse(to) - (policy.metricsDays.usual - 1) * 86_400_000)
  // As texts: before the year 0 there is a sign, and a database that knows no such day.
  const days = from >= policy.metricsDays.first ? daysOf({ from, to }).length : 0
  if (days >= 1 && days <= policy.metricsDays.most) return { from, to }
  const message = `Ask for 1 to ${policy.metricsDays.most} days, none before ${policy.metricsDays.first}.`
  throw new AuthError('VALIDATION_FAILED', {
    errors: [fieldError('from', 'INVALID_VALUE', message)],
  })
}

function dateOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10)
}
