import { env } from 'cloudflare:test'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, vi } from 'vitest'
import { livePorts } from '../../src/edge/live-ports.ts'
import { webhook as policy } from '../../src/policy.ts'
import { dispatch } from '../../src/webhooks/dispatch.ts'
import { type ClaimedDelivery, claimStatement } from '../../src/webhooks/statements.ts'
import { sweepWebhooks } from '../../src/webhooks/sweep.ts'
import { act } from '../support/administrator.ts'
import { cost, mails, patience, signIn } from '../support/client.ts'
import { row, rows } from '../support/database.ts'
import { newTenant, newUserIn } from '../support/tenant.ts'
import {
  addEndpoint,
  deliveriesOf,
  eventOf,
  hooksAt,
  makeDue,
  newEndpoint,
  pause,
} from './receiver.ts'

/** The ports of the scheduled handler; what it begins after the answer is waited for. */
function ports() {
  const { provision } = livePorts(env, { waitUntil: () => {} })
  if (!provision) throw new Error('no configuration')
  provision.answered()
  return provision.ports
}

describe('an event', () => {
  it('arrives signed, as a library of others checks it, soon after the answer', async () => {
    const { owner, endpoint } = await newEndpoint(['session.opened'])
    const email = await newUserIn(owner.tenant)
    const { body } = await signIn(email, owner.tenant)
    const [hook] = await hooksAt(endpoint.path)
    const checked = new Webhook(endpoint.secret).verify(hook?.body ?? '', hook?.headers ?? {})
    expect(checked).toMatchObject({
      type: 'session.opened',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      data: {
        tenant: owner.slug,
        user_id: body.user.id,
        session_id: body.session_id,
        outcome: 'success',
      },
    })
    expect(hook?.headers['content-type']).toBe('application/json')
    expect(hook?.headers['webhook-id']).toBe(eventOf(hook).data.event_id)
  })

  it('holds no address, no token and no place', async () => {
    const { owner, endpoint } = await newEndpoint(['*'])
    const email = await newUserIn(owner.tenant)
    const address = '198.51.100.23'
    await signIn(email, { headers: { ...owner.tenant.headers, 'CF-Connecting-IP': address } })
    const hooks = await hooksAt(endpoint.path, 4)
    const text = JSON.stringify(hooks)
    expect(text).not.toContain(email)
    expect(text).not.toContain(address)
    expect(text).not.toMatch(/eyJ|gh[a-z]_|whsec_/)
    expect(hooks.map((hook) => eventOf(hook).type)).toContain('account.verified')
  })

  it('of a failure is one as well', async () => {
    const { owner, endpoint } = await newEndpoint(['sign_in.*'])
    await signIn(owner.email, { ...owner.tenant, password: 'a wrong one 77' })
    const [hook] = await hooksAt(endpoint.path)
    expect(eventOf(hook)).toMatchObject({ type: 'sign_in.refused', data: { outcome: 'failure' } })
  })

  it('goes to those who asked for it, and to no other tenant', async () => {
    const { owner, endpoint } = await newEndpoint(['password.changed'])
    const other = await newEndpoint(['*'])
    const wanted = await addEndpoint(owner, ['session.*'])
    await signIn(await newUserIn(owner.tenant), owner.tenant)
    await hooksAt(wanted.path)
    const foreign = await rows(
      `select from webhook_deliveries d join audit_events a on a.id = d.event_id
       where d.endpoint_id = $1 and a.tenant_id <> $2`,
      [other.endpoint.id, other.owner.tenant.id],
    )
    expect(foreign).toEqual([])
    expect(
      await rows('select from webhook_deliveries where endpoint_id = $1', [endpoint.id]),
    ).toEqual([])
  })

  it('costs the request no round trip', async () => {
    const without = await newTenant()
    const { owner } = await newEndpoint(['*'])
    const costs = await Promise.all(
      [without, owner.tenant].map(async (tenant) => {
        const email = await newUserIn(tenant)
        await signIn(email, tenant)
        return cost(await signIn(email, tenant))
      }),
    )
    expect(costs[1]).toEqual(costs[0])
  })

  it('does not wait for what an endpoint is told that is removed at this moment', async () => {
    const { owner, endpoint } = await newEndpoint(['session.opened'])
    await row('delete from webhook_endpoints where id = $1 returning id', [endpoint.id])
    const { status } = await signIn(await newUserIn(owner.tenant), owner.tenant)
    expect(status).toBe(200)
    await dispatch(ports(), owner.tenant.id)
    expect(
      await rows('select from webhook_deliveries where endpoint_id = $1', [endpoint.id]),
    ).toEqual([])
  })
})

