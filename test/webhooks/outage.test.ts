import { env } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import { livePorts } from '../../src/edge/live-ports.ts'
import { webhook as policy } from '../../src/policy.ts'
import { dispatch } from '../../src/webhooks/dispatch.ts'
import type { Administrator } from '../support/administrator.ts'
import { patience } from '../support/client.ts'
import { row, rows } from '../support/database.ts'
import { newUserIn } from '../support/tenant.ts'
import {
  type DeliveryRow,
  deliveriesOf,
  type Endpoint,
  eventOf,
  hooksAt,
  makeDue,
  newEndpoint,
  newPlace,
  pause,
} from './receiver.ts'

/** The ports of a scheduled handler of its own. */
function ports() {
  const { provision } = livePorts(env, { waitUntil: () => {} })
  if (!provision) throw new Error('no configuration')
  provision.answered()
  return provision.ports
}

/** As if a minute passed for what this endpoint is told, and two sweepers woke up. */
async function minute({ id }: Endpoint, { tenant }: Administrator): Promise<void> {
  const earlier = (column: string) => `${column} = ${column} - interval '1 minute'`
  await rows(
    `update webhook_deliveries set ${['next_attempt_at', 'created_at', 'expires_at'].map(earlier).join(', ')}
      where endpoint_id = $1`,
    [id],
  )
  await rows(
    `update webhook_endpoints set ${['resume_at', 'failing_since'].map(earlier).join(', ')} where id = $1`,
    [id],
  )
  await Promise.all([dispatch(ports(), tenant.id), dispatch(ports(), tenant.id)])
}

function all({ id }: Endpoint): Promise<DeliveryRow[]> {
  return rows<DeliveryRow>(
    'select * from webhook_deliveries where endpoint_id = $1 order by event_id',
    [id],
  )
}

describe('a receiver that is down for half an hour', () => {
  it.each([
    ['answers 500', '?status=500'],
    ['answers 429', '?status=429'],
    ['sends elsewhere', '?status=307'],
  ])('and %s gets all of it afterwards, each event once', async (_, trouble) => {
    const { owner, endpoint } = await newEndpoint(['account.verified'], trouble)
    await newUserIn(owner.tenant)
    await deliveriesOf(endpoint)
    for (let more = 0; more < 2; more += 1) await newUserIn(owner.tenant)
    for (let past = 0; past < 30; past += 1) {
      if (past === 15) for (let more = 0; more < 3; more += 1) await newUserIn(owner.tenant)
      await minute(endpoint, owner)
    }
    const waiting = await all(endpoint)
    expect(waiting.map(({ status }) => status)).toEqual(Array(6).fill('pending'))
    // It is asked after waits that double: less than once in each of the 30 minutes, whoever of the two sweepers asks.
    const asked = waiting.reduce((sum, { attempts }) => sum + attempts, 0)
    expect(asked).toBeLessThan(30)
    const { status } = await row('select status from webhook_endpoints where id = $1', [
      endpoint.id,
    ])
    expect(status).toBe('active')

    const place = newPlace()
    await row('update webhook_endpoints set url = $2 where id = $1 returning id', [
      endpoint.id,
      place.url,
    ])
    // As long as it may be left alone, and the longest wait of a delivery that was tried so often.
    for (let past = 0; past < 90; past += 1) {
      if ((await all(endpoint)).every((one) => one.status === 'delivered')) break
      await minute(endpoint, owner)
    }
    expect((await all(endpoint)).map((one) => one.status)).toEqual(Array(6).fill('delivered'))
    const ids = (await hooksAt(place.path, 6)).map((hook) => eventOf(hook).data.event_id)
    expect(ids).toHaveLength(6)
    expect(new Set(ids).size).toBe(6)
    const healed = 'select failures, failing_since from webhook_endpoints where id = $1'
    expect(await row(healed, [endpoint.id])).toEqual({ failures: 0, failing_since: null })
  })
})

it('a receiver that hangs is given up, and tried again', async () => {
  const { owner, endpoint } = await newEndpoint(['account.verified'])
  await pause(endpoint)
  await newUserIn(owner.tenant)
  const hang = { channel: 'hooks', match: owner.slug, delayMs: policy.timeoutMs + 1_000, count: 1 }
  await fetch(`${env.SES_ENDPOINT}/api/faults`, { method: 'POST', body: JSON.stringify(hang) })
  // The sweeper of another file may be the first, and is waited for.
  const isNow = (state: object) =>
    vi.waitFor(async () => expect(await all(endpoint)).toMatchObject([state]), patience)
  await makeDue(endpoint)
  await dispatch(ports(), owner.tenant.id)
  await isNow({ status: 'pending', attempts: 1, tries: [{ status: null }] })

  await makeDue(endpoint)
  await dispatch(ports(), owner.tenant.id)
  await isNow({ status: 'delivered', attempts: 2 })
})
