import { setTimeout as sleep } from 'node:timers/promises'
import { type GatehouseError, isGatehouseError } from '../../sdk/src/index.ts'

/** A service that is down comes back within minutes, or somebody has to look. */
const tries = 12
const longestPause = 60

/** Repeats a call that can do no harm twice, while the service is busy or out of reach; it says how long to wait. */
export async function patiently<T>(
  call: () => Promise<T>,
  tell: (waiting: string) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (error) {
      if (attempt === tries || !isPassing(error)) throw error
      const seconds = Math.min(error.retryAfter ?? 2 ** attempt, longestPause)
      tell(`${error.code}; again in ${seconds} s`)
      await sleep(seconds * 1_000)
    }
  }
}

function isPassing(error: unknown): error is GatehouseError {
  if (!isGatehouseError(error)) return false
  // An answer that broke off, or that something on the way has given.
  if (error.code === 'UNEXPECTED_ANSWER') return true
  return error.status === 0 || error.status === 429 || error.status >= 502
}
