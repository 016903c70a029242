import { env } from 'cloudflare:workers'
import { afterAll, beforeAll } from 'vitest'
import { limits } from '../../src/policy.ts'

const kinds = {
  LIMIT_SIGN_IN: limits.signIn,
  LIMIT_MFA: limits.mfa,
  LIMIT_WRITE: limits.write,
  LIMIT_ALL: limits.all,
} as const

type Limits = Record<keyof typeof kinds, RateLimit>

const bindings = env as Limits
const ofRuntime = eachKind((name) => bindings[name])

/**
 * The local runtime counts each request in an isolate behind another isolate and writes it to disk, which takes three
 * times as long as all the rest of a refusal. Here it is counted in memory, by the same rule.
 */
const inMemory = eachKind((name) => countedHere(kinds[name]))
Object.assign(bindings, inMemory)

/** For what is about the limits of the edge: those of the runtime itself, as `wrangler.toml` has them. */
export function useRuntimeLimits(): void {
  beforeAll(() => void Object.assign(bindings, ofRuntime))
  afterAll(() => void Object.assign(bindings, inMemory))
}

function countedHere({ quota, windowSeconds }: (typeof limits)[keyof typeof limits]): RateLimit {
  const counts = new Map<string, number>()
  let window = 0
  return {
    async limit({ key }) {
      const now = Math.floor(Date.now() / 1_000 / windowSeconds)
      if (now !== window) counts.clear()
      window = now
      const count = counts.get(key) ?? 0
      if (count < quota) counts.set(key, count + 1)
      return { success: count < quota }
    },
  }
}

function eachKind(make: (name: keyof Limits) => RateLimit): Limits {
  const names = Object.keys(kinds) as (keyof Limits)[]
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Limits
}
