import { importJWK, type JWK } from 'jose'
import { social as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { ask, unavailable } from './ask.ts'

interface KeySet {
  keys: readonly JWK[] | null
  /** Milliseconds since 1970: of these keys, and of the last try to get newer ones. */
  fetchedAt: number
  triedAt: number
}

/** Public keys by address: each isolate asks once an hour, whoever signs in. Values are replaced, never changed. */
const known = new Map<string, KeySet>()

/**
 * The provider's key of an id, or null. A token with an unknown id makes us ask again (keys rotate), at most once a
 * minute: junk cannot turn this service against a provider. While it is silent, its last keys serve for a day.
 */
export async function keyOf(
  ports: Pick<Ports, 'clock' | 'egress'>,
  url: string,
  id: string,
): Promise<CryptoKey | null> {
  const now = ports.clock.now()
  const held = known.get(url)
  const jwk = find(held?.keys, id)
  const fresh = held && now - held.fetchedAt < policy.keySetLife * 1000
  if (jwk && fresh) return toKey(jwk)
  const askedLately = held && now - held.triedAt < policy.keySetRefetchAfter * 1000
  if (!askedLately) return toKey(find(await renew(ports, url, now, held), id))
  if (!isUsable(held, now)) throw unavailable()
  return toKey(jwk)
}

async function renew(
  ports: Pick<Ports, 'egress'>,
  url: string,
  now: number,
  held: KeySet | undefined,
): Promise<readonly JWK[]> {
  try {
    const { keys } = await ask<{ keys?: JWK[] }>(ports, url, {}, 'PROVIDER_ERROR')
    if (!Array.isArray(keys)) throw unavailable()
    known.set(url, { keys, fetchedAt: now, triedAt: now })
    return keys
  } catch {
    known.set(url, { keys: null, fetchedAt: 0, ...held, triedAt: now })
    if (held?.keys && isUsable(held, now)) return held.keys
    throw unavailable()
  }
}

function isUsable({ keys, fetchedAt }: KeySet, now: number): boolean {
  return keys !== null && now - fetchedAt < policy.keySetStaleLife * 1000
}

function find(keys: readonly JWK[] | null | undefined, id: string): JWK | undefined {
  return keys?.find((key) => key.kid === id && key.kty === 'RSA' && key.use !== 'enc')
}

async function toKey(jwk: JWK | undefined): Promise<CryptoKey | null> {
  if (!jwk?.n || !jwk.e) return null
  // Only the public numbers: whatever else the set says about the key does not choose the algorithm.
  return (await importJWK({ kty: 'RSA', n: jwk.n, e: jwk.e }, 'RS256')) as CryptoKey
}