describe('a delivery that fails', () => {
  it('is tried again later, under the same id, until it arrives', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'], '?status=500')
    await newUserIn(owner.tenant)
    const [failed] = await deliveriesOf(endpoint)
    expect(failed).toMatchObject({ status: 'pending', attempts: 1 })
    expect(failed?.tries).toEqual([
      { at: expect.any(String), status: 500, error: 'status', ms: expect.any(Number) },
    ])
    // Not before its time.
    await dispatch(ports(), owner.tenant.id)
    expect((await hooksAt(endpoint.path)).length).toBe(1)

    await row('update webhook_endpoints set url = $2 where id = $1 returning id', [
      endpoint.id,
      endpoint.url.replace('?status=500', ''),
    ])
    await makeDue(endpoint)
    await dispatch(ports(), owner.tenant.id)
    const hooks = await hooksAt(endpoint.path, 2)
    expect(new Set(hooks.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    const [delivered] = await deliveriesOf(endpoint)
    expect(delivered).toMatchObject({ status: 'delivered', attempts: 2 })
    expect(delivered?.tries.map(({ status }) => status)).toEqual([500, 204])
  })

  it('does not follow a redirect', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'], '?status=302')
    await newUserIn(owner.tenant)
    const [failed] = await deliveriesOf(endpoint)
    expect(failed?.tries).toMatchObject([{ status: 302, error: 'redirect' }])
    const elsewhere = await fetch(`${env.SES_ENDPOINT}/api/hooks?path=/hooks/elsewhere`)
    expect(await elsewhere.json()).toEqual([])
  })

  it('goes nowhere private, whatever the name said when it was added', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'])
    const moved = 'https://at-169-254-169-254.example/latest'
    await row('update webhook_endpoints set url = $2 where id = $1 returning id', [
      endpoint.id,
      moved,
    ])
    await newUserIn(owner.tenant)
    const [failed] = await deliveriesOf(endpoint)
    expect(failed?.tries).toMatchObject([{ status: null, error: 'host_not_public' }])
  })

  it('makes its endpoint wait, and then be asked with one', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'], '?status=503')
    await newUserIn(owner.tenant)
    await deliveriesOf(endpoint)
    await pause(endpoint)
    for (let more = 0; more < 3; more += 1) await newUserIn(owner.tenant)
    const before = await hooksAt(endpoint.path)
    await makeDue(endpoint)
    await dispatch(ports(), owner.tenant.id)
    expect((await hooksAt(endpoint.path)).length).toBe(before.length + 1)
    const { waits } = await row<{ waits: boolean }>(
      'select failures >= 2 and resume_at > now() as waits from webhook_endpoints where id = $1',
      [endpoint.id],
    )
    expect(waits).toBe(true)
  })

  it('is dead after its last try, and expired after its time', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'], '?status=500')
    await newUserIn(owner.tenant)
    await deliveriesOf(endpoint)
    await newUserIn(owner.tenant)
    const [first, second] = await rows<{ event_id: string }>(
      'select event_id from webhook_deliveries where endpoint_id = $1 order by event_id',
      [endpoint.id],
    )
    await row(
      'update webhook_deliveries set attempts = $2 where event_id = $1 returning event_id',
      [first?.event_id, policy.maxAttempts - 1],
    )
    await row(
      'update webhook_deliveries set expires_at = now(), next_attempt_at = now() where event_id = $1 returning event_id',
      [second?.event_id],
    )
    await makeDue(endpoint)
    await sweepWebhooks(ports())
    const ended = await rows<{ status: string }>(
      'select status from webhook_deliveries where endpoint_id = $1 order by event_id',
      [endpoint.id],
    )
    expect(ended.map(({ status }) => status)).toEqual(['dead', 'expired'])
  })

  it('of one tenant waits for no other tenant’s thousands: tenants take turns', async () => {
    const inTurn = async () => {
      const { owner: busy } = await newEndpoint(['account.verified'])
      for (let more = 0; more < 5; more += 1) await addEndpoint(busy, ['account.verified'])
      for (let more = 0; more < 5; more += 1) await newUserIn(busy.tenant)
      const { owner: other, endpoint } = await newEndpoint(['account.closing'])
      await newUserIn(other.tenant)
      // As if all had failed before: those of the busy one an hour ago, that of the other just now.
      const due = (tenant: string, event: string, age: string) =>
        rows(
          `insert into webhook_deliveries (endpoint_id, event_id, tenant_id, next_attempt_at, expires_at)
           select e.id, a.id, e.tenant_id, now() - $3::interval, now() + interval '1 day'
           from webhook_endpoints e join audit_events a on a.tenant_id = e.tenant_id and a.action = $2
           where e.tenant_id = $1 on conflict (endpoint_id, event_id) do update set status = 'pending', attempts = 0,
             next_attempt_at = excluded.next_attempt_at`,
          [tenant, event, age],
        )
      await due(busy.tenant.id, 'account.verified', '1 hour')
      await due(other.tenant.id, 'account.verified', '1 second')
      const claimed = await ports().database.run<ClaimedDelivery>(claimStatement(null), 'once')
      const busyOnes = claimed.filter((one) => one.tenant_id === busy.tenant.id)
      return { busyOnes, others: claimed.filter((one) => one.endpoint_id === endpoint.id) }
    }
    // The dispatcher of another file may be there first.
    await vi.waitFor(async () => {
      const { busyOnes, others } = await inTurn()
      expect(busyOnes.length).toBeGreaterThan(policy.perEndpoint)
      expect(others.map(({ turn }) => turn)).toContain(1)
    }, patience)
  })

  it('twice at the same moment is made once: one dispatcher passes by what another holds', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'])
    await pause(endpoint)
    for (let more = 0; more < 3; more += 1) await newUserIn(owner.tenant)
    await makeDue(endpoint)
    await Promise.all(Array.from({ length: 8 }, () => dispatch(ports(), owner.tenant.id)))
    expect((await hooksAt(endpoint.path, 3)).length).toBe(3)
  })
})

