import { afterEach, describe, expect, it, vi } from 'vitest'
import { accessToken } from '../../src/policy.ts'
import { call, cost, signIn } from '../support/client.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'
import { forge, keys, strangersKey } from './access-tokens.ts'
import { filled, operations } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { send } from './service.ts'

const me = '/api/v1/auth/me'
const { access_token: genuine, session_id: sessionId } = await preparedSignIn()
const [head = '', payload = '', signature = ''] = genuine.split('.')
const secured = (await operations()).filter((route) => route.secured)
const now = Math.floor(Date.now() / 1000)
const nobody = '01999999-9999-7999-8999-999999999999'

const ask = (authorization: string) => send(me, { headers: { Authorization: authorization } })

function expectRefused(answer: Awaited<ReturnType<typeof send>>): void {
  expectProblem(answer, 401, 'TOKEN_INVALID')
  expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer\b/)
  expect(cost(answer).db).toBe(0)
}

describe('a genuine token', () => {
  it('opens the door, whatever the case of the scheme', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect((await ask(`${scheme} ${genuine}`)).status).toBe(200)
    }
  })

  it('may be signed with the key that comes next', async () => {
    const token = await forge(genuine, { header: { kid: keys.next.kid }, jwk: keys.next })
    expect((await ask(`Bearer ${token}`)).status).toBe(200)
  })

  it('may name other keys: they are not looked at', async () => {
    const { d: _, ...jwk } = await strangersKey()
    const header = { jwk, jku: 'https://evil.example/keys', x5u: 'https://evil.example/cert' }
    expect((await ask(`Bearer ${await forge(genuine, { header })}`)).status).toBe(200)
  })
})

/** RFC 8725 asks for a small leeway: half a minute, written down by hand. */
const leeway = 30

describe('a clock that differs', () => {
  afterEach(() => void vi.useRealTimers())

  /** The clock stands still, so that a second more or less is one. */
  async function statusWith(claims: Record<string, number>): Promise<number> {
    vi.useFakeTimers({ toFake: ['Date'], now: now * 1_000 })
    return (await ask(`Bearer ${await forge(genuine, { claims })}`)).status
  }

  it('is allowed for by half a minute at most', () => {
    expect(accessToken.leeway).toBeLessThanOrEqual(leeway)
  })

  it.each([
    ['that ran out', { exp: now - leeway + 1 }],
    ['that is not valid yet', { nbf: now + leeway - 1 }],
    ['of the future', { iat: now + leeway - 1 }],
  ])('lets a token pass %s by 29 seconds', async (_name, claims) => {
    expect(await statusWith(claims)).toBe(200)
  })

  it.each([
    ['that ran out', { exp: now - leeway - 1 }],
    ['that is not valid yet', { nbf: now + leeway + 1 }],
    ['of the future', { iat: now + leeway + 1 }],
    ['that lives longer than one may', { iat: now - 600 - leeway - 1, exp: now + 600 }],
  ])('lets no token pass %s by 31 seconds', async (_name, claims) => {
    expect(await statusWith(claims)).toBe(401)
  })
})

// CVE-2025-61928: without a session, a user id in the body said whose key was made.
describe('every route that needs a session', () => {
  it('is many', () => {
    expect(secured.length).toBeGreaterThanOrEqual(8)
  })

  it.each(secured)('$name refuses who shows none, before it looks at the body', async (route) => {
    const answer = await send(filled(route.path), {
      method: route.method,
      ...(route.body && { headers: { 'Content-Type': 'application/json' }, body: '{"nothing":1}' }),
    })
    expectRefused(answer)
  })

  it.each(secured)('$name refuses a token that a stranger signed', async (route) => {
    const token = await forge(genuine, { jwk: await strangersKey() })
    const headers = { Authorization: `Bearer ${token}` }
    expectRefused(await send(filled(route.path), { method: route.method, headers }))
  })
})

