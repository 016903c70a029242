import { AuthError } from '../errors.ts'

/** All tries together: a sign-in that waits longer is better told to come back. */
const callTimeoutMs = 3_000
const retryAfter = 2

/**
 * Calls a Durable Object, once more where the runtime says that a repeat may help. Whatever goes wrong refuses with
 * `UNAVAILABLE`, never lets by (NIST SP 800-63B-4 §3.2.2).
 * A repeat may do its work twice where only the answer was lost; an overloaded object is not asked again, as that
 * would only keep it overloaded.
 */
export async function callObject<T>(name: string, work: () => Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeout.reject(new Error('timed out')), callTimeoutMs)
  try {
    return await Promise.race([retriedOnce(work), timeout.promise])
  } catch (error) {
    const reason = `${name}: ${error instanceof Error ? error.message : 'failed'}`
    throw new AuthError('UNAVAILABLE', { retryAfter, reason })
  } finally {
    clearTimeout(timer)
  }
}

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