describe('an endpoint', () => {
  it('that says it is gone is switched off, and its owners are told', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'], '?status=410')
    await newUserIn(owner.tenant)
    await deliveriesOf(endpoint)
    const { status } = await row<{ status: string }>(
      'select status from webhook_endpoints where id = $1',
      [endpoint.id],
    )
    expect(status).toBe('off')
    const work = ports()
    await Promise.all([sweepWebhooks(work), sweepWebhooks(ports())])
    await mails(owner.email, 2)
    const letters = await rows(
      `select from outbox o join users u on u.id = o.user_id where u.email = $1 and o.letter = 'webhook_off'`,
      [owner.email],
    )
    expect(letters).toHaveLength(1)
    const event = await row<{ reason: string }>(
      "select reason from audit_events where tenant_id = $1 and action = 'webhook.switched_off'",
      [owner.tenant.id],
    )
    expect(event.reason).toBe('gone')
  })

  it('that fails for days is switched off, and not before', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'], '?status=500')
    await newUserIn(owner.tenant)
    await deliveriesOf(endpoint)
    const failing = async (seconds: number) => {
      await row(
        `update webhook_endpoints set failures = $2, failing_since = now() - make_interval(secs => $3)
         where id = $1 returning id`,
        [endpoint.id, policy.offAfterFailures, seconds],
      )
      await makeDue(endpoint)
      await dispatch(ports(), owner.tenant.id)
      return row<{ status: string }>('select status from webhook_endpoints where id = $1', [
        endpoint.id,
      ])
    }
    expect((await failing(policy.offAfter - 60)).status).toBe('active')
    expect((await failing(policy.offAfter + 60)).status).toBe('off')
  })
})

describe('a renewed secret', () => {
  it('signs beside the one before, and alone when the time of that is over', async () => {
    const { owner, endpoint } = await newEndpoint(['account.verified'])
    const renewed = await act<{ secret: string; previous_secret_until: string }>(
      owner,
      'POST',
      `/admin/webhooks/${endpoint.id}/rotate-secret`,
    )
    expect(renewed.status).toBe(200)
    expect(renewed.body.secret).not.toBe(endpoint.secret)
    await newUserIn(owner.tenant)
    const [both] = await hooksAt(endpoint.path)
    for (const secret of [endpoint.secret, renewed.body.secret]) {
      expect(new Webhook(secret).verify(both?.body ?? '', both?.headers ?? {})).toEqual(
        JSON.parse(both?.body ?? ''),
      )
    }
    await row('update webhook_endpoints set previous_until = now() where id = $1 returning id', [
      endpoint.id,
    ])
    await newUserIn(owner.tenant)
    const [, alone] = await hooksAt(endpoint.path, 2)
    expect(
      new Webhook(renewed.body.secret).verify(alone?.body ?? '', alone?.headers ?? {}),
    ).toEqual(JSON.parse(alone?.body ?? ''))
    expect(() =>
      new Webhook(endpoint.secret).verify(alone?.body ?? '', alone?.headers ?? {}),
    ).toThrow()
  })
})
