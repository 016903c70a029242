import { encodeBase32NoPadding } from '@oslojs/encoding'
import type { Keyring } from '../../config.ts'
import { totp as policy } from '../../policy.ts'
import { type Bytes, fromBase64url, toBase64url } from '../../tokens/encoding.ts'
import { openPayload, sealPayload } from '../../tokens/sealed.ts'

/** Whose seed it is: all of it is bound into the seal, so that no seed works in another's place. */
export interface SeedPlace {
  tenantId: string
  userId: string
  factorId: string
}

export function newSeed(): Bytes {
  return crypto.getRandomValues(new Uint8Array(policy.secretBytes))
}

export function seedText(seed: Bytes): string {
  return encodeBase32NoPadding(seed)
}

export function sealSeed(keys: Keyring, place: SeedPlace, seed: Bytes): Promise<string> {
  return sealPayload(keys, nameOf(place), { seed: toBase64url(seed) })
}

/** Null where the seal does not hold. */
export async function openSeed(
  keys: Keyring,
  place: SeedPlace,
  sealed: string,
): Promise<Bytes | null> {
  const payload = await openPayload(keys, nameOf(place), sealed)
  const { seed } = (payload ?? {}) as { seed?: unknown }
  return typeof seed === 'string' ? fromBase64url(seed) : null
}

function nameOf({ tenantId, userId, factorId }: SeedPlace): string {
  return ['totp', tenantId, userId, factorId].join('.')
}

/**
 * What an authenticator app reads (Key Uri Format). Written by hand: URLSearchParams would write a space as `+`,
 * which apps show.
 */
export function provisioningUri(issuer: string, account: string, seed: Bytes): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  const parameters = {
    secret: seedText(seed),
    issuer: encodeURIComponent(issuer),
    algorithm: 'SHA1',
    digits: policy.digits,
    period: policy.period,
  }
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
  return `otpauth://totp/${label}?${query.join('&')}`
}
