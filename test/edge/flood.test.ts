import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Kv } from '../../src/edge/counted-kv.ts'
import { type FloodBindings, type FloodMemory, floodPort } from '../../src/edge/flood.ts'
import { AuthError } from '../../src/errors.ts'
import { floodHint, limits } from '../../src/policy.ts'

type Kind = keyof typeof limits

const key = { id: 'a', bytes: new Uint8Array(32).map((_, index) => index) }
const config = { keys: { lookup: { current: key, all: [key] } } }
const prefix = '192.0.2.7'
const tenant = '0199f3a0-0000-7000-8000-000000000001'

/** KV as it may be: a table that answers late values, or none, or fails. */
class StaleKV {
  readonly table = new Map<string, string>()
  readonly writes: { key: string; options: { expirationTtl: number } }[] = []
  reads = 0
  answer: (key: string) => string | null = (name) => this.table.get(name) ?? null

  async get(name: string): Promise<string | null> {
    this.reads += 1
    return this.answer(name)
  }

  async put(name: string, value: string, options: { expirationTtl: number }): Promise<void> {
    this.writes.push({ key: name, options })
    this.table.set(name, value)
  }
}

/** One isolate: its memory, its clock, and the work that it was asked to do after the answer. */
function isolate(kv: unknown = new StaleKV(), limit: RateLimit['limit'] = allow) {
  const memory: FloodMemory = new Map()
  const later: (() => Promise<unknown>)[] = []
  const clock = { time: Date.UTC(2026, 10, 1), now: () => clock.time }
  const binding = { limit }
  const bindings = {
    LIMIT_SIGN_IN: binding,
    LIMIT_MFA: binding,
    LIMIT_WRITE: binding,
    LIMIT_ALL: binding,
  }
  const background = { run: (_name: string, work: () => Promise<unknown>) => void later.push(work) }
  const ports = { kv: kv as Kv, background, clock, config }
  const flood = floodPort(bindings as FloodBindings, ports, memory)
  return {
    memory,
    clock,
    later,
    admit: (kind: Kind = 'signIn', from = prefix, on: string | null = tenant) =>
      flood.admit(kind, from, on),
    /** As `Background` does: failures are swallowed. */
    async settle() {
      await Promise.allSettled(later.splice(0).map((work) => work()))
    },
  }
}

async function allow() {
  return { success: true }
}

async function refusalOf(work: Promise<unknown>): Promise<AuthError | null> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error !== null) expect(error).toBeInstanceOf(AuthError)
  return error as AuthError | null
}

/** So many sign-ins, and after the last one the fold of their counts. */
async function signIns(on: ReturnType<typeof isolate>, times: number, from = prefix) {
  for (let sent = 0; sent < times; sent += 1) await on.admit('signIn', from)
  on.clock.time += floodHint.writeEvery * 1_000
  await refusalOf(on.admit('signIn', from))
  await on.settle()
}

afterEach(() => void vi.restoreAllMocks())

describe('the rate limit of a location', () => {
  it.each(['signIn', 'write', 'all'] as const)(
    'refuses %s with its window and limit',
    async (kind) => {
      const asked: unknown[] = []
      const { admit } = isolate(new StaleKV(), async (options) => {
        asked.push(options)
        return { success: false }
      })
      const refusal = await refusalOf(admit(kind))
      expect(refusal?.code).toBe('RATE_LIMITED')
      expect(refusal?.details).toEqual({
        retryAfter: limits[kind].windowSeconds,
        limit: limits[kind],
      })
      expect(asked).toEqual([{ key: `${kind}:${prefix}` }])
    },
  )

  it('is the binding of its kind, and holds each prefix for itself', async () => {
    const ports = {
      kv: new StaleKV() as unknown as Kv,
      background: { run: () => {} },
      clock: { now: () => 0 },
      config,
    }
    const flood = floodPort(env, ports, new Map())
    const { quota } = limits.signIn
    const admitted = async (from: string) => {
      const all = await Promise.all(
        Array.from({ length: quota + 5 }, () => refusalOf(flood.admit('signIn', from, null))),
      )
      return all.filter((refusal) => refusal === null).length
    }
    expect(await admitted('198.51.100.1')).toBe(quota)
    expect(await admitted('2001:db8::/64')).toBe(quota)
    expect(await refusalOf(flood.admit('write', '198.51.100.1', null))).toBeNull()
  })

  it('lets by, and says so in the log, where its binding fails', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const { admit } = isolate(new StaleKV(), () => Promise.reject(new Error('down')))
    expect(await refusalOf(admit('write'))).toBeNull()
    expect(warn.mock.calls).toEqual([
      ['{"level":"warn","event":"flood_binding_failed","limit":"write"}'],
    ])
  })
})

