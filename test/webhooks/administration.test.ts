import { describe, expect, it } from 'vitest'
import { webhook as policy } from '../../src/policy.ts'
import { act, newAdministrator } from '../support/administrator.ts'
import { call, cost, signIn } from '../support/client.ts'
import { row, rows } from '../support/database.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant, newUserIn } from '../support/tenant.ts'
import { addEndpoint, type Endpoint, eventOf, hooksAt, newEndpoint, newPlace } from './receiver.ts'

const path = '/admin/webhooks'

describe('a webhook', () => {
  it('is added, and its secret is shown once', async () => {
    const { owner, endpoint } = await newEndpoint(['session.*', 'password.changed'])
    expect(endpoint).toMatchObject({ status: 'active', events: ['session.*', 'password.changed'] })
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const listed = await act<{ webhooks: Endpoint[] }>(owner, 'GET', path)
    expect(listed.body.webhooks.map(({ id }) => id)).toEqual([endpoint.id])
    expect(JSON.stringify(listed.body)).not.toMatch(/secret"|whsec_|sealed/)
    const stored = await row('select * from webhook_endpoints where id = $1', [endpoint.id])
    expect(JSON.stringify(stored)).not.toContain(endpoint.secret.slice(6))
  })

  it('is changed in what is named, and nothing else', async () => {
    const { owner, endpoint } = await newEndpoint(['session.*'])
    const changed = await act<Endpoint>(owner, 'PATCH', `${path}/${endpoint.id}`, {
      description: 'Billing',
      status: 'paused',
    })
    expect(changed.body).toMatchObject({
      description: 'Billing',
      status: 'paused',
      url: endpoint.url,
      events: ['session.*'],
    })
    await signIn(await newUserIn(owner.tenant), owner.tenant)
    expect(
      await rows('select from webhook_deliveries where endpoint_id = $1', [endpoint.id]),
    ).toEqual([])
  })

  it('is removed with what waits for it', async () => {
    const { owner, endpoint } = await newEndpoint(['account.*'], '?status=500')
    await newUserIn(owner.tenant)
    expect((await act(owner, 'DELETE', `${path}/${endpoint.id}`)).status).toBe(204)
    expect((await act(owner, 'DELETE', `${path}/${endpoint.id}`)).status).toBe(404)
    const left = await rows(
      'select endpoint_id as id from webhook_deliveries where endpoint_id = $1 union select id from webhook_endpoints where id = $1',
      [endpoint.id],
    )
    expect(left).toEqual([])
  })

  it('leaves a trail', async () => {
    const { owner, endpoint } = await newEndpoint(['session.*'])
    await act(owner, 'PATCH', `${path}/${endpoint.id}`, { description: 'x' })
    await act(owner, 'POST', `${path}/${endpoint.id}/rotate-secret`)
    await act(owner, 'DELETE', `${path}/${endpoint.id}`)
    const trail = await rows<{ action: string }>(
      "select action from audit_events where user_id = $1 and action like 'webhook.%' order by id",
      [owner.id],
    )
    expect(trail.map(({ action }) => action)).toEqual([
      'webhook.added',
      'webhook.changed',
      'webhook.secret_rotated',
      'webhook.removed',
    ])
  })

  it('is one of a few', async () => {
    const { owner } = await newEndpoint(['session.*'])
    for (let more = 1; more < policy.perTenant; more += 1) await addEndpoint(owner, ['session.*'])
    const { url } = newPlace()
    const refused = await act(owner, 'POST', path, { url, events: ['*'] })
    expect([refused.status, codeOf(refused)]).toEqual([409, 'TOO_MANY_WEBHOOKS'])
  })

  it('costs one round trip, whatever is done', async () => {
    const { owner, endpoint } = await newEndpoint(['session.*'])
    const { url } = newPlace()
    const one = `${path}/${endpoint.id}`
    const answers = [
      await act(owner, 'GET', path),
      await act(owner, 'POST', path, { url, events: ['*'] }),
      await act(owner, 'PATCH', one, { description: 'x' }),
      await act(owner, 'POST', `${one}/rotate-secret`),
      await act(owner, 'POST', `${one}/test`),
      await act(owner, 'GET', `${one}/deliveries`),
      await act(owner, 'DELETE', one),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 201, 200, 200, 202, 200, 204])
    expect(answers.map((answer) => cost(answer).db)).toEqual([1, 1, 1, 1, 1, 1, 1])
  })
})

