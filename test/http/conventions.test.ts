import { describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { origin } from '../support/origin.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { expectHouseHeaders, expectNotStored } from './house-headers.ts'
import { filled, operations } from './operations.ts'
import { expectProblem } from './problem-document.ts'
import { json, send, sendTo, serviceWith, withoutDatabase } from './service.ts'

const login = '/api/v1/auth/login'
const routes = await operations()
const { access_token: token } = await preparedSignIn()

/** One of each way to answer. */
const answers: [string, () => ReturnType<typeof send>][] = [
  ['a success', () => call('/api/v1/auth/me', undefined, { token })],
  ['the name of the service', () => send('/api/v1')],
  ['an empty success', () => send(login, { method: 'OPTIONS' })],
  ['malformed JSON (400)', () => send(login, { ...json({}), body: '{' })],
  ['no token (401)', () => send('/api/v1/auth/me')],
  [
    'a foreign site (403)',
    () =>
      call(
        login,
        {},
        { headers: { 'X-Token-Transport': 'cookie', Origin: 'https://evil.example' } },
      ),
  ],
  ['an unknown path (404)', () => send('/api/v1/nothing')],
  ['an unknown tenant (404)', () => call(login, {}, { headers: { 'X-Tenant': 'nobody' } })],
  ['a wrong method (405)', () => send(login)],
  ['a large body (413)', () => send(login, { ...json({}), body: ' '.repeat(40_000) })],
  ['a foreign type (415)', () => send(login, { method: 'POST', body: 'text' })],
  ['a foreign host (421)', () => send('http://gatehouse.example/api/v1')],
  ['a wrong field (422)', () => send(login, json({}))],
  ['no database (503)', () => serviceWith(withoutDatabase)('/readyz')],
  ['no keys (503)', () => serviceWith({ JWT_KEYS: '' })('/api/v1/auth/me')],
]

describe.each(answers)('%s', (_name, ask) => {
  it('carries a request id, is not stored and keeps the browser on guard', async () => {
    const answer = await ask()
    expectHouseHeaders(answer)
    expectNotStored(answer)
  })
})

describe('every route', () => {
  it.each(routes)('$name carries the headers of the house', async ({ method, path }) => {
    expectHouseHeaders(await send(filled(path), { method }))
  })

  const outsideDocuments = routes.filter(({ path }) => path.startsWith('/api/'))
  it.each(outsideDocuments)('$name is never stored by a cache', async ({ method, path }) => {
    expectNotStored(await send(filled(path), { method }))
  })
})

describe('X-Request-Id', () => {
  it.each(['abc', 'A-b_9=', 'x'.repeat(64)])('%s comes back as it was sent', async (id) => {
    const answer = await send('/api/v1', { headers: { 'X-Request-Id': id } })
    expect(answer.headers.get('X-Request-Id')).toBe(id)
  })

  it.each(['', 'a b', 'a"b', '<script>', 'a,b', 'a;b', 'a\tb', 'é', 'x'.repeat(65), '%0d%0a'])(
    'unsafe %j is replaced by one of ours',
    async (id) => {
      const answer = await send(login, { ...json({}), headers: { 'X-Request-Id': id } })
      expect(answer.headers.get('X-Request-Id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}$/)
      expect(answer.body.request_id).toBe(answer.headers.get('X-Request-Id'))
    },
  )

  it('is another one for each request', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await send('/api/v1')).headers))
    expect(new Set(ids.map((headers) => headers.get('X-Request-Id'))).size).toBe(3)
  })
})

