import { describe, expect, it } from 'vitest'
import {
  type CodeState,
  emptyState,
  issueCode,
  redeemCode,
  restoreCode,
  withdrawCode,
} from '../../src/edge/code-count.ts'
import { oneTimeCode as policy } from '../../src/policy.ts'

const minute = 60_000
const now = Date.UTC(2026, 10, 21)
const codeNumber = (n: number) => ({ id: `id-${n}`, hash: `hash-${n}`, purpose: 'sign_in' })
const shown = (n: number, hash = `hash-${n}`, device: string | null = null) => ({
  id: `id-${n}`,
  purpose: 'sign_in',
  hashes: [hash],
  device,
})

function issued(times: readonly number[]): CodeState {
  return times.reduce((state, at, n) => issueCode(state, codeNumber(n), at).state, emptyState)
}

function guesses(state: CodeState, count: number, device: string | null = null): CodeState {
  return Array.from({ length: count }).reduce<CodeState>(
    (before) => redeemCode(before, shown(0, 'wrong', device), null, now).state,
    state,
  )
}

describe('sending', () => {
  it('is once a minute', () => {
    const state = issued([now])
    expect(issueCode(state, codeNumber(1), now).retryAfter).toBe(policy.resendAfter)
    expect(issueCode(state, codeNumber(1), now + minute - 1).retryAfter).toBe(1)
    expect(issueCode(state, codeNumber(1), now + minute).retryAfter).toBe(0)
  })

  it('is five times in any hour', () => {
    const state = issued([0, 1, 2, 3, 4].map((n) => now + n * minute))
    const sixth = issueCode(state, codeNumber(5), now + 5 * minute)
    expect(sixth.retryAfter).toBe(55 * 60)
    expect(issueCode(state, codeNumber(5), now + 60 * minute).retryAfter).toBe(0)
  })

  it('is not counted twice for one code, nor at all for one that was withdrawn', () => {
    const state = issued([now])
    expect(issueCode(state, codeNumber(0), now)).toEqual({ state, retryAfter: 0 })
    const back = withdrawCode(state, 'id-0')
    expect(issueCode(back, codeNumber(1), now).retryAfter).toBe(0)
    expect(redeemCode(back, shown(0), null, now).spent).toBeNull()
  })
})

describe('a code', () => {
  it('is spent once', () => {
    const first = redeemCode(issued([now]), shown(0), null, now)
    expect(first.spent).toBe('id-0')
    expect(redeemCode(first.state, shown(0), null, now).spent).toBeNull()
    expect(redeemCode(restoreCode(first.state, 'id-0'), shown(0), null, now).spent).toBe('id-0')
  })

  it('dies after five minutes', () => {
    const state = issued([now])
    expect(redeemCode(state, shown(0), null, now + 5 * minute - 1).spent).toBe('id-0')
    expect(redeemCode(state, shown(0), null, now + 5 * minute).spent).toBeNull()
  })

  it('serves one purpose and one challenge', () => {
    const state = issued([now])
    expect(redeemCode(state, { ...shown(0), purpose: 'register' }, null, now).spent).toBeNull()
    expect(redeemCode(state, { ...shown(0), id: 'id-9' }, null, now).spent).toBeNull()
    expect(redeemCode(state, { ...shown(0), id: null }, null, now).spent).toBe('id-0')
  })

  it('may be shown by its copy in KV, and needs none', () => {
    const state = issued([now])
    expect(redeemCode(state, shown(0, 'copy'), 'copy', now).spent).toBe('id-0')
    expect(redeemCode(state, shown(0), 'stale', now).spent).toBe('id-0')
    expect(redeemCode(emptyState, shown(0, 'copy'), 'copy', now).spent).toBeNull()
  })
})

describe('three wrong codes', () => {
  it('burn what is open, and what comes after', () => {
    const burnt = guesses(issued([now]), policy.tries)
    expect(redeemCode(burnt, shown(0), null, now).spent).toBeNull()
    const again = issueCode(burnt, codeNumber(1), now + minute).state
    expect(redeemCode(again, shown(1), null, now + minute).spent).toBeNull()
  })

  it('are forgotten after an hour, and by a right code before the third', () => {
    const burnt = guesses(issued([now]), policy.tries)
    const later = now + 61 * minute
    const fresh = issueCode(burnt, codeNumber(1), later).state
    expect(redeemCode(fresh, shown(1), null, later).spent).toBe('id-1')
    const two = guesses(issued([now]), policy.tries - 1)
    expect(redeemCode(two, shown(0), null, now)).toMatchObject({
      spent: 'id-0',
      state: { lanes: [] },
    })
  })

  it('of strangers leave a known device its own, and the other way round', () => {
    const state = guesses(issued([now]), policy.tries)
    expect(redeemCode(state, shown(0, 'hash-0', 'device'), null, now).spent).toBe('id-0')
    const own = guesses(issued([now]), policy.tries, 'device')
    expect(redeemCode(own, shown(0, 'hash-0', 'device'), null, now).spent).toBeNull()
    expect(redeemCode(own, shown(0), null, now).spent).toBe('id-0')
  })

  it('where nothing is open are none', () => {
    expect(redeemCode(emptyState, shown(0, 'wrong'), null, now).state).toBe(emptyState)
  })
})
