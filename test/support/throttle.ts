import { env } from 'cloudflare:workers'
import { readConfig } from '../../src/config.ts'
import { throttlePort } from '../../src/edge/throttle.ts'
import type { ThrottleObject } from '../../src/edge/throttle-object.ts'
import { newMeter } from '../../src/ports.ts'
import { defaultTenantId } from '../../src/tenants/tenant.ts'

const hourMs = 3_600_000

/** Strangers, who know of no success. */
const strangers = { device: null as string | null, epoch: 0 }

/**
 * Counts failures, of strangers unless told, at the password of an address, known or not, as if each had come two hours after the
 * one before, the last two hours ago: longer than any wait, so that the next attempt is admitted.
 */
export async function failedBefore(
  email: string,
  failures: number,
  lane: typeof strangers = strangers,
): Promise<void> {
  const { config } = readConfig({ ...env })
  if (!config) throw new Error('no configuration')
  const namespace = env.THROTTLE as unknown as DurableObjectNamespace<ThrottleObject>
  const clock = { at: Date.now() - 2 * hourMs * failures, now: () => clock.at }
  const throttle = throttlePort(namespace, config, newMeter(), clock)
  for (let failure = 0; failure < failures; failure += 1) {
    await throttle.admit({
      tenantId: defaultTenantId,
      authenticator: 'password',
      identifier: email,
      ...lane,
    })
    clock.at += 2 * hourMs
  }
}
