import { importJWK } from 'jose'
import type { Config, SigningJwk } from '../config.ts'

type SigningKeys = Config['keys']['jwt']

export interface PublicJwk {
  kty: 'EC'
  crv: 'P-256'
  x: string
  y: string
  kid: string
  alg: 'ES256'
  use: 'sig'
}

/** Whether each private half fits its public half: a key that was put together wrongly signs what nobody can verify. */
export async function signingKeysWork(keys: SigningKeys): Promise<boolean> {
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const probe = crypto.getRandomValues(new Uint8Array(32))
  try {
    for (const jwk of published(keys)) {
      const signer = await importOnce(`private ${jwk.kid} ${jwk.x}`, jwk)
      const verifier = await importOnce(`public ${jwk.kid} ${jwk.x}`, toPublic(jwk))
      const signature = await crypto.subtle.sign(algorithm, signer, probe)
      if (!(await crypto.subtle.verify(algorithm, verifier, signature, probe))) return false
    }
    return true
  } catch {
    return false
  }
}

/** RFC 7517: the next key is published before it signs, the previous one as long as its tokens may live. */
export function publicKeySet(keys: SigningKeys): { keys: PublicJwk[] } {
  return { keys: published(keys).map(toPublic) }
}

/** Imported keys by id: immutable, so one isolate imports each once. */
const imported = new Map<string, CryptoKey>()

export function signingKey(keys: SigningKeys): CryptoKey | Promise<CryptoKey> {
  return importOnce(`private ${keys.current.kid} ${keys.current.x}`, keys.current)
}

/** Rejects where no published key has this id. */
export async function verificationKey(keys: SigningKeys, kid: unknown): Promise<CryptoKey> {
  const jwk = published(keys).find((key) => key.kid === kid)
  if (!jwk) throw new TypeError('no published key has this id')
  return importOnce(`public ${jwk.kid} ${jwk.x}`, toPublic(jwk))
}

function published(keys: SigningKeys): SigningJwk[] {
  return [keys.current, keys.next, keys.previous].filter((key) => key !== null)
}

function toPublic({ kty, crv, x, y, kid }: SigningJwk): PublicJwk {
  return { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }
}

function importOnce(name: string, jwk: SigningJwk | PublicJwk): CryptoKey | Promise<CryptoKey> {
  return imported.get(name) ?? importFirst(name, jwk)
}

async function importFirst(name: string, jwk: SigningJwk | PublicJwk): Promise<CryptoKey> {
  const key = (await importJWK({ ...jwk }, 'ES256')) as CryptoKey
  imported.set(name, key)
  return key
}
