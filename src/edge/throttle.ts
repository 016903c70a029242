import type { Config } from '../config.ts'
import { AuthError } from '../errors.ts'
import { throttle as policy } from '../policy.ts'
import type { Attempt, Clock, Meter, Throttle } from '../ports.ts'
import { hmac, toBase64url, utf8 } from '../tokens/encoding.ts'
import type { Verdict } from './throttle-count.ts'
import type { ThrottleObject } from './throttle-object.ts'

/** All tries together: a sign-in that waits longer is better told to come back. */
const callTimeoutMs = 3_000
const retryAfter = 2

export interface ThrottleConfig {
  durableObjectLocation: Config['durableObjectLocation']
  keys: Pick<Config['keys'], 'lookup'>
}

export function throttlePort(
  namespace: DurableObjectNamespace<ThrottleObject>,
  config: ThrottleConfig,
  meter: Pick<Meter, 'objectCalls'>,
  clock: Clock,
): Throttle {
  const call = async (attempt: Attempt): Promise<Verdict> => {
    const name = await objectName(config, attempt)
    return retriedOnce(() => {
      meter.objectCalls += 1
      // A stub is broken once it has thrown: each try takes a new one. An object never moves from its first location.
      const stub = namespace.getByName(name, { locationHint: config.durableObjectLocation })
      return stub.admit({ device: attempt.device, epoch: attempt.epoch }, clock.now())
    })
  }

  return {
    async admit(attempt) {
      const { admitted, ...verdict } = await orUnavailable(() => call(attempt))
      if (admitted) return { count: verdict.count, disabled: verdict.disabled }
      throw new AuthError('TOO_MANY_ATTEMPTS', { retryAfter: verdict.retryAfter, limit })
    },
  }
}

const limit = {
  name: 'attempts',
  quota: policy.freeFailures,
  windowSeconds: policy.forgetAfter,
}

/**
 * Keyed, so that a list of object names tells no one which addresses have accounts or were tried.
 * JSON keeps the parts apart: `["a","bc"]` and `["ab","c"]` are never one name. A new lookup key starts every count anew.
 */
async function objectName({ keys }: ThrottleConfig, attempt: Attempt): Promise<string> {
  const parts = ['throttle', attempt.tenantId, attempt.authenticator, attempt.identifier]
  return toBase64url(await hmac(keys.lookup.current.bytes, utf8(JSON.stringify(parts))))
}

/**
 * A repeat may count an attempt twice where only the answer was lost: that errs on the safe side.
 * An overloaded object is not asked again, as that would only keep it overloaded.
 */
async function retriedOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isRetryable(error)) throw error
    return await work()
  }
}

function isRetryable(error: unknown): boolean {
  const { retryable, overloaded } = error as { retryable?: unknown; overloaded?: unknown }
  return retryable === true && overloaded !== true
}

/** Without a count there is no guess: whatever goes wrong here refuses, never lets by (NIST SP 800-63B-4 §3.2.2). */
async function orUnavailable<T>(work: () => Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeout.reject(new Error('timed out')), callTimeoutMs)
  try {
    return await Promise.race([work(), timeout.promise])
  } catch (error) {
    const reason = `throttle: ${error instanceof Error ? error.message : 'failed'}`
    throw new AuthError('UNAVAILABLE', { retryAfter, reason })
  } finally {
    clearTimeout(timer)
  }
}