describe('what is no token', () => {
  it.each([
    '',
    'Bearer',
    'Bearer ',
    `Basic ${genuine}`,
    `Token ${genuine}`,
    `DPoP ${genuine}`,
    genuine,
    `Bearer ${genuine} ${genuine}`,
    `Bearer ${genuine}, Bearer ${genuine}`,
    `Bearer "${genuine}"`,
    'Bearer null',
    'Bearer a.b.c',
    'Bearer ..',
    `Bearer ${head}.${payload}`,
    `Bearer ${head}.${payload}.`,
    `Bearer ${genuine}.${signature}`,
    `Bearer .${payload}.${signature}`,
    `Bearer ${head}..${signature}`,
    `Bearer ${head}.${payload}.${signature.slice(0, 40)}`,
    `Bearer ${'a'.repeat(5_000)}.${payload}.${signature}`,
  ])('is refused: %.40s', async (authorization) => {
    expectRefused(await ask(authorization))
  })

  it('is what stands elsewhere than in the header', async () => {
    expectRefused(await send(`${me}?access_token=${genuine}`))
    expectRefused(await send(me, { headers: { Cookie: `access_token=${genuine}` } }))
    expectRefused(await send(me, { headers: { 'X-Access-Token': genuine } }))
  })
})

describe('a second spelling of a genuine token', () => {
  const last = signature.at(-1) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // The last character of 64 bytes has four bits that mean nothing.
  const strayBits = alphabet[alphabet.indexOf(last) + 1]

  it.each([
    ['stray bits at the end', `${head}.${payload}.${signature.slice(0, -1)}${strayBits}`],
    ['padding', `${genuine}==`],
    ['padding inside', `${head}=.${payload}=.${signature}`],
    ['a line break', `${head}.${payload}.${signature}%0A`],
    ['the other base64', `${head}.${payload}.${signature.replace(/[-_]/, '+').replace(/^./, '/')}`],
  ])('is refused: %s', async (_name, token) => {
    expect(token).not.toBe(genuine)
    expectRefused(await ask(`Bearer ${token}`))
  })
})

describe('a token of somebody else', () => {
  it('another user with this session is nobody', async () => {
    const other = await preparedSignIn()
    for (const claims of [{ sub: other.user.id }, { sid: other.session_id }, { sid: nobody }]) {
      const answer = await ask(`Bearer ${await forge(genuine, { claims })}`)
      expectProblem(answer, 401, 'TOKEN_INVALID')
    }
  })

  it('of the default tenant is refused in another, and the reverse; where none is named it is its own', async () => {
    const tenant = await newTenant()
    const { body } = await signIn(await preparedUserIn(tenant), { headers: tenant.headers })
    const inTenant = { headers: tenant.headers }
    expect((await call(me, undefined, { token: body.access_token, ...inTenant })).status).toBe(200)

    const token = body.access_token
    const elsewhere = { token, headers: { 'X-Tenant': 'default' } }
    expectProblem(await call(me, undefined, elsewhere), 401, 'TOKEN_INVALID')
    expect((await call<{ tenant: string }>(me, undefined, { token })).body.tenant).toBe(
      tenant.headers['X-Tenant'],
    )
    const foreign = await call(me, undefined, { token: genuine, ...inTenant })
    expectProblem(foreign, 401, 'TOKEN_INVALID')
  })

  it('with our tenant written over another is refused', async () => {
    const tenant = await newTenant()
    const aud = `urn:gatehouse:tenant:${tenant.id}`
    const token = await forge(genuine, { claims: { tid: tenant.id, aud } })
    const answer = await call(me, undefined, { token, headers: tenant.headers })
    expectProblem(answer, 401, 'TOKEN_INVALID')
    expectRefused(await ask(`Bearer ${await forge(genuine, { claims: { aud: [aud] } })}`))
  })
})

it('is refused once its session has ended, though it has not expired', async () => {
  const { access_token: token } = await preparedSignIn()
  await call('/api/v1/auth/logout', {}, { token })
  for (const path of [me, '/api/v1/auth/sessions', '/api/v1/auth/me/activity']) {
    const answer = await call(path, undefined, { token })
    expectProblem(answer, 401, 'TOKEN_INVALID')
    expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer\b/)
  }
})

it('is told nothing of why', async () => {
  const reasons = await Promise.all([
    ask('Bearer a.b.c'),
    ask(`Bearer ${await forge(genuine, { claims: { exp: now - 60 } })}`),
    ask(`Bearer ${await forge(genuine, { jwk: await strangersKey() })}`),
    ask(`Bearer ${await forge(genuine, { claims: { sid: nobody } })}`),
  ])
  const told = reasons.map(({ body: { request_id: _, ...problem }, headers }) =>
    JSON.stringify([problem, headers.get('WWW-Authenticate')]),
  )
  expect(new Set(told).size).toBe(1)
  expect(told[0]).not.toContain(sessionId)
})
