import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { app } from '../../src/app.ts'
import { livePorts } from '../../src/edge/live-ports.ts'
import { useDoor } from './client.ts'

/** A KV as it may be for a minute, or for longer. */
export interface TroubledKv {
  get(key: string): Promise<string | null>
  put(key: string, value: string): Promise<void>
}

/** Each read sees what was there 60 seconds ago: of a code that was just sent, nothing. */
export function lateKv(): TroubledKv {
  const writes: { key: string; value: string; at: number }[] = []
  return {
    async get(key) {
      const since = Date.now() - 60_000
      return writes.findLast((write) => write.key === key && write.at < since)?.value ?? null
    },
    async put(key, value) {
      writes.push({ key, value, at: Date.now() })
    },
  }
}

/** What was there once is shown for good, whatever is written later. */
export function staleKv(): TroubledKv {
  const kept = new Map<string, string>()
  return {
    get: async (key) => kept.get(key) ?? null,
    put: async (key, value) => {
      if (!kept.has(key)) kept.set(key, value)
    },
  }
}

export function emptyKv(): TroubledKv {
  return { get: async () => null, put: async () => undefined }
}

export function failingKv(): TroubledKv {
  const fail = async () => Promise.reject(new Error('KV: 503 Service Unavailable'))
  return { get: fail, put: fail }
}

/** Every request of this file meets this KV. */
export function useKv(kv: TroubledKv): void {
  const service = app(livePorts)
  let reads = 0
  const counted: TroubledKv = {
    get: (key) => {
      reads += 1
      return kv.get(key)
    },
    put: (key, value) => kv.put(key, value),
  }
  // One object, so that its variables are read once, as in an isolate.
  const bindings = { ...env, KV: counted } as unknown as Env
  beforeAll(() =>
    useDoor(async (request) => {
      const execution = createExecutionContext()
      const answer = await service.fetch(request, bindings, execution)
      await waitOnExecutionContext(execution)
      return answer
    }),
  )
  afterAll(() => useDoor(null))
  it('asks the KV of this file', () => {
    expect(reads).toBeGreaterThan(0)
  })
}
