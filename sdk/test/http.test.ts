import { describe, expect, it, vi } from 'vitest'
import {
  type ClientOptions,
  createClient,
  isGatehouseError,
  memoryStorage,
  readLink,
} from '../src/index.ts'

const baseUrl = 'https://auth.example.com'

/** Answers what is prepared, one after the other, and keeps what was asked. */
function scripted(...answers: (Response | Error | (() => Promise<Response>))[]) {
  const asked: { method: string; url: URL; headers: Headers; body: unknown }[] = []
  const waits: number[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    asked.push({
      method: init?.method ?? 'GET',
      url: new URL(String(input)),
      headers: new Headers(init?.headers),
      body: init?.body,
    })
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    return typeof answer === 'function' ? answer() : (answer?.clone() as Response)
  }
  const wait = async (milliseconds: number) => void waits.push(milliseconds)
  const client = (options: Partial<ClientOptions> = {}) =>
    createClient({ baseUrl, fetch, wait, ...options })
  return { asked, waits, client }
}

function problem(status: number, code: string, headers: Record<string, string> = {}, more = {}) {
  return Response.json({ code, status, ...more }, { status, headers })
}

const busy = (seconds: string) => problem(503, 'BUSY', { 'Retry-After': seconds })

describe('Retry-After', () => {
  it('is waited for where a repeat does no harm', async () => {
    const { asked, waits, client } = scripted(busy('2'), Response.json({ status: 'ready' }))
    expect(await client().service.ready()).toEqual({ status: 'ready' })
    expect(asked).toHaveLength(2)
    expect(waits[0]).toBeGreaterThanOrEqual(2_000)
    expect(waits[0]).toBeLessThan(2_500)
  })

  it('is not waited for beyond the bound: the caller is told', async () => {
    const { asked, waits, client } = scripted(busy('11'))
    await expect(client().service.ready()).rejects.toMatchObject({ code: 'BUSY', retryAfter: 11 })
    expect([asked.length, waits.length]).toEqual([1, 0])
  })

  it('is not waited for by a form, which shows a countdown', async () => {
    const { asked, waits, client } = scripted(
      problem(429, 'TOO_MANY_ATTEMPTS', { 'Retry-After': '30' }),
    )
    const refused = expect(client().login({ email: 'a@example.com', password: 'x' })).rejects
    await refused.toMatchObject({ code: 'TOO_MANY_ATTEMPTS', status: 429, retryAfter: 30 })
    expect([asked.length, waits.length]).toEqual([1, 0])
  })

  it('as a date is understood', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString()
    const { client } = scripted(busy(date))
    const error = await client({ maxRetryAfter: 0 })
      .magicLink.send({ email: 'a@example.com' })
      .catch((caught: unknown) => caught)
    if (!isGatehouseError(error)) throw error
    expect(error.retryAfter).toBeGreaterThan(50)
    expect(error.retryAfter).toBeLessThanOrEqual(60)
  })

  it('ends after three attempts', async () => {
    const { asked, client } = scripted(busy('1'))
    await expect(client().service.ready()).rejects.toMatchObject({ code: 'BUSY' })
    expect(asked).toHaveLength(3)
  })
})

