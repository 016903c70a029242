import { describe, expect, it } from 'vitest'
import { limits } from '../../src/policy.ts'
import { type Answer, call, randomAddress, randomEmail } from '../support/client.ts'
import { useRuntimeLimits } from '../support/rate-limits.ts'
import { bodyOperations, filled, operations } from './operations.ts'
import { expectProblem } from './problem-document.ts'

useRuntimeLimits()

const quota = limits.signIn.quota
const minute = 60_000

type Headers = Record<string, string>

const login = '/api/v1/auth/login'

/** A sign-in that counts and costs nothing: its body is refused. */
const empty = () => ({})
const guess = () => ({ email: randomEmail(), password: 'wrong' })

/** The edge counts in whole minutes: what falls over the end of one is done again. */
async function withinOneMinute<T>(work: () => Promise<T>): Promise<T> {
  const started = minuteNow()
  const result = await work()
  return minuteNow() === started ? result : withinOneMinute(work)
}

function minuteNow(): number {
  return Math.floor(Date.now() / minute)
}

/** As many sign-ins as a minute may have, and one more, all from the address that is drawn for the try. */
function oneTooMany<T>(
  draw: () => T,
  headersFor: (drawn: T, index: number) => Headers,
  body: () => object = empty,
): Promise<Answer[]> {
  return withinOneMinute(async () => {
    const drawn = draw()
    const answers: Answer[] = []
    for (let index = 0; index <= quota; index += 1) {
      answers.push(await call(login, body(), { headers: headersFor(drawn, index) }))
    }
    return answers
  })
}

function expectOnlyLastLimited(answers: Answer[], before = 422): void {
  expect(answers.map(({ status }) => status)).toEqual([...Array(quota).fill(before), 429])
}

function randomPrefix(): string {
  const [one = 0, two = 0] = crypto.getRandomValues(new Uint16Array(2))
  return `2001:db8:${one.toString(16)}:${two.toString(16)}`
}

/** Headers in which other servers tell, or clients claim, an address. */
const addressHeaders = [
  'X-Forwarded-For',
  'X-Real-IP',
  'True-Client-IP',
  'X-Client-IP',
  'X-Cluster-Client-IP',
  'X-Original-Forwarded-For',
  'X-Originating-IP',
  'X-Remote-IP',
  'X-Remote-Addr',
  'Client-IP',
  'CF-Connecting-IPv6',
  'CF-Pseudo-IPv4',
  'Fastly-Client-IP',
  'Fly-Client-IP',
  'X-Azure-ClientIP',
  'X-Envoy-External-Address',
]

function spoofed(address: string): Headers {
  const entries = addressHeaders.map((name) => [name, address])
  return { ...Object.fromEntries(entries), Forwarded: `for=${address}` }
}

const from = (address: string): Headers => ({ 'CF-Connecting-IP': address })

describe('the eleventh sign-in of a minute from one address', () => {
  it('is refused, and told the limit and when to come back', async () => {
    const answers = await oneTooMany(randomAddress, from, guess)
    expectOnlyLastLimited(answers, 401)

    const last = answers.at(-1) as Answer
    expectProblem(last, 429, 'RATE_LIMITED')
    expect(last.headers.get('RateLimit-Policy')).toBe('"sign-in";q=10;w=60')
    expect(last.headers.get('RateLimit')).toMatch(/^"sign-in";r=0;t=([1-9]|[1-5]\d|60)$/)
    expect(last.headers.get('Retry-After')).toMatch(/^([1-9]|[1-5]\d|60)$/)
  })

  it('is refused before it costs a query, a count or a hash', async () => {
    const answers = await oneTooMany(randomAddress, from, guess)
    const timing = answers.at(-1)?.headers.get('Server-Timing')
    expect(timing).toMatch(/^db;desc="0";dur=0, do;desc="0", kv;desc="0", hash;desc="0"$/)
  })

  // GHSA-xh87-mx6m-69f3: the address was read from a header that the client writes.
  it('is refused whatever every other header says of the address', async () => {
    const answers = await oneTooMany(randomAddress, (address) => ({
      ...spoofed(randomAddress()),
      ...from(address),
    }))
    expectOnlyLastLimited(answers)
  })

  it('is refused whatever device, platform or page it claims to come from', async () => {
    const answers = await oneTooMany(randomAddress, (address, index) => ({
      ...from(address),
      'X-Install-Id': crypto.randomUUID(),
      'X-App-Platform': `platform-${index}`,
      'User-Agent': `agent/${index}`,
      'Accept-Language': index % 2 ? 'bn' : 'en',
      Origin: `https://${index}.example`,
    }))
    expectOnlyLastLimited(answers)
  })

  it('is another one from another address, though all claim to be the same', async () => {
    const answers = await oneTooMany(randomAddress, (claimed) => ({
      ...spoofed(claimed),
      ...from(randomAddress()),
    }))
    expect(answers.map(({ status }) => status)).toEqual(Array(quota + 1).fill(422))
  })
})