describe('a test', () => {
  it('is sent whatever the webhook subscribes to, and stands in the log', async () => {
    const { owner, endpoint } = await newEndpoint(['password.changed'])
    const tested = await act<{ delivery_id: string }>(owner, 'POST', `${path}/${endpoint.id}/test`)
    expect(tested.status).toBe(202)
    await call('/api/v1/auth/refresh', {}, owner.tenant)
    const [hook] = await hooksAt(endpoint.path)
    expect(eventOf(hook)).toMatchObject({ type: 'webhook.tested' })
    expect(hook?.headers['webhook-id']).toBe(tested.body.delivery_id)
    const log = await logOf(owner, endpoint.id)
    expect(log).toMatchObject([
      {
        id: tested.body.delivery_id,
        type: 'webhook.tested',
        status: 'delivered',
        attempts: 1,
        tries: [{ status: 204, error: null }],
      },
    ])
  })

  it('is one, for a webhook that subscribes to tests too', async () => {
    const { owner, endpoint } = await newEndpoint(['webhook.tested'])
    await act(owner, 'POST', `${path}/${endpoint.id}/test`)
    await call('/api/v1/auth/refresh', {}, owner.tenant)
    expect(await hooksAt(endpoint.path)).toHaveLength(1)
  })
})

describe('a replay', () => {
  it('sends what has arrived once more, under its own id', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'])
    await newUserIn(owner.tenant)
    const [first] = await hooksAt(endpoint.path)
    const id = first?.headers['webhook-id'] ?? ''
    const url = `${path}/${endpoint.id}/deliveries/${id}/replay`
    expect((await act(owner, 'POST', url)).status).toBe(202)
    const [, second] = await hooksAt(endpoint.path, 2)
    expect(second?.headers['webhook-id']).toBe(id)
    expect(second?.body).toBe(first?.body)
  })
})

describe('the log', () => {
  it('has pages, newest first', async () => {
    const { owner, endpoint } = await newEndpoint(['password.changed'])
    await rows(
      `with events as (
         insert into audit_events (id, tenant_id, action, outcome)
         select gen_random_uuid(), $2, 'password.changed', 'success' from generate_series(1, $3) returning id
       ) select id from events where $1 <> ''`,
      [endpoint.id, owner.tenant.id, policy.page + 2],
    )
    const first = await page(owner, endpoint.id)
    expect(first.deliveries).toHaveLength(policy.page)
    const second = await page(owner, endpoint.id, `?cursor=${first.next_cursor}`)
    expect(second.deliveries).toHaveLength(2)
    expect(second.next_cursor).toBeNull()
    const ids = [...first.deliveries, ...second.deliveries].map(({ id }) => id)
    expect(ids).toEqual([...ids].sort().reverse())
  })
})