describe('a path', () => {
  const unknown = [
    '/nothing',
    '/api',
    '/api/v1/',
    '/api/v1/auth',
    '/api/v1/auth/login/',
    '/api/v1/auth/sessions/',
    '/API/v1/auth/login',
    '/api/v1/auth/login%00',
    'http://localhost:8787//api/v1/auth/login',
    '/api/v2/auth/login',
    '/.well-known/jwks',
    '/Xwell-known/jwksXjson',
    '/.env',
  ]
  it.each(unknown)('%s that nobody serves is 404, for reading and writing', async (path) => {
    expectProblem(await send(path), 404, 'NOT_FOUND')
    expectProblem(await send(path, { method: 'POST' }), 404, 'NOT_FOUND')
  })

  const paths = [...new Set(routes.map(({ path }) => path))]
  it.each(paths)('%s names its methods to those who use another (405)', async (path) => {
    const answer = await send(filled(path), { method: 'PROPFIND' })
    expectProblem(answer, 405, 'METHOD_NOT_ALLOWED')
    const served = routes.filter((route) => route.path === path).map(({ method }) => method)
    const allowed = (answer.headers.get('Allow') ?? '').split(', ')
    expect(allowed.filter((method) => method !== 'HEAD' && method !== 'OPTIONS').sort()).toEqual(
      served.sort(),
    )
  })

  it('in another spelling passes the same guards', async () => {
    for (const path of ['/api/v1/auth/%6Cogin', '/api/v1/%61uth/login', '/%61pi/v1/auth/login']) {
      const answer = await send(path, { method: 'POST', body: 'text' })
      expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
    }
  })
})

// CVE-2023-49097: the link of a reset had the host that the request was sent to.
describe('a host', () => {
  it.each([
    'http://gatehouse.example',
    'http://localhost.evil.example:8787',
    'http://evil.example@gatehouse.example',
    'http://[::1]:8787',
    'http://127.0.0.2',
  ])('%s of somebody else is not served (421)', async (host) => {
    expectProblem(await send(`${host}/api/v1`), 421, 'HOST_NOT_SERVED')
    expectProblem(await send(`${host}${login}`, json({})), 421, 'HOST_NOT_SERVED')
  })

  // What a runtime makes of such a `Host` or of `OPTIONS *`: it puts the parts together and parses nothing.
  it.each([
    'http://',
    'http:///x',
    'http:////x',
    'http://localhost*',
    'http://a b/x',
    'http://[::1/x',
  ])('%s is nobody (421), and who asks afterwards is served', async (url) => {
    expectProblem(await sendTo(url), 421, 'HOST_NOT_SERVED')
    expect((await sendTo(`${origin}/api/v1`)).status).toBe(200)
  })

  it('is told by the address alone, not by a forwarded name', async () => {
    const headers = { 'X-Forwarded-Host': 'gatehouse.example', Forwarded: 'host=gatehouse.example' }
    expect((await send('/api/v1', { headers })).status).toBe(200)
    const foreign = await send('http://gatehouse.example/api/v1', {
      headers: { 'X-Forwarded-Host': 'localhost:8787' },
    })
    expectProblem(foreign, 421, 'HOST_NOT_SERVED')
  })
})

describe('X-Tenant', () => {
  it.each([
    'nobody',
    'DEFAULT',
    'default ,x',
    "x' or '1'='1",
    '../default',
    'a'.repeat(64),
    '%00',
    '*',
  ])('%j that does not exist is 404', async (tenant) => {
    const answer = await call(login, {}, { headers: { 'X-Tenant': tenant } })
    expectProblem(answer, 404, 'TENANT_NOT_FOUND')
  })

  it('names the default tenant as well as no header does', async () => {
    const answer = await call('/api/v1/auth/me', undefined, {
      token,
      headers: { 'X-Tenant': 'default' },
    })
    expect(answer.body).toMatchObject({ tenant: 'default' })
  })
})

describe('X-Token-Transport', () => {
  it.each(['Cookie', 'BODY', 'header', 'cookie,body', ' ', 'true'])(
    '%j is neither transport (422)',
    async (transport) => {
      const answer = await call(login, {}, { headers: { 'X-Token-Transport': transport } })
      const { errors } = expectProblem(answer, 422, 'VALIDATION_FAILED')
      expect(errors).toEqual([expect.objectContaining({ field: 'X-Token-Transport' })])
    },
  )
})

describe('without keys', () => {
  const service = serviceWith({ JWT_KEYS: '' })

  it('nothing is served but the sign of life', async () => {
    expect((await service('/healthz')).body).toEqual({ status: 'ok' })
    for (const path of ['/readyz', '/api/v1', '/.well-known/jwks.json', '/docs']) {
      const answer = await service(path)
      expectProblem(answer, 503, 'MISCONFIGURED')
      expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
    }
  })

  it('the answer does not say which', async () => {
    const { body } = await service('/readyz')
    expect(JSON.stringify(body)).not.toMatch(/JWT|KEY|PEPPER/)
  })
})
