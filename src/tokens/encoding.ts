import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { base64url } from 'jose'

export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
/** Asked for once, as each way to it costs a call out of JavaScript. */
const { subtle } = crypto

export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

export function toBase64url(bytes: Uint8Array): string {
  return base64url.encode(bytes)
}

/** The last character of a part that is no whole group of four has no bits beyond those of its bytes. */
const strictBase64url = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

/** Strict: one spelling per value (RFC 4648 §3.5), so that no token has a second text. Anything else is null. */
export function fromBase64url(text: string): Bytes | null {
  return strictBase64url.test(text) ? (base64url.decode(text) as Bytes) : null
}

/** Standard base64 with its padding; anything else is null. */
export function fromBase64(text: string): Bytes | null {
  if (!/^[\w+/-]*={0,2}$/.test(text) || /[-_]/.test(text) || text.length % 4 !== 0) return null
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** In lower case, as Postgres makes it. */
export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** Lower case alone; anything else is null. */
export function fromHex(text: string): Bytes | null {
  return /^(?:[0-9a-f]{2})+$/.test(text) ? (hexToBytes(text) as Bytes) : null
}

/** Postgres' text form of a bytea: no other text, of a secret say, stands in for it. */
export type Bytea = `\\x${string}`

export function toBytea(bytes: Uint8Array): Bytea {
  return `\\x${toHex(bytes)}`
}

export async function sha256(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.digest('SHA-256', data))
}

/** Keys of the configuration, which never change: an isolate imports each once. */
const importedKeys = new WeakMap<Bytes, CryptoKey>()

export async function hmac(key: Bytes, data: Bytes): Promise<Bytes> {
  const imported = importedKeys.get(key) ?? (await importKey(key))
  return new Uint8Array(await subtle.sign('HMAC', imported, data))
}

async function importKey(key: Bytes): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await subtle.importKey('raw', key, algorithm, false, ['sign'])
  importedKeys.set(key, imported)
  return imported
}

/** Only where a vendor signs so: SHA-1 is broken for collisions, not for this. */
export async function hmacSha1(key: Bytes, data: Bytes): Promise<Bytes> {
  const algorithm = { name: 'HMAC', hash: 'SHA-1' }
  const imported = await subtle.importKey('raw', key, algorithm, false, ['sign'])
  return new Uint8Array(await subtle.sign('HMAC', imported, data))
}

/** Compares texts of any length in constant time. */
export async function sameText(left: string, right: string): Promise<boolean> {
  return sameBytes(await sha256(utf8(left)), await sha256(utf8(right)))
}

/** Compares in constant time: both sides are digests of one length, anything else differs. */
export function sameBytes(left: Bytes, right: Bytes): boolean {
  return left.length === right.length && subtle.timingSafeEqual(left, right)
}
