import { afterEach, expect, test, vi } from 'vitest'
import { egressPort } from '../../src/edge/egress.ts'
import { egress as policy } from '../../src/policy.ts'
import { testConfig } from '../messages/fakes.ts'

afterEach(() => vi.unstubAllGlobals())

/** Answers every fetch; keeps what was asked. */
function stubFetch(answer: () => Response | Promise<Response>) {
  const asked: { url: string; init: RequestInit | undefined }[] = []
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    asked.push({ url, init })
    return answer()
  })
  return asked
}

test.each([
  'https://dns.example/dns-query?name=example.org',
  'https://breach.example/range/ABCDE',
  'https://email.eu-central-1.amazonaws.com/x',
  'https://sns.eu-central-1.amazonaws.com/a.pem',
  'https://oauth2.googleapis.com/token',
  'https://www.googleapis.com/oauth2/v3/certs',
])('%s may be asked', async (url) => {
  const asked = stubFetch(() => new Response('yes'))
  expect(await egressPort(testConfig()).fetch(url)).toEqual({ status: 200, text: 'yes' })
  expect(asked[0]?.url).toBe(url)
})

test.each([
  'https://evil.example/',
  'http://dns.example/dns-query',
  'https://dns.example:8443/',
  'https://dns.example.evil.example/',
  'https://user:password@dns.example/',
  'https://sns.us-east-1.amazonaws.com/a.pem',
  // A provider that is off.
  'https://github.com/login/oauth/access_token',
  'https://graph.facebook.com/v25.0/me',
  'http://169.254.169.254/latest/meta-data',
  'http://localhost:8025/range',
  'file:///etc/passwd',
  'data:text/plain,x',
  '//dns.example/',
  '',
])('%s is never asked', async (url) => {
  const asked = stubFetch(() => new Response('no'))
  expect(await egressPort(testConfig()).fetch(url)).toBeNull()
  expect(asked).toHaveLength(0)
})

test('plain http is for local endpoints in development only', async () => {
  const local = testConfig({ development: true })
  local.checks.breachEndpoint = 'http://localhost:8025/range'
  local.checks.domainEndpoint = 'http://dns.example/dns-query'
  const asked = stubFetch(() => new Response('yes'))
  expect(await egressPort(local).fetch('http://localhost:8025/range/A')).not.toBeNull()
  expect(await egressPort(local).fetch('http://dns.example/dns-query')).toBeNull()
  const live = { ...local, development: false }
  expect(await egressPort(live).fetch('http://localhost:8025/range/A')).toBeNull()
  expect(asked).toHaveLength(1)
})

test('the stand-in for the providers takes the place of all of them, in development only', async () => {
  const { social } = testConfig()
  const standIn = { ...social, endpoint: 'http://localhost:9090' }
  const local = testConfig({ development: true, social: standIn })
  const asked = stubFetch(() => new Response('yes'))
  expect(await egressPort(local).fetch('http://localhost:9090/google/token')).not.toBeNull()
  expect(await egressPort(local).fetch('https://oauth2.googleapis.com/token')).toBeNull()
  const live = testConfig({ social: standIn })
  expect(await egressPort(live).fetch('http://localhost:9090/google/token')).toBeNull()
  expect(asked).toHaveLength(1)
})

test('a redirect is answered, never followed', async () => {
  const location = 'https://evil.example/'
  const asked = stubFetch(() => new Response('', { status: 302, headers: { location } }))
  const answer = await egressPort(testConfig()).fetch('https://dns.example/')
  expect(answer).toEqual({ status: 302, text: '' })
  expect(asked[0]?.init).toMatchObject({ redirect: 'manual', method: 'GET' })
  expect(asked[0]?.init?.signal).toBeInstanceOf(AbortSignal)
})

test('method, headers and body pass, with a name for those who ask for one', async () => {
  const asked = stubFetch(() => new Response('yes'))
  const request = { method: 'POST', headers: { accept: 'text/plain' }, body: 'x' } as const
  await egressPort(testConfig()).fetch('https://dns.example/', request)
  expect(asked[0]?.init).toMatchObject({
    method: 'POST',
    headers: { accept: 'text/plain', 'user-agent': 'gatehouse' },
    body: 'x',
  })
})

test('an answer of the longest length passes, a longer one is dropped while it flows', async () => {
  stubFetch(() => new Response('x'.repeat(policy.maxBytes)))
  const whole = await egressPort(testConfig()).fetch('https://dns.example/')
  expect(whole?.text).toHaveLength(policy.maxBytes)

  let cancelled = false
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(16_384)),
      cancel: () => {
        cancelled = true
      },
    })
  stubFetch(() => new Response(endless()))
  expect(await egressPort(testConfig()).fetch('https://dns.example/')).toBeNull()
  expect(cancelled).toBe(true)
})

test('characters that are cut by a chunk come out whole', async () => {
  const bytes = new TextEncoder().encode('বাংলা')
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  stubFetch(() => new Response(stream))
  const answer = await egressPort(testConfig()).fetch('https://dns.example/')
  expect(answer?.text).toBe('বাংলা')
})

test('no answer, for any reason, is null', async () => {
  stubFetch(() => Promise.reject(new TypeError('refused')))
  expect(await egressPort(testConfig()).fetch('https://dns.example/')).toBeNull()
})
