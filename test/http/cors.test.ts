import { env } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { call, randomEmail, signIn } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { expectHouseHeaders, expectNotStored } from './house-headers.ts'
import { operations } from './operations.ts'
import { send } from './service.ts'

const allowed = env.ALLOWED_ORIGINS.split(',')
const [origin = ''] = allowed
const foreign = [
  'https://evil.example',
  'null',
  '*',
  'http://localhost:8787.evil.example',
  'http://evil-localhost:8787',
  'http://localhost',
  'https://localhost:8787',
  'http://localhost:8787/',
  'HTTP://LOCALHOST:8787',
  'http://localhost:8787, https://evil.example',
]

const { access_token: token } = await preparedSignIn()
const me = '/api/v1/auth/me'

function listOf(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? '').split(',').map((item) => item.trim())
}

describe('an answer', () => {
  it.each(allowed)('can be read by pages of %s, with credentials', async (from) => {
    const { headers } = await call(me, undefined, { token, headers: { Origin: from } })
    expect(headers.get('Access-Control-Allow-Origin')).toBe(from)
    expect(headers.get('Access-Control-Allow-Credentials')).toBe('true')
    expect(listOf(headers, 'Vary')).toContain('Origin')
  })

  it.each(foreign)('cannot be read by pages of %s', async (from) => {
    const answer = await call(me, undefined, { token, headers: { Origin: from } })
    expect(answer.headers.has('Access-Control-Allow-Origin')).toBe(false)
    expect(listOf(answer.headers, 'Vary')).toContain('Origin')
  })

  it('names no origin to those who say none', async () => {
    const { headers } = await call(me, undefined, { token })
    expect(headers.has('Access-Control-Allow-Origin')).toBe(false)
    expect(listOf(headers, 'Vary')).toContain('Origin')
  })

  it('shows a page what it needs of the headers, and no other', async () => {
    const { headers } = await call(me, undefined, { token, headers: { Origin: origin } })
    const shown = listOf(headers, 'Access-Control-Expose-Headers')
    expect(shown).toEqual(
      expect.arrayContaining([
        'X-Request-Id',
        'Retry-After',
        'RateLimit',
        'RateLimit-Policy',
        'WWW-Authenticate',
      ]),
    )
    expect(shown).not.toContain('*')
    expect(shown).not.toContain('Set-Cookie')
  })
})

describe('a refusal can be read by an allowed page', () => {
  const refusals: [number, () => ReturnType<typeof call>][] = [
    [
      400,
      () => call(me, undefined, { token, method: 'PATCH', raw: '{', headers: { Origin: origin } }),
    ],
    [401, () => call(me, undefined, { headers: { Origin: origin } })],
    [404, () => call('/api/v1/nothing', undefined, { headers: { Origin: origin } })],
    [404, () => call(me, undefined, { headers: { Origin: origin, 'X-Tenant': 'nobody' } })],
    [405, () => call(me, {}, { method: 'PUT', headers: { Origin: origin } })],
    [
      413,
      () => call(me, {}, { method: 'PATCH', raw: ' '.repeat(40_000), headers: { Origin: origin } }),
    ],
    [422, () => call(me, { nope: 1 }, { token, method: 'PATCH', headers: { Origin: origin } })],
  ]
  it.each(refusals)('%i', async (status, ask) => {
    const answer = await ask()
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin)
  })

  it('429', async () => {
    const headers = { Origin: origin, 'CF-Connecting-IP': '198.51.100.77' }
    const answers = await Promise.all(
      Array.from({ length: 22 }, () => call('/api/v1/auth/login', {}, { headers })),
    )
    const limited = answers.find(({ status }) => status === 429)
    expect(limited?.headers.get('Access-Control-Allow-Origin')).toBe(origin)
  })
})

describe('a preflight', () => {
  const ask = (path: string, method: string, headers: string, from: string) =>
    send(path, {
      method: 'OPTIONS',
      headers: {
        Origin: from,
        'Access-Control-Request-Method': method,
        'Access-Control-Request-Headers': headers,
      },
    })
  const wanted = [
    'Authorization',
    'Content-Type',
    'X-Tenant',
    'X-Token-Transport',
    'X-App-Platform',
    'X-App-Version',
    'X-Install-Id',
    'X-Request-Id',
  ]

  it('lets an allowed page use every route and every header of the contract', async () => {
    const routes = (await operations()).filter(({ path }) => path.startsWith('/api/v1/auth/'))
    for (const { path, method } of routes) {
      const answer = await ask(path, method, wanted.join(', ').toLowerCase(), origin)
      expect(answer.status).toBe(204)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(origin)
      expect(answer.headers.get('Access-Control-Allow-Credentials')).toBe('true')
      expect(listOf(answer.headers, 'Access-Control-Allow-Methods')).toContain(method)
      expect(listOf(answer.headers, 'Access-Control-Allow-Headers')).toEqual(
        expect.arrayContaining(wanted),
      )
    }
  })

  it('costs nothing and does nothing', async () => {
    const answer = await ask('/api/v1/auth/logout-all', 'POST', 'authorization', origin)
    expect(answer.headers.get('Server-Timing')).toMatch(/^db;desc="0"/)
    expectHouseHeaders(answer)
    expectNotStored(answer)
  })

  it('may be remembered, but for no longer than a day', async () => {
    const { headers } = await ask(me, 'PATCH', 'authorization', origin)
    const age = Number(headers.get('Access-Control-Max-Age'))
    expect(age).toBeGreaterThan(0)
    expect(age).toBeLessThanOrEqual(86_400)
  })

  it.each(foreign)('tells pages of %s nothing that lets them go on', async (from) => {
    const { headers } = await ask(me, 'PATCH', 'authorization', from)
    expect(headers.has('Access-Control-Allow-Origin')).toBe(false)
  })

  it('allows no header by a wildcard', async () => {
    const { headers } = await ask(me, 'PATCH', 'x-anything', origin)
    const values = [...headers].filter(([name]) => name.startsWith('access-control-allow'))
    expect(values.map(([, value]) => value).join()).not.toContain('*')
    expect(listOf(headers, 'Access-Control-Allow-Headers')).not.toContain('x-anything')
  })
})

it('does not stop a request without a page behind it', async () => {
  const { status } = await signIn(randomEmail(), {
    headers: { Origin: 'https://evil.example' },
  })
  expect(status).toBe(401)
})