describe('what lies between', () => {
  it('no connection: a read is tried again, a write is not', async () => {
    const { asked, client } = scripted(new TypeError('fetch failed'), Response.json({}))
    await client().service.health()
    expect(asked).toHaveLength(2)
    const write = scripted(new TypeError('fetch failed'))
    const refused = expect(write.client().recovery.request({ email: 'a@example.com' })).rejects
    await refused.toMatchObject({ code: 'NETWORK_ERROR', status: 0 })
    expect(write.asked).toHaveLength(1)
  })

  it('a page of a proxy is no answer of the service', async () => {
    const page = new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } })
    const { client } = scripted(page)
    const refused = expect(client().login({ email: 'a@example.com', password: 'x' })).rejects
    await refused.toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 502 })
  })

  it('a success that is no JSON is none either', async () => {
    const page = new Response('{', { headers: { 'Content-Type': 'application/json' } })
    await expect(scripted(page).client().service.info()).rejects.toMatchObject({
      code: 'UNEXPECTED_ANSWER',
    })
  })

  const never = (_: unknown, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })

  it('silence ends in a code of its own', async () => {
    const client = createClient({ baseUrl, fetch: never, timeout: 10 })
    const refused = expect(client.login({ email: 'a@example.com', password: 'x' })).rejects
    await refused.toMatchObject({ code: 'TIMEOUT' })
  })

  it.each([
    ['success', 200],
    ['refusal', 503],
  ])('so does silence in the midst of a %s', async (_, status) => {
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      const body = new ReadableStream({
        start(stream) {
          stream.enqueue(new TextEncoder().encode('{'))
          init?.signal?.addEventListener('abort', () => stream.error(init.signal?.reason))
        },
      })
      return new Response(body, { status, headers: { 'Content-Type': 'application/json' } })
    }
    const client = createClient({ baseUrl, fetch, timeout: 10 })
    const refused = expect(client.login({ email: 'a@example.com', password: 'x' })).rejects
    await refused.toMatchObject({ code: 'TIMEOUT' })
  })

  it('but a long answer may take long', async () => {
    let requests = 0
    const fetch: typeof globalThis.fetch = async (_url, init) => {
      requests += 1
      const body = new ReadableStream({
        async start(stream) {
          init?.signal?.addEventListener('abort', () => stream.error(init.signal?.reason))
          for (const piece of ['"Zo', 'é ', 'and others"']) {
            await new Promise((resolve) => setTimeout(resolve, 60))
            for (const byte of new TextEncoder().encode(piece)) stream.enqueue(Uint8Array.of(byte))
          }
          stream.close()
        },
      })
      return new Response(body, { headers: { 'Content-Type': 'application/json' } })
    }
    const client = createClient({ baseUrl, fetch, timeout: 150 })
    expect(await client.service.info()).toBe('Zoé and others')
    expect(requests).toBe(1)
  })

  it('a call that the caller gives up ends with the caller’s reason', async () => {
    const abort = new AbortController()
    const client = createClient({ baseUrl, fetch: never })
    const call = client.login({ email: 'a@example.com', password: 'x' }, { signal: abort.signal })
    abort.abort(new Error('changed my mind'))
    await expect(call).rejects.toThrow('changed my mind')
  })
})

