import type { Key, Keyring } from '../config.ts'
import { type Bytes, fromBase64url, toBase64url, utf8 } from './encoding.ts'

/** NIST SP 800-38D §8.2.2: 96 random bits; a key may seal 2^32 texts before a repeat is likely. */
const ivBytes = 12

/**
 * Seals what a row keeps secret: AES-256-GCM, as `keyId.iv.ciphertext` (base64url).
 * The id of its place is bound in, so that a thief with write access cannot move a secret to another person's row.
 */
export async function sealPayload(keyring: Keyring, id: string, payload: object): Promise<string> {
  const key = keyring.current
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const sealed = await crypto.subtle.encrypt(
    parameters(iv, id, key),
    await toAes(key),
    utf8(JSON.stringify(payload)),
  )
  return [key.id, toBase64url(iv), toBase64url(new Uint8Array(sealed))].join('.')
}

/** The payload, or null: unknown key, another row's seal, a changed byte. */
export async function openPayload(keyring: Keyring, id: string, text: string): Promise<unknown> {
  const [keyId, iv, sealed, ...rest] = text.split('.')
  const key = keyring.all.find((candidate) => candidate.id === keyId)
  const ivRead = fromBase64url(iv ?? '')
  const sealedRead = fromBase64url(sealed ?? '')
  if (!key || rest.length > 0 || ivRead?.length !== ivBytes || !sealedRead) return null

  try {
    const opened = await crypto.subtle.decrypt(
      parameters(ivRead, id, key),
      await toAes(key),
      sealedRead,
    )
    return JSON.parse(new TextDecoder().decode(opened))
  } catch {
    return null
  }
}

function parameters(iv: Bytes, id: string, key: Key) {
  return { name: 'AES-GCM', iv, additionalData: utf8(`${id}.${key.id}`) }
}

function toAes(key: Key): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key.bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}
