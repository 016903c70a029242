import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { oneValue } from '../support/database.ts'
import { until } from '../support/outside.ts'
import { site } from '../support/site.ts'
import { act, newMember, newTenant } from '../support/tenants.ts'
import { crowd, tally, together } from '../support/together.ts'

describe('fifty dispatches of webhooks and two sweeps at the same moment', () => {
  it('make each delivery once', async () => {
    const tenant = await newTenant()
    const owner = await newMember('owner', tenant.headers)
    const place = `/hooks/${randomUUID()}`
    const body = { url: `${site().variables.SES_ENDPOINT}${place}`, events: ['tenant.changed'] }
    const { body: endpoint } = await act<{ id: string }>(owner, 'POST', '/admin/webhooks', body)
    const due = (at: string) =>
      site().database.query(
        `update webhook_endpoints set resume_at = now() + $2::interval where id = $1`,
        [endpoint.id, at],
      )
    await due('1 hour')
    const change = async () => {
      const answers = await together(crowd, (worker, index) =>
        act(owner, 'PATCH', `/tenants/${tenant.slug}`, { name: `Name ${index}` }, worker),
      )
      expect(tally(answers)).toEqual({ 200: crowd })
    }
    await change()
    const waiting = `select count(*)::int from webhook_deliveries
      where endpoint_id = $1 and status = 'pending'`
    await until('fifty deliveries', async () =>
      (await oneValue(waiting, endpoint.id)) === crowd ? true : undefined,
    )
    await due('0')

    // Each of these answers is followed by a dispatch, which finds what all the others look for as well.
    await Promise.all([change(), ...site().workers.map((worker) => worker.sweep())])
    await until('every delivery to be marked', async () => {
      await Promise.all(site().workers.map((worker) => worker.sweep()))
      return (await oneValue(waiting, endpoint.id)) === 0 ? true : undefined
    })

    const answer = await fetch(
      `${site().variables.SES_ENDPOINT}/api/hooks?path=${encodeURIComponent(place)}`,
    )
    const hooks = (await answer.json()) as { headers: Record<string, string> }[]
    expect(hooks).toHaveLength(2 * crowd)
    expect(new Set(hooks.map(({ headers }) => headers['webhook-id'])).size).toBe(2 * crowd)
  })
})
