import type { Config } from '../config.ts'
import { AuthError } from '../errors.ts'
import { throttle as policy } from '../policy.ts'
import type { Attempt, Clock, Meter, Throttle } from '../ports.ts'
import { hmac, toBase64url, utf8 } from '../tokens/encoding.ts'
import { callObject } from './call-object.ts'
import type { ThrottleObject } from './throttle-object.ts'

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
  return {
    async admit(attempt) {
      const name = await objectName(config, attempt)
      const { admitted, retryAfter, ...admission } = await callObject('throttle', () => {
        meter.objectCalls += 1
        // A stub is broken once it has thrown: each try takes a new one. An object never moves from its first location.
        const stub = namespace.getByName(name, { locationHint: config.durableObjectLocation })
        return stub.admit({ device: attempt.device, epoch: attempt.epoch }, clock.now())
      })
      if (admitted) return { count: admission.count, disabled: admission.disabled }
      throw new AuthError('TOO_MANY_ATTEMPTS', { retryAfter, limit })
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
