import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { AuthError } from '../../../src/errors.ts'
import { keyOf } from '../../../src/methods/social/key-sets.ts'
import type { EgressAnswer } from '../../../src/ports.ts'

const minute = 60_000
const hour = 60 * minute

const keys: JWK[] = []

beforeAll(async () => {
  for (const kid of ['one', 'two']) {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    keys.push({ ...(await exportJWK(publicKey)), kid, use: 'sig' })
  }
})

/** A provider whose keys and moods change, at an address of its own: key sets are kept by address. */
function provider(published: () => JWK[]) {
  const url = `https://keys.example/${crypto.randomUUID()}`
  const state = { now: Date.now(), asked: 0, up: true }
  const ports = {
    clock: { now: () => state.now },
    egress: {
      async fetch(): Promise<EgressAnswer | null> {
        state.asked += 1
        return state.up ? { status: 200, text: JSON.stringify({ keys: published() }) } : null
      },
    },
  }
  return { state, key: (id: string) => keyOf(ports, url, id) }
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'none'
  } catch (error) {
    return error instanceof AuthError ? error.code : String(error)
  }
}

describe('the keys of a provider', () => {
  it('are asked for once, then once an hour', async () => {
    const { state, key } = provider(() => keys.slice(0, 1))
    for (let turn = 0; turn < 5; turn += 1) expect(await key('one')).not.toBeNull()
    expect(state.asked).toBe(1)
    state.now += hour - 1
    await key('one')
    expect(state.asked).toBe(1)
    state.now += 1
    await key('one')
    expect(state.asked).toBe(2)
  })

  it('are asked for again for an unknown one, once a minute', async () => {
    const { state, key } = provider(() => keys.slice(0, 1))
    await key('one')
    for (let turn = 0; turn < 50; turn += 1) expect(await key(`junk-${turn}`)).toBeNull()
    expect(state.asked).toBe(1)
    state.now += minute
    for (let turn = 0; turn < 50; turn += 1) expect(await key(`junk-${turn}`)).toBeNull()
    expect(state.asked).toBe(2)
  })

  it('are found soon after they were changed', async () => {
    let published = keys.slice(0, 1)
    const { state, key } = provider(() => published)
    await key('one')
    published = keys.slice(1)
    state.now += minute
    expect(await key('two')).not.toBeNull()
    expect(await key('one')).toBeNull()
  })

  it('serve for a day while the provider is silent', async () => {
    const { state, key } = provider(() => keys.slice(0, 1))
    await key('one')
    state.up = false
    state.now += 23 * hour
    expect(await key('one')).not.toBeNull()
    state.now += 2 * hour
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await codeOf(() => key('one'))).toBe('PROVIDER_UNAVAILABLE')
    }
  })

  it('that were never had are asked for once a minute at most', async () => {
    const { state, key } = provider(() => keys)
    state.up = false
    for (let turn = 0; turn < 10; turn += 1) {
      expect(await codeOf(() => key('one'))).toBe('PROVIDER_UNAVAILABLE')
    }
    expect(state.asked).toBe(1)
    state.up = true
    state.now += minute
    expect(await key('one')).not.toBeNull()
  })

  it('count for signatures only, and of the one kind only', async () => {
    const set = () => [
      { ...keys[0], kid: 'enc', use: 'enc' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' },
      { kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'ec' },
      { kty: 'RSA', kid: 'empty' },
    ]
    const { key } = provider(set)
    for (const id of ['enc', 'oct', 'ec', 'empty']) expect(await key(id)).toBeNull()
  })

  it.each(['null', '[]', '{}', '{"keys":7}', 'text', ''])('are no %s', async (text) => {
    const ports = {
      clock: { now: () => Date.now() },
      egress: { fetch: async () => ({ status: 200, text }) },
    }
    const url = `https://keys.example/${crypto.randomUUID()}`
    expect(await codeOf(() => keyOf(ports, url, 'one'))).toBe('PROVIDER_UNAVAILABLE')
  })
})