describe('refused', () => {
  const urls: [string, string][] = [
    ['ftp://hooks.example.com/', 'HTTPS_REQUIRED'],
    ['http://hooks.example.com/', 'HTTPS_REQUIRED'],
    ['https://hooks.example.com:8443/', 'PORT_NOT_ALLOWED'],
    ['https://user:word@hooks.example.com/', 'INVALID_URL'],
    ['https://hooks.example.com/#part', 'INVALID_URL'],
    ['/hooks', 'INVALID_URL'],
    ['https://10.0.0.1/', 'HOST_NOT_PUBLIC'],
    ['https://1.1.1.1/', 'HOST_NOT_PUBLIC'],
    ['https://167772161/', 'HOST_NOT_PUBLIC'],
    ['https://0x0a000001/', 'HOST_NOT_PUBLIC'],
    ['https://012.0.0.1/', 'HOST_NOT_PUBLIC'],
    ['https://10.1/', 'HOST_NOT_PUBLIC'],
    ['https://169.254.169.254/latest/meta-data/', 'HOST_NOT_PUBLIC'],
    ['https://[fd00::1]/', 'HOST_NOT_PUBLIC'],
    ['https://[::ffff:10.0.0.1]/', 'HOST_NOT_PUBLIC'],
    ['https://[::ffff:7f00:2]/', 'HOST_NOT_PUBLIC'],
    ['https://[2606:4700:4700::1111]/', 'HOST_NOT_PUBLIC'],
    ['https://１０.0.0.1/', 'HOST_NOT_PUBLIC'],
    ['https://metadata.google.internal/', 'HOST_NOT_PUBLIC'],
    ['https://printer.local/', 'HOST_NOT_PUBLIC'],
    ['https://app.localhost./', 'HOST_NOT_PUBLIC'],
    ['https://intranet/', 'HOST_NOT_PUBLIC'],
    ['https://at-10-0-0-1.example/', 'HOST_NOT_PUBLIC'],
    ['https://at-100-64-3-2.example/', 'HOST_NOT_PUBLIC'],
    ['https://at6-fe80--1.example/', 'HOST_NOT_PUBLIC'],
    ['https://at6---1.example/', 'HOST_NOT_PUBLIC'],
    ['https://at6-2002-a00-1--.example/', 'HOST_NOT_PUBLIC'],
    ['https://nothing.example/', 'HOST_NOT_FOUND'],
  ]
  it('every URL that leads nowhere public, in every spelling', async () => {
    const { owner } = await newEndpoint(['session.*'])
    for (const [url, code] of urls) {
      const answer = await act(owner, 'POST', path, { url, events: ['*'] })
      expect([url, answer.status, ...fieldCodes(answer)]).toEqual([url, 422, `url ${code}`])
    }
    expect(
      await rows('select from webhook_endpoints where tenant_id = $1', [owner.tenant.id]),
    ).toHaveLength(1)
    const good = await act(owner, 'POST', path, {
      url: 'https://hooks.example.com/x',
      events: ['password.changed'],
    })
    expect(good.status).toBe(201)
  })

  it('a change to such an URL', async () => {
    const { owner, endpoint } = await newEndpoint(['session.*'])
    const url = 'https://at-127-0-0-1.example/'
    const answer = await act(owner, 'PATCH', `${path}/${endpoint.id}`, { url })
    expect(fieldCodes(answer)).toEqual(['url HOST_NOT_PUBLIC'])
  })

  it('events that there are none of, and keys that nobody knows', async () => {
    const { owner } = await newEndpoint(['session.*'])
    const { url } = newPlace()
    const answers = [
      await act(owner, 'POST', path, { url, events: ['session.open'] }),
      await act(owner, 'POST', path, { url, events: [] }),
      await act(owner, 'POST', path, { url, events: ['*'], secret: 'whsec_x' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422])
    expect(answers.map(fieldCodes)).toEqual([
      ['events.0 INVALID_VALUE'],
      ['events TOO_SHORT'],
      ['secret UNKNOWN_FIELD'],
    ])
  })

  it('who is no administrator', async () => {
    const { owner, endpoint } = await newEndpoint(['session.*'])
    const member = await newAdministrator(owner.tenant, 'member')
    const one = `${path}/${endpoint.id}`
    for (const [method, url] of [
      ['GET', path],
      ['GET', `${one}/deliveries`],
      ['DELETE', one],
      ['POST', `${one}/rotate-secret`],
      ['POST', `${one}/test`],
    ] as const) {
      const answer = await act(member, method, url)
      expect([method, url, codeOf(answer)]).toEqual([method, url, 'FORBIDDEN'])
    }
  })

  it('another tenant’s webhook, as one that is not there', async () => {
    const { endpoint } = await newEndpoint(['account.*'])
    const stranger = await newAdministrator(await newTenant(), 'owner')
    const one = `${path}/${endpoint.id}`
    for (const [method, url, body] of [
      ['PATCH', one, { description: 'x' }],
      ['DELETE', one, undefined],
      ['POST', `${one}/rotate-secret`, undefined],
      ['POST', `${one}/test`, undefined],
      ['GET', `${one}/deliveries`, undefined],
      ['POST', `${one}/deliveries/${crypto.randomUUID()}/replay`, undefined],
      ['PATCH', `${path}/nothing`, {}],
    ] as const) {
      const answer = await act(stranger, method, url, body)
      expect([method, url, answer.status]).toEqual([method, url, 404])
    }
  })

  it('without a second factor, and long after it', async () => {
    const { owner, endpoint } = await newEndpoint(['session.*'])
    await row(
      "update sessions set authenticated_at = now() - interval '1 hour' where id = $1 returning id",
      [owner.session_id],
    )
    const late = await act(owner, 'POST', `${path}/${endpoint.id}/rotate-secret`)
    expect([late.status, codeOf(late)]).toEqual([403, 'STEP_UP_REQUIRED'])
    expect((await act(owner, 'GET', path)).status).toBe(200)
    await row("update sessions set acr = 'aal1' where id = $1 returning id", [owner.session_id])
    expect(codeOf(await act(owner, 'GET', path))).toBe('STEP_UP_REQUIRED')
  })
})

interface Page {
  deliveries: { id: string; type: string; status: string }[]
  next_cursor: string | null
}

async function page(owner: Parameters<typeof act>[0], id: string, query = ''): Promise<Page> {
  return (await act<Page>(owner, 'GET', `${path}/${id}/deliveries${query}`)).body
}

async function logOf(owner: Parameters<typeof act>[0], id: string) {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { deliveries } = await page(owner, id)
    if (deliveries.every(({ status }) => status !== 'pending')) return deliveries
    await scheduler.wait(50)
  }
  throw new Error('still pending')
}