describe('an IPv6 customer', () => {
  // CVE-2026-45364: each address of a network was counted for itself.
  it('has one limit for all of the /64, in any spelling', async () => {
    const answers = await oneTooMany(randomPrefix, (prefix, index) =>
      from(index % 2 ? `${prefix}::${index + 1}` : `${prefix}:ffff:0:0:${index}`.toUpperCase()),
    )
    expectOnlyLastLimited(answers)
  })

  it('does not pay for the neighbour in the next /64', async () => {
    const answers = await oneTooMany(randomPrefix, () => from(`${randomPrefix()}::1`))
    expect(answers.at(-1)?.status).toBe(422)
  })

  it('has the limit of the IPv4 address that it is mapped from', async () => {
    const answers = await oneTooMany(randomAddress, (address, index) =>
      from(index % 2 ? address : `::ffff:${address}`),
    )
    expectOnlyLastLimited(answers)
  })
})

/** What a stranger can call; a refresh needs a token that was issued here. */
const open = (await bodyOperations()).filter(
  ({ secured, path }) => !secured && !path.endsWith('/refresh'),
)

describe('unauthenticated writes', () => {
  it('are limited from one address, on every route', async () => {
    const answers = await withinOneMinute(async () => {
      const headers = from(randomAddress())
      const used = {
        [login]: quota,
        '/api/v1/auth/mfa/verify': limits.mfa.quota,
        '/api/v1/auth/password-strength': limits.write.quota,
      }
      for (const [path, count] of Object.entries(used)) {
        for (let index = 0; index < count; index += 1) await call(path, {}, { headers })
      }
      return Promise.all(open.map(({ path, method }) => call(path, {}, { method, headers })))
    })
    for (const answer of answers) {
      expectProblem(answer, 429, 'RATE_LIMITED')
      expect(answer.headers.get('RateLimit-Policy')).toMatch(/^"(sign-in|mfa|write)";q=\d+;w=60$/)
      expect(answer.headers.has('Retry-After')).toBe(true)
    }
  })

  it('are many', () => {
    expect(open.length).toBeGreaterThanOrEqual(7)
  })
})

/** What a session can change of its account and its tenant. */
const writes = (await operations()).filter(
  ({ secured, method, path }) =>
    secured &&
    method !== 'GET' &&
    /\/(admin|tenants)\b|\/auth\/me$/.test(path) &&
    // A question, for all its body.
    !path.endsWith('/forms/preview'),
)

it('the preview of a form is no write', async () => {
  const answers = await withinOneMinute(async () => {
    const headers = from(randomAddress())
    const ask = () => call('/api/v1/admin/forms/preview', { settings: {} }, { headers })
    return Promise.all(Array.from({ length: limits.write.quota + 5 }, ask))
  })
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
})

it('writes of a session are limited before anything is asked about it', async () => {
  const answers = await withinOneMinute(async () => {
    const headers = from(randomAddress())
    for (let index = 0; index < limits.write.quota; index += 1) {
      await call('/api/v1/auth/password-strength', {}, { headers })
    }
    return Promise.all(
      writes.map(({ path, method, name }) => {
        const type = name.endsWith('/import') ? 'application/x-ndjson' : 'application/json'
        const how = { method, raw: '{}', headers: { ...headers, 'Content-Type': type } }
        return call(filled(path), undefined, how).then((answer) => [name, answer.status])
      }),
    )
  })
  expect(answers.length).toBeGreaterThan(15)
  expect(answers).toEqual(answers.map(([name]) => [name, 429]))
})
