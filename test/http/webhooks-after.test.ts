import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import type { HttpEnv } from '../../src/http/environment.ts'
import { webhooksAfter } from '../../src/http/webhooks-after.ts'
import type { Ports } from '../../src/ports.ts'
import type { Tenant } from '../../src/tenants/tenant.ts'

/** What work follows an answer. */
async function workAfter(status: number, { method = 'POST', hasWebhooks = true } = {}) {
  const begun: string[] = []
  const background: Ports['background'] = { run: (name) => void begun.push(name) }
  const service = new Hono<HttpEnv>()
  service.use(async (c, next) => {
    c.set('tenant', { id: 'a tenant', hasWebhooks } as Tenant)
    c.set('ports', { background } as Ports)
    await next()
  })
  service.all('/', webhooksAfter, () => new Response(null, { status }))
  await service.request('/', { method })
  return begun
}

describe('after an answer', () => {
  it.each([200, 401, 422, 429])('of %i its webhooks go out', async (status) => {
    expect(await workAfter(status)).toEqual(['webhooks'])
  })

  // They would keep the request open, and with it a statement that is late.
  it('of 503 they wait for the sweep', async () => {
    expect(await workAfter(503)).toEqual([])
  })

  it('to a read, or of a tenant without any, there are none', async () => {
    expect(await workAfter(200, { method: 'GET' })).toEqual([])
    expect(await workAfter(200, { hasWebhooks: false })).toEqual([])
  })
})
