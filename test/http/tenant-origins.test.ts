import { describe, expect, it } from 'vitest'
import { call, cost, signIn } from '../support/client.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'
import { send, serviceWith, withoutDatabase } from './service.ts'

const me = '/api/v1/auth/me'
const newOrigin = () => `https://${crypto.randomUUID()}.example`

function preflight(from: string, service = send) {
  return service(me, {
    method: 'OPTIONS',
    headers: { Origin: from, 'Access-Control-Request-Method': 'GET' },
  })
}

async function readableBy(from: string, headers: Record<string, string>): Promise<boolean> {
  const answer = await call(me, undefined, { headers: { ...headers, Origin: from } })
  return answer.headers.get('Access-Control-Allow-Origin') === from
}

describe('an origin that one tenant lists', () => {
  it('may read the answers of this tenant, and of no other', async () => {
    const [own, foreign] = [newOrigin(), newOrigin()]
    const tenant = await newTenant({ allowedOrigins: [own] })
    const other = await newTenant({ allowedOrigins: [foreign] })
    expect(await readableBy(own, tenant.headers)).toBe(true)
    expect(await readableBy(foreign, other.headers)).toBe(true)
    expect(await readableBy(foreign, tenant.headers)).toBe(false)
    expect(await readableBy(own, other.headers)).toBe(false)
    expect(await readableBy(own, {})).toBe(false)
  })

  it('may not read by the operator’s list what its tenant has a list of its own for', async () => {
    const tenant = await newTenant({ allowedOrigins: [newOrigin()] })
    expect(await readableBy('http://localhost:5173', tenant.headers)).toBe(false)
    expect(await readableBy('http://localhost:5173', (await newTenant()).headers)).toBe(true)
  })

  it('may ask, whatever the tenant: a preflight cannot say which', async () => {
    const own = newOrigin()
    await newTenant({ allowedOrigins: [newOrigin(), own] })
    const { status, headers } = await preflight(own)
    expect([status, headers.get('Access-Control-Allow-Origin')]).toEqual([204, own])
  })

  it('may read why it was refused, where no tenant was found', async () => {
    const own = newOrigin()
    await newTenant({ allowedOrigins: [own] })
    expect(await readableBy(own, { 'X-Tenant': 'nobody' })).toBe(true)
  })

  it('lets nobody use a refresh cookie of another tenant', async () => {
    const own = newOrigin()
    await newTenant({ allowedOrigins: [own] })
    const headers = { 'X-Token-Transport': 'cookie', Origin: own }
    const { status, body } = await call('/api/v1/auth/refresh', {}, { headers })
    expect([status, body.code]).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
  })
})

describe('an origin that nobody lists', () => {
  it('may not ask, and is not asked for twice', async () => {
    const foreign = newOrigin()
    const first = await preflight(foreign)
    const second = await preflight(foreign)
    for (const { headers } of [first, second]) {
      expect(headers.has('Access-Control-Allow-Origin')).toBe(false)
    }
    expect([cost(first).db, cost(second).db]).toEqual([1, 0])
  })

  it('costs nothing where it can be none', async () => {
    for (const from of [
      'null',
      'ftp://a.example',
      'https://a.example/',
      'https://A.example',
      '*',
    ]) {
      expect(cost(await preflight(from)).db).toBe(0)
    }
  })

  it('may not ask while the database is away, and is asked for again', async () => {
    const own = newOrigin()
    await newTenant({ allowedOrigins: [own] })
    const away = await preflight(own, serviceWith(withoutDatabase))
    expect(away.headers.has('Access-Control-Allow-Origin')).toBe(false)
    expect((await preflight(own)).headers.get('Access-Control-Allow-Origin')).toBe(own)
  })
})

it('costs a sign-in nothing', async () => {
  const own = newOrigin()
  const tenant = await newTenant({ allowedOrigins: [own] })
  const email = await preparedUserIn(tenant)
  await signIn(email, tenant)
  const plain = cost(await signIn(email, tenant))
  const fromPage = await signIn(email, { headers: { ...tenant.headers, Origin: own } })
  expect(fromPage.headers.get('Access-Control-Allow-Origin')).toBe(own)
  expect(cost(fromPage)).toEqual(plain)
})
