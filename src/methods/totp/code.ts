import { verifyHOTP } from '@oslojs/otp'
import { totp as policy } from '../../policy.ts'
import type { Bytes } from '../../tokens/encoding.ts'

/** Number of the time step that a moment (milliseconds since 1970) belongs to (RFC 6238 §4.2). */
export function stepAt(now: number): number {
  return Math.floor(now / 1_000 / policy.period)
}

/**
 * The step that a code belongs to, of those that count now and are newer than the last one used: each step proves
 * once (RFC 6238 §5.2). Null for any other code.
 * HMAC-SHA-1 is what authenticator apps speak, and it does not need the collision resistance that SHA-1 lacks.
 */
export function matchingStep(
  secret: Bytes,
  code: string,
  lastStep: number,
  now: number,
): number | null {
  const current = stepAt(now)
  const counting = Array.from({ length: policy.stepsBack + 1 }, (_, back) => current - back)
  // Every step is compared, so that time does not tell which one matched.
  const matching = counting.filter((step) => verifyHOTP(secret, BigInt(step), policy.digits, code))
  return matching.find((step) => step > lastStep) ?? null
}
