import { env } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import {
  call,
  password,
  randomEmail,
  registration,
  signIn,
  type Tokens,
} from '../support/client.ts'
import { preparedUser } from '../support/prepared.ts'
import { cookieMode, type Headers, newBrowser, post, refresh, refreshCookie } from './browser.ts'
import { expectProblem } from './problem-document.ts'

const refused: [string, Headers][] = [
  ['neither Origin nor Sec-Fetch-Site', {}],
  ['a foreign Origin', { Origin: 'https://evil.example' }],
  [
    'a foreign Origin in a cross-site request',
    { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
  ],
  ['a sandboxed page', { Origin: 'null' }],
  ['an empty Origin', { Origin: '' }],
  ['a host that begins like ours', { Origin: 'http://localhost:8787.evil.example' }],
  ['a host that ends like ours', { Origin: 'http://evil-localhost:8787' }],
  ['our host on another port', { Origin: 'http://localhost:8788' }],
  ['our host by another scheme', { Origin: 'https://localhost:8787' }],
  ['our origin with a path', { Origin: 'http://localhost:8787/' }],
  ['two origins', { Origin: 'http://localhost:8787, https://evil.example' }],
  ['a cross-site request without an Origin', { 'Sec-Fetch-Site': 'cross-site' }],
  ['a request from a sibling site', { 'Sec-Fetch-Site': 'same-site' }],
  ['a request that no page made', { 'Sec-Fetch-Site': 'none' }],
  ['only a Referer of ours', { Referer: 'http://localhost:8787/login' }],
  ['only a forwarded Origin', { 'X-Forwarded-Origin': 'http://localhost:8787' }],
]

const taken: [string, Headers][] = [
  ['a page of ours', { 'Sec-Fetch-Site': 'same-origin' }],
  ...env.ALLOWED_ORIGINS.split(',').map((origin): [string, Headers] => [
    origin,
    { Origin: origin },
  ]),
]

describe('a cross-site request with the cookie transport', () => {
  it.each(refused)('cannot sign in: %s', async (_name, headers) => {
    const body = { email: 'somebody@example.com', password }
    const answer = await call('/api/v1/auth/login', body, {
      headers: { ...cookieMode, ...headers },
    })
    expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it.each(refused)('cannot register: %s', async (_name, headers) => {
    const answer = await call('/api/v1/auth/register', registration(randomEmail()), {
      headers: { ...cookieMode, ...headers },
    })
    expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
  })

  it('cannot refresh, and spends nothing', async () => {
    const { cookie } = await newBrowser()
    for (const [, headers] of refused) {
      const answer = await refresh(cookie, { ...cookieMode, ...headers })
      expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect((await refresh(cookie)).status).toBe(200)
  })

  it.each(['logout', 'logout-all'])('cannot %s: the session lives on', async (path) => {
    const browser = await newBrowser()
    for (const [, headers] of refused) {
      const answer = await post(path, browser, { ...cookieMode, ...headers })
      expectProblem(answer, 403, 'ORIGIN_NOT_ALLOWED')
      expect(answer.headers.getSetCookie()).toEqual([])
      expect(answer.headers.has('Clear-Site-Data')).toBe(false)
    }
    expect((await refresh(browser.cookie)).status).toBe(200)
  })
})

it('without a word about its page is told what is missing; a foreign page is told nothing', async () => {
  const ask = (headers: Headers) =>
    call('/api/v1/auth/refresh', {}, { headers: { ...cookieMode, ...headers } })
  const silent = expectProblem(await ask({}), 403, 'ORIGIN_NOT_ALLOWED')
  expect(silent.detail).toMatch(/\bOrigin\b/)
  for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
    const foreign = expectProblem(await ask(headers), 403, 'ORIGIN_NOT_ALLOWED')
    expect(foreign.detail).toBe(`${foreign.title}.`)
  }
})

describe('a request of an allowed page', () => {
  it.each(taken)('registers, signs in, refreshes and signs out: %s', async (_name, headers) => {
    const from = { ...cookieMode, ...headers }
    const registered = await call('/api/v1/auth/register', registration(randomEmail()), {
      headers: from,
    })
    expect(registered.status).toBe(202)

    const email = await preparedUser()
    const signedIn = await signIn(email, { headers: from })
    expect(signedIn.status).toBe(200)
    const { token, cookie } = { token: signedIn.body.access_token, cookie: refreshCookie(signedIn) }
    const refreshed = await refresh(cookie, from)
    expect(refreshed.status).toBe(200)
    const browser = { email, answer: signedIn, token, cookie: refreshCookie(refreshed) }
    expect((await post('logout', browser, from)).status).toBe(204)
  })

  it('signs out everywhere', async () => {
    for (const [, headers] of taken) {
      const answer = await post('logout-all', await newBrowser(), { ...cookieMode, ...headers })
      expect(answer.status).toBe(204)
    }
  })
})

it('asks an app, which carries its token itself, for no origin', async () => {
  const { body } = await signIn(await preparedUser())
  const refreshed = await call<Tokens>('/api/v1/auth/refresh', {
    refresh_token: body.refresh_token,
  })
  expect(refreshed.status).toBe(200)
  const answer = await call('/api/v1/auth/logout', {}, { token: refreshed.body.access_token })
  expect(answer.status).toBe(204)
})
