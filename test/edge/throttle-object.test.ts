import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ThrottleObject } from '../../src/edge/throttle-object.ts'
import { throttle } from '../../src/policy.ts'

const now = Date.UTC(2026, 10, 1)
const stranger = { device: null, epoch: 0 }

function freshObject(): DurableObjectStub<ThrottleObject> {
  const namespace = env.THROTTLE as unknown as DurableObjectNamespace<ThrottleObject>
  return namespace.getByName(crypto.randomUUID())
}

/** Seconds from an attempt until it is forgotten: never earlier, and an hour later at the most. */
const forgetsIn = throttle.forgetAfter + throttle.forgetLate

/** What the object holds on disk, and in how many seconds it forgets. */
function stored(stub: DurableObjectStub<ThrottleObject>) {
  return runInDurableObject(stub, async (_instance, { storage }) => {
    const alarm = await storage.getAlarm()
    return {
      entries: [...storage.kv.list()],
      forgetsIn: alarm === null ? null : Math.round((alarm - Date.now()) / 1_000),
    }
  })
}

describe('the count', () => {
  it('survives the eviction of the object', async () => {
    const stub = freshObject()
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      expect(await stub.admit(stranger, now)).toMatchObject({ admitted: true, count: attempt })
      await evictDurableObject(stub)
    }
    expect(await stub.admit(stranger, now)).toEqual({
      admitted: false,
      retryAfter: throttle.firstWait,
      count: 5,
      disabled: false,
    })
  })

  it('is two for two attempts at once', async () => {
    const stub = freshObject()
    const verdicts = await Promise.all([stub.admit(stranger, now), stub.admit(stranger, now)])
    expect(verdicts.map((verdict) => verdict.count).sort()).toEqual([1, 2])
  })

  it('lets exactly five of fifty parallel attempts by', async () => {
    const stub = freshObject()
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, async () => await stub.admit(stranger, now)),
    )
    expect(verdicts.filter((verdict) => verdict.admitted)).toHaveLength(throttle.freeFailures)
  })

  it('is on disk for an admitted attempt, and untouched by a refused one', async () => {
    const stub = freshObject()
    for (let attempt = 0; attempt < 5; attempt += 1) await stub.admit(stranger, now)
    const before = await stored(stub)
    expect(before.entries).toMatchObject([['lanes', [{ device: null, failures: 5 }]]])

    await runInDurableObject(stub, (_instance, { storage }) => storage.setAlarm(now + 1e12))
    const { admitted } = await stub.admit(stranger, now + 1)
    const after = await runInDurableObject(stub, async (_instance, { storage }) => ({
      entries: [...storage.kv.list()],
      alarm: await storage.getAlarm(),
    }))
    expect({ admitted, ...after }).toEqual({
      admitted: false,
      entries: before.entries,
      alarm: now + 1e12,
    })
  })

  it('is judged at the time that the caller passes, not at the real one', async () => {
    const stub = freshObject()
    for (let attempt = 0; attempt < 5; attempt += 1) await stub.admit(stranger, now)
    const wait = throttle.firstWait * 1_000
    expect((await stub.admit(stranger, now + wait - 1)).admitted).toBe(false)
    expect((await stub.admit(stranger, now + wait)).admitted).toBe(true)
  })
})

describe('forgetting', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => vi.useRealTimers())

  it('comes a day after the last attempt and leaves nothing behind', async () => {
    const stub = freshObject()
    await stub.admit(stranger, now)
    expect((await stored(stub)).forgetsIn).toBe(forgetsIn)

    expect(await runDurableObjectAlarm(stub)).toBe(true)
    expect(await stored(stub)).toEqual({ entries: [], forgetsIn: null })
    expect(await stub.admit(stranger, now)).toMatchObject({ admitted: true, count: 1 })
  })

  it.each([throttle.freeFailures, throttle.disableAt])(
    'comes a month after the last attempt where %i have failed',
    async (failures) => {
      const stub = freshObject()
      const hour = throttle.longestWait * 1_000
      for (let attempt = 1; attempt <= failures; attempt += 1) {
        await stub.admit(stranger, now + attempt * hour)
      }
      expect((await stored(stub)).forgetsIn).toBe(throttle.forgetWaitAfter + throttle.forgetLate)
    },
  )

  it('comes a day after it all the same where no success could lift the count', async () => {
    const stub = freshObject()
    for (let attempt = 1; attempt <= throttle.freeFailures; attempt += 1) {
      await stub.admit({ device: null, epoch: null }, now)
    }
    expect((await stored(stub)).forgetsIn).toBe(forgetsIn)
  })

  it('is put off by an attempt that it would come too early for', async () => {
    const stub = freshObject()
    const start = Date.now()
    vi.setSystemTime(start)
    await stub.admit(stranger, now)
    vi.setSystemTime(start + throttle.forgetLate * 1_000)
    await stub.admit(stranger, now)
    expect((await stored(stub)).forgetsIn).toBe(throttle.forgetAfter)

    vi.setSystemTime(start + throttle.forgetLate * 1_000 + 1)
    await stub.admit(stranger, now)
    expect((await stored(stub)).forgetsIn).toBe(forgetsIn)
  })

  it('comes a day after a success of who was disabled', async () => {
    const stub = freshObject()
    const hour = throttle.longestWait * 1_000
    for (let attempt = 1; attempt <= throttle.disableAt; attempt += 1) {
      await stub.admit(stranger, now + attempt * hour)
    }
    await stub.admit({ ...stranger, epoch: 1 }, now + throttle.disableAt * hour)
    expect((await stored(stub)).forgetsIn).toBe(forgetsIn)
  })

  it('is put off by the first attempt after an eviction', async () => {
    const stub = freshObject()
    await stub.admit(stranger, now)
    await runInDurableObject(stub, (_instance, { storage }) => storage.setAlarm(Date.now() + 5_000))
    await evictDurableObject(stub)
    await stub.admit(stranger, now)
    expect((await stored(stub)).forgetsIn).toBe(forgetsIn)
  })

  it('is set anew where everything was forgotten', async () => {
    const stub = freshObject()
    await stub.admit(stranger, now)
    await runDurableObjectAlarm(stub)
    await stub.admit(stranger, now)
    expect((await stored(stub)).forgetsIn).toBe(forgetsIn)
  })
})

it('offers no method over RPC but its verb', () => {
  // TypeScript's `private` would be in this list, and callable. The runtime keeps `alarm` to itself.
  const methods = Object.getOwnPropertyNames(ThrottleObject.prototype)
  expect(methods).toEqual(['constructor', 'admit', 'alarm'])
})