describe('a request', () => {
  it('says who asks: tenant, language, app and installation', async () => {
    const { asked, client } = scripted(Response.json({}))
    const app = { platform: 'ios', version: '1.2.0' }
    const one = client({ tenant: 'acme', language: 'bn', app, sendInstallId: true })
    await one.service.info()
    await one.service.info()
    const [first, second] = asked.map(({ headers }) => Object.fromEntries(headers))
    expect(first).toMatchObject({
      'x-tenant': 'acme',
      'accept-language': 'bn',
      'x-app-platform': 'ios',
      'x-app-version': '1.2.0',
      'x-install-id': expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(second).toEqual(first)
    expect(first).not.toHaveProperty('x-token-transport')
  })

  it('puts parameters into the path, and never lets one leave its place', async () => {
    const { asked, client } = scripted(new Response(null, { status: 204 }))
    await client().sessions.end('../../me?x=1')
    expect(asked[0]?.url.href).toBe(`${baseUrl}/api/v1/auth/sessions/..%2F..%2Fme%3Fx%3D1`)
  })

  it('puts what a read takes into the query, without what is not given', async () => {
    const { asked, client } = scripted(Response.json({}))
    await client().me.activity({ cursor: 'a b' })
    expect(asked[0]?.url.search).toBe('?cursor=a+b')
    expect(asked[0]?.body).toBeUndefined()
  })

  it('with an enrolment token uses that, and no renewal', async () => {
    const { asked, client } = scripted(problem(401, 'TOKEN_INVALID'))
    const call = client().mfa.enable({ type: 'totp' }, { token: 'enrol' })
    await expect(call).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
    expect(asked.map(({ headers }) => headers.get('Authorization'))).toEqual(['Bearer enrol'])
  })
})

describe('the gate of versions', () => {
  it('tells the app that it must be updated', async () => {
    const more = { min_supported: '2.0.0', store_url: 'https://store.example' }
    const client = scripted(problem(426, 'APP_UPDATE_REQUIRED', {}, more)).client()
    const told = vi.fn()
    client.on('updateRequired', told)
    await expect(client.me.get()).rejects.toMatchObject({
      code: 'APP_UPDATE_REQUIRED',
      status: 426,
    })
    expect(told).toHaveBeenCalledWith({ minSupported: '2.0.0', storeUrl: 'https://store.example' })
  })

  it('tells it also where a session would be renewed', async () => {
    const storage = memoryStorage()
    const kept = { accessToken: 'old', expiresAt: 0, refreshToken: 'r', sessionId: 's' }
    await storage.write('gatehouse.session', JSON.stringify(kept))
    const refused = problem(426, 'APP_UPDATE_REQUIRED', {}, { min_supported: '2.0.0' })
    const client = scripted(refused).client({ storage })
    const told = vi.fn()
    client.on('updateRequired', told)
    await expect(client.restore()).rejects.toMatchObject({ status: 426 })
    expect(told).toHaveBeenCalledWith({ minSupported: '2.0.0', storeUrl: undefined })
  })

  it('tells once that there is a newer one', async () => {
    const headers = { 'X-App-Update': 'available' }
    const client = scripted(Response.json({}, { headers })).client()
    const told = vi.fn()
    client.on('updateAvailable', told)
    await client.service.info()
    await client.service.info()
    expect(told).toHaveBeenCalledTimes(1)
  })
})

describe('a listener', () => {
  it('that throws harms neither the call nor the others, and can be taken away', async () => {
    const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const headers = { 'X-App-Update': 'available' }
    const client = scripted(Response.json({}, { headers })).client()
    const told = vi.fn()
    const gone = vi.fn()
    client.on('updateAvailable', () => {
      throw new Error('of the app')
    })
    client.on('updateAvailable', told)
    client.on('updateAvailable', gone)()
    await client.service.info()
    expect(told).toHaveBeenCalledTimes(1)
    expect(gone).not.toHaveBeenCalled()
    expect(complaints).toHaveBeenCalledTimes(1)
    complaints.mockRestore()
  })
})

describe('a link', () => {
  const redirects = ['com.example.app:/auth/callback', 'https://app.example.com/auth/callback']
  const read = (url: string) => readLink(url, { origin: baseUrl, redirects })

  it.each([
    ['/verify-email', 'verifyEmail'],
    ['/magic-link', 'magicLink'],
    ['/reset-password', 'resetPassword'],
    ['/recover', 'recover'],
    ['/recover/cancel', 'cancelRecovery'],
    ['/recover/not-me', 'notMe'],
    ['/accept-invitation', 'invitation'],
    ['/email/confirm', 'confirmEmail'],
    ['/email/undo', 'undoEmail'],
  ])('to %s is read', (path, kind) => {
    const token = 'ghs_abc-1'
    expect(read(`${baseUrl}${path}#token=${token}`)).toEqual({ kind, token, tenant: null })
    const ofTenant = `${baseUrl}${path}?tenant=acme#token=${token}`
    expect(read(ofTenant)).toEqual({ kind, token, tenant: 'acme' })
  })

  it('back from a provider is read, to the listed address alone', () => {
    for (const redirect of redirects) {
      const url = `${redirect}?code=abc`
      expect(read(url)).toEqual({ kind: 'oauth', url })
    }
    expect(read('com.evil.app:/auth/callback?code=abc')).toBeNull()
    expect(read('https://app.example.com/auth/callback/x?code=abc')).toBeNull()
  })

  it('of another host, without a token or without sense is none', () => {
    expect(read('https://evil.example/magic-link#token=abc')).toBeNull()
    expect(read(`${baseUrl}.evil.example/magic-link#token=abc`)).toBeNull()
    expect(read(`${baseUrl}/magic-link?token=abc`)).toBeNull()
    expect(read(`${baseUrl}/somewhere#token=abc`)).toBeNull()
    expect(read('no link')).toBeNull()
  })
})
