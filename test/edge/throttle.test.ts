import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { throttlePort } from '../../src/edge/throttle.ts'
import type { ThrottleObject } from '../../src/edge/throttle-object.ts'
import { AuthError } from '../../src/errors.ts'
import { throttle } from '../../src/policy.ts'
import { type Attempt, newMeter } from '../../src/ports.ts'

type Namespace = DurableObjectNamespace<ThrottleObject>
type Admit = (...values: Parameters<ThrottleObject['admit']>) => Promise<unknown>

const live = env.THROTTLE as unknown as Namespace
const now = Date.UTC(2026, 10, 1)
const key = { id: 'a', bytes: new Uint8Array(32).map((_, index) => index) }
const config = {
  durableObjectLocation: 'weur' as const,
  keys: { lookup: { current: key, all: [key] } },
}
const admitted = { admitted: true, retryAfter: 0, count: 1, disabled: false }

function attemptOf(changes: Partial<Attempt> = {}): Attempt {
  return {
    tenantId: 'tenant',
    authenticator: 'password',
    identifier: `${crypto.randomUUID()}@example.com`,
    device: null,
    epoch: 0,
    ...changes,
  }
}

/** A namespace whose objects answer in turn as told. Remembers which names were asked for, and where. */
function standIn(...answers: Admit[]) {
  const calls: { name: string; options: unknown }[] = []
  const namespace = {
    getByName(name: string, options: unknown) {
      const answer = answers[Math.min(calls.length, answers.length - 1)]
      calls.push({ name, options })
      return { admit: answer }
    },
  } as unknown as Namespace
  return { calls, namespace }
}

function portOn(namespace: Namespace) {
  const meter = newMeter()
  return { meter, port: throttlePort(namespace, config, meter, { now: () => now }) }
}

async function refusalOf(work: Promise<unknown>): Promise<AuthError> {
  const error = await work.then(
    (value) => expect.fail(`let by: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AuthError)
  return error as AuthError
}

function failWith(properties: object): Admit {
  return () => Promise.reject(Object.assign(new Error('object failed'), properties))
}

describe('with the real object', () => {
  it('counts each attempt with one call, then refuses with the wait and the limit', async () => {
    const { meter, port } = portOn(live)
    const attempt = attemptOf()
    for (let count = 1; count <= throttle.freeFailures; count += 1) {
      expect(await port.admit(attempt)).toEqual({ count, disabled: false })
    }
    const refusal = await refusalOf(port.admit(attempt))
    expect(refusal.code).toBe('TOO_MANY_ATTEMPTS')
    expect(refusal.details).toEqual({
      retryAfter: 30,
      limit: { name: 'attempts', quota: 5, windowSeconds: throttle.forgetAfter },
    })
    expect(meter.objectCalls).toBe(6)
  })

  it('counts tenants, authenticators, identifiers and devices each for themselves', async () => {
    const { port } = portOn(live)
    const attempt = attemptOf()
    const others: Partial<Attempt>[] = [
      { tenantId: 'other' },
      { authenticator: 'email_code' },
      { identifier: 'somebody.else@example.com' },
      { device: 'phone' },
    ]
    await port.admit(attempt)
    for (const other of others) {
      expect(await port.admit({ ...attempt, ...other })).toEqual({ count: 1, disabled: false })
    }
    expect(await port.admit(attempt)).toEqual({ count: 2, disabled: false })
  })

  it('answers UNAVAILABLE where the object cannot read its storage', async () => {
    const { calls, namespace } = standIn(() => Promise.resolve(admitted))
    const attempt = attemptOf()
    await portOn(namespace).port.admit(attempt)
    const stub = live.getByName(calls[0]?.name ?? '')
    await runInDurableObject(stub, (_instance, { storage }) => storage.kv.put('lanes', 'broken'))

    const refusal = await refusalOf(portOn(live).port.admit(attempt))
    expect(refusal.code).toBe('UNAVAILABLE')
  })
})

describe('the name of the object', () => {
  it('reveals nothing: a keyed hash, asked for beside the database', async () => {
    const { calls, namespace } = standIn(() => Promise.resolve(admitted))
    const attempt = attemptOf({ identifier: 'ada@example.com' })
    await portOn(namespace).port.admit(attempt)
    await throttlePort(
      namespace,
      { ...config, keys: { lookup: { current: { id: 'b', bytes: new Uint8Array(32) }, all: [] } } },
      newMeter(),
      { now: () => now },
    ).admit(attempt)

    const [first, otherKey] = calls
    expect(first).toEqual({
      name: expect.stringMatching(/^[\w-]{43}$/),
      options: { locationHint: 'weur' },
    })
    expect(otherKey?.name).not.toBe(first?.name)
  })

  it('keeps its parts apart', async () => {
    const { calls, namespace } = standIn(() => Promise.resolve(admitted))
    const { port } = portOn(namespace)
    const alike: [string, string][] = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['a","password","b', 'c'],
      ['a', 'b","c'],
      ['a', '\ud800'],
      ['a', '\ud801'],
    ]
    for (const [tenantId, identifier] of alike)
      await port.admit(attemptOf({ tenantId, identifier }))
    expect(new Set(calls.map((call) => call.name)).size).toBe(alike.length)
  })
})

describe('an object that fails', () => {
  it.each([
    ['with an error of its code', { remote: true }, 1],
    ['being overloaded', { overloaded: true }, 1],
    ['being overloaded, though retryable', { overloaded: true, retryable: true }, 1],
    ['retryably, twice', { retryable: true }, 2],
  ])('%s is never taken for "allowed"', async (_name, properties, tries) => {
    const { calls, namespace } = standIn(failWith(properties))
    const { meter, port } = portOn(namespace)
    const refusal = await refusalOf(port.admit(attemptOf()))
    expect(refusal.code).toBe('UNAVAILABLE')
    expect(refusal.details.retryAfter).toBeGreaterThan(0)
    expect(calls).toHaveLength(tries)
    expect(meter.objectCalls).toBe(tries)
  })

  it('is asked once more, through a new stub, where a repeat is safe', async () => {
    const { calls, namespace } = standIn(failWith({ retryable: true }), () =>
      Promise.resolve(admitted),
    )
    expect(await portOn(namespace).port.admit(attemptOf())).toEqual({ count: 1, disabled: false })
    expect(calls).toHaveLength(2)
  })

  it('by throwing no error at all is UNAVAILABLE too', async () => {
    const { namespace } = standIn(() => Promise.reject(undefined))
    expect((await refusalOf(portOn(namespace).port.admit(attemptOf()))).code).toBe('UNAVAILABLE')
  })

  it('by an answer that is no verdict lets nobody by', async () => {
    const { namespace } = standIn(() => Promise.resolve({}))
    await refusalOf(portOn(namespace).port.admit(attemptOf()))
  })
})

describe('an object that does not answer', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('is UNAVAILABLE after three seconds', async () => {
    const { calls, namespace } = standIn(() => new Promise(() => {}))
    const refusal = refusalOf(portOn(namespace).port.admit(attemptOf()))
    await vi.waitFor(() => expect(calls).toHaveLength(1))
    await vi.advanceTimersByTimeAsync(3_000)
    expect((await refusal).code).toBe('UNAVAILABLE')
  })

  it('leaves no timer behind once it has answered', async () => {
    const { namespace } = standIn(() => Promise.resolve(admitted))
    await portOn(namespace).port.admit(attemptOf())
    expect(vi.getTimerCount()).toBe(0)
  })
})
