import type { Config } from '../config.ts'
import { AuthError } from '../errors.ts'
import { log } from '../log.ts'
import { oneTimeCode as policy } from '../policy.ts'
import type { Background, Clock, Codes, Destination, Meter } from '../ports.ts'
import { hmac, toBase64url, utf8 } from '../tokens/encoding.ts'
import { callObject } from './call-object.ts'
import type { CodeObject } from './code-object.ts'
import type { Kv } from './counted-kv.ts'

export interface CodeBindings {
  CODES: DurableObjectNamespace<CodeObject>
  KV: Kv
}

export interface CodePorts {
  config: Pick<Config, 'durableObjectLocation'> & { keys: Pick<Config['keys'], 'lookup'> }
  clock: Clock
  background: Background
  meter: Pick<Meter, 'objectCalls'>
}

const limit = { name: 'codes', quota: policy.perWindow, windowSeconds: policy.window }

/**
 * Codes lie in KV under a random id, and with the object of their destination, which counts and spends. KV may be late,
 * stale or away: it is written after the answer, and a code that it does not show is answered by the object.
 */
export function codesPort(bindings: CodeBindings, ports: CodePorts): Codes {
  const { config, clock, background, meter } = ports

  async function call<T>(
    destination: Destination,
    work: (stub: DurableObjectStub<CodeObject>) => Promise<T>,
  ): Promise<T> {
    const name = await codeObjectName(config, destination)
    return callObject('codes', () => {
      meter.objectCalls += 1
      return work(bindings.CODES.getByName(name, { locationHint: config.durableObjectLocation }))
    })
  }

  return {
    async issue(destination, code) {
      const retryAfter = await call(destination, (stub) => stub.issue(code, clock.now()))
      if (retryAfter > 0) throw new AuthError('RATE_LIMITED', { retryAfter, limit })
      const { id, hash } = code
      if (!hash) return
      background.run('code-copy', () =>
        bindings.KV.put(keyOf(id), hash, { expirationTtl: policy.life }),
      )
    },
    async redeem(destination, shown) {
      const stored = shown.id === null ? null : await copyOf(bindings.KV, shown.id)
      return call(destination, (stub) => stub.redeem(shown, stored, clock.now()))
    },
    withdraw: (destination, id) =>
      undone('code_not_withdrawn', () => call(destination, (stub) => stub.withdraw(id))),
    restore: (destination, id) =>
      undone('code_not_restored', () => call(destination, (stub) => stub.restore(id))),
  }
}

function keyOf(id: string): string {
  return `code:${id}`
}

/** Fails open: the object has what KV has. */
async function copyOf(kv: Kv, id: string): Promise<string | null> {
  try {
    return await kv.get(keyOf(id))
  } catch {
    log('warn', { event: 'code_copy_unread' })
    return null
  }
}

/** The refusal that led here matters more: its caller hears of that. */
async function undone(event: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch {
    log('warn', { event })
  }
}

/** Keyed, as the names of throttle objects are. */
export async function codeObjectName(
  { keys }: CodePorts['config'],
  { tenantId, kind, address }: Destination,
): Promise<string> {
  const parts = ['codes', tenantId, kind, address]
  return toBase64url(await hmac(keys.lookup.current.bytes, utf8(JSON.stringify(parts))))
}
