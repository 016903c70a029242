import type { Key } from '../config.ts'
import { argon2 as policy } from '../policy.ts'
import type { StoredHash } from '../ports.ts'
import { hmac, sameBytes, toBase64, utf8 } from '../tokens/encoding.ts'
import { type Argon2Parameters, hashArgon2id } from './argon2.ts'

const today: Argon2Parameters = policy

/** Hashes a password for storage: Argon2id over a peppered HMAC, as a PHC string. */
export async function hashPassword(pepper: Key, password: string): Promise<StoredHash> {
  const salt = crypto.getRandomValues(new Uint8Array(policy.saltBytes))
  const hash = hashArgon2id(await pepperedInput(pepper, password), salt, today)
  return { phc: toPhc(salt, hash), pepperId: pepper.id }
}

/** What an unknown account is compared with: a hash of nothing that anyone can type, which itself costs none. */
export function decoyHash(pepper: Key): StoredHash {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  return {
    phc: toPhc(random(policy.saltBytes), random(policy.hashBytes)),
    pepperId: pepper.id,
  }
}

/** True where the password made this hash. */
export async function verifyPassword(
  pepper: Key,
  password: string,
  stored: StoredHash,
): Promise<boolean> {
  const parts = fromPhc(stored.phc)
  if (!parts) return false
  const hash = hashArgon2id(await pepperedInput(pepper, password), parts.salt, parts.parameters)
  return sameBytes(hash, parts.hash)
}

/** True where the hash was made with other parameters than today's. */
export function hasOldParameters(stored: StoredHash): boolean {
  return !stored.phc.startsWith(todaysBeginning)
}

/**
 * Base64 of HMAC-SHA-256(pepper, NFC(password)): ASCII of one length whatever was typed, so that every character
 * counts, and a stolen database without the pepper gives nothing to guess at.
 */
async function pepperedInput(pepper: Key, password: string): Promise<Uint8Array> {
  const mac = await hmac(pepper.bytes, utf8(password.normalize('NFC')))
  return utf8(toBase64(mac))
}

const todaysBeginning = `$argon2id$v=19$m=${today.memoryKiB},t=${today.passes},p=${today.lanes}$`

function toPhc(salt: Uint8Array, hash: Uint8Array): string {
  return `${todaysBeginning}${unpadded(salt)}$${unpadded(hash)}`
}

const phc =
  /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{43})$/

function fromPhc(text: string) {
  const match = phc.exec(text)
  if (!match) return null
  const [, memoryKiB, passes, lanes, salt = '', hash = ''] = match
  return {
    parameters: { memoryKiB: Number(memoryKiB), passes: Number(passes), lanes: Number(lanes) },
    salt: fromBase64(salt),
    hash: fromBase64(hash),
  }
}

function unpadded(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/=+$/, '')
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