describe('the hint in KV', () => {
  it('is neither read nor written before the answer', async () => {
    const kv = new StaleKV()
    const on = isolate(kv)
    for (let sent = 0; sent < 50; sent += 1) {
      on.clock.time += 1_000
      await on.admit()
    }
    expect([kv.reads, kv.writes.length]).toEqual([0, 0])
    await on.settle()
    expect(kv.writes.length).toBeGreaterThan(0)
  })

  it('is written at most every two seconds a key, with a life that KV accepts', async () => {
    const kv = new StaleKV()
    const on = isolate(kv)
    for (let tenth = 0; tenth < 100; tenth += 1) {
      on.clock.time += 100
      await on.admit()
      await on.settle()
    }
    const perKey = Map.groupBy(kv.writes, (write) => write.key)
    expect([...perKey.values()].map((writes) => writes.length)).toEqual([4, 4])
    expect(kv.writes.every((write) => write.options.expirationTtl >= 60)).toBe(true)
  })

  it('costs nothing for a single sign-in, and nothing for other requests', async () => {
    const on = isolate()
    await on.admit('signIn')
    for (let sent = 0; sent < 10; sent += 1) {
      on.clock.time += 10_000
      await on.admit('write', '192.0.2.99')
      await on.admit('all', '192.0.2.99')
    }
    expect(on.later).toHaveLength(0)
  })

  it('reveals no address and no tenant', async () => {
    const kv = new StaleKV()
    await signIns(isolate(kv), 3)
    expect([...kv.table.keys()]).toEqual([
      expect.stringMatching(/^flood:[\w-]{43}$/),
      expect.stringMatching(/^flood:[\w-]{43}$/),
    ])
    expect([...kv.table.values()]).toEqual(['4', '4'])
  })

  it('sheds the sign-ins of a prefix beyond its limit for a minute, and nothing else', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const on = isolate()
    await signIns(on, floodHint.perPrefix)
    const refusal = await refusalOf(on.admit())
    expect(refusal?.code).toBe('RATE_LIMITED')
    expect(refusal?.details).toEqual({ retryAfter: floodHint.shedFor, limit: limits.signIn })

    expect(await refusalOf(on.admit('all'))).toBeNull()
    expect(await refusalOf(on.admit('signIn', '192.0.2.8'))).toBeNull()
    on.clock.time += floodHint.shedFor * 1_000
    expect(await refusalOf(on.admit())).toBeNull()
    expect(warn).not.toHaveBeenCalled()
  })

  it('lets by up to its limit', async () => {
    const on = isolate()
    await signIns(on, floodHint.perPrefix - 1)
    expect(await refusalOf(on.admit())).toBeNull()
  })

  it('adds up over isolates', async () => {
    const kv = new StaleKV()
    const [here, there] = [isolate(kv), isolate(kv)]
    await signIns(here, 200)
    expect(await refusalOf(here.admit())).toBeNull()
    await signIns(there, 200)
    expect(await refusalOf(there.admit())).not.toBeNull()
  })

  it('starts anew with each window', async () => {
    const on = isolate()
    await signIns(on, 200)
    on.clock.time += floodHint.window * 1_000
    await signIns(on, 200)
    expect(await refusalOf(on.admit())).toBeNull()
  })

  it('never sheds a tenant, but logs that it is busy, once a minute', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    const kv = new StaleKV()
    kv.answer = () => String(floodHint.perTenant)
    const on = isolate(kv)
    for (let host = 0; host < 20; host += 1) {
      on.clock.time += floodHint.writeEvery * 1_000
      expect(await refusalOf(on.admit('signIn', `192.0.2.${host}`))).toBeNull()
      await on.settle()
    }
    const lines = warn.mock.calls.map(([line]) => JSON.parse(String(line)))
    expect(lines).toEqual([
      { level: 'warn', event: 'flood_tenant_busy', tenant, count: expect.any(Number) },
    ])
  })
})

