import { parse as parseUuid, stringify as stringifyUuid } from 'uuid'
import type { Key, Keyring } from '../config.ts'
import { type Bytes, fromBase64url, hmac, sameBytes, sha256, toBase64url } from './encoding.ts'

/**
 * A refresh token is its family (the session), its generation and 256 bits that the server derives from both:
 * HMAC-SHA-256(key, family ‖ generation). So a repeated request gets the same successor, byte for byte,
 * although the database holds hashes only; and a forged one is refused without asking the database.
 */
export interface RefreshToken {
  family: string
  generation: number
  text: string
  /** SHA-256 of the derived bits: what the session row holds. */
  hash: Bytes
}

const prefix = 'ghr_'
const familyBytes = 16
const generationBytes = 4
const headBytes = familyBytes + generationBytes
const macBytes = 32

export async function refreshToken(
  keys: Keyring,
  family: string,
  generation: number,
): Promise<RefreshToken> {
  const body = new Uint8Array(headBytes + macBytes)
  body.set(parseUuid(family))
  new DataView(body.buffer).setUint32(familyBytes, generation)
  const mac = await derive(keys.current, body.subarray(0, headBytes))
  body.set(mac, headBytes)
  return { family, generation, text: prefix + toBase64url(body), hash: await sha256(mac) }
}

/** Null for anything this service did not issue. */
export async function readRefreshToken(keys: Keyring, text: string): Promise<RefreshToken | null> {
  if (!text.startsWith(prefix)) return null
  const body = fromBase64url(text.slice(prefix.length))
  if (body?.length !== headBytes + macBytes) return null

  // Views, as each copy would be one more block of memory for the collector.
  const head = body.subarray(0, headBytes)
  const mac = body.subarray(headBytes)
  for (const key of keys.all) {
    if (sameBytes(mac, await derive(key, head))) return toToken(head, mac, text)
  }
  return null
}

async function toToken(head: Bytes, mac: Bytes, text: string): Promise<RefreshToken> {
  return {
    family: stringifyUuid(head, 0),
    generation: new DataView(head.buffer, head.byteOffset).getUint32(familyBytes),
    text,
    hash: await sha256(mac),
  }
}

function derive(key: Key, head: Bytes): Promise<Bytes> {
  return hmac(key.bytes, head)
}