describe('a KV that is stale, empty or down changes no decision but the hint', () => {
  const conditions: [string, (kv: StaleKV) => void][] = [
    ['empty', (kv) => Object.assign(kv, { answer: () => null })],
    ['an hour old', (kv) => Object.assign(kv, { answer: () => '3' })],
    ['nonsense', (kv) => Object.assign(kv, { answer: () => 'NaN; {}' })],
    ['not readable', (kv) => Object.assign(kv, { get: () => Promise.reject(new Error('503')) })],
    ['not writable', (kv) => Object.assign(kv, { put: () => Promise.reject(new Error('429')) })],
    ['silent', (kv) => Object.assign(kv, { get: () => new Promise(() => {}) })],
  ]

  it.each(conditions)('%s: the binding alone decides', async (_name, spoil) => {
    const kv = new StaleKV()
    spoil(kv)
    let asked = 0
    const on = isolate(kv, async () => {
      asked += 1
      return { success: asked % 3 !== 0 }
    })
    const decisions: boolean[] = []
    for (let sent = 0; sent < 60; sent += 1) {
      on.clock.time += 1_000
      decisions.push((await refusalOf(on.admit())) === null)
      void on.settle()
    }
    expect(decisions).toEqual(Array.from({ length: 60 }, (_, index) => (index + 1) % 3 !== 0))
  })

  it('an old, low value does not lower what the isolate counted itself', async () => {
    const kv = new StaleKV()
    kv.answer = () => '1'
    const on = isolate(kv)
    for (let round = 0; round < 4; round += 1) await signIns(on, 90)
    expect(await refusalOf(on.admit())).not.toBeNull()
  })

  it('counts taken while it was down are brought later', async () => {
    const kv = new StaleKV()
    kv.answer = () => {
      throw new Error('503')
    }
    const on = isolate(kv)
    await signIns(on, 100)
    kv.answer = () => null
    await signIns(on, 100)
    expect([...kv.table.values()]).toEqual(['202', '202'])
  })
})

describe('the memory of an isolate', () => {
  it('is bounded, forgets the smallest counts first and keeps what it sheds', async () => {
    const on = isolate()
    on.clock.time += (floodHint.window - 10) * 1_000
    await signIns(on, floodHint.perPrefix)
    // What is shed must outlast its window, too.
    on.clock.time += 10_000
    for (let sent = 0; sent < 5; sent += 1) await on.admit('signIn', 'busy')
    for (let host = 0; host < floodHint.keys * 3; host += 1) {
      await on.admit('signIn', `fresh-${host}`)
      expect(on.memory.size).toBeLessThanOrEqual(floodHint.keys)
    }
    expect(on.memory.has('prefix:busy')).toBe(true)
    expect(await refusalOf(on.admit())).not.toBeNull()
  })

  it('holds numbers only: an I/O object of a request would wedge the isolate', async () => {
    const on = isolate()
    await signIns(on, 5)
    const held = [...on.memory.values()].flatMap((tally) => Object.values(tally))
    expect(held.every((value) => typeof value === 'number')).toBe(true)
  })
})
