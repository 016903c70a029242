import type { Key, Keyring } from '../../config.ts'
import { backupCodes as policy } from '../../policy.ts'
import { codeHash } from '../../tokens/code.ts'
import type { Bytes } from '../../tokens/encoding.ts'

/** Crockford's base 32: no letter that is read as another character. Five bits a character. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const length = policy.selectorLength + policy.secretLength

export interface BackupCode {
  /** Shown once, in groups of four. */
  text: string
  /** Finds the row: not secret. */
  selector: string
  hash: Bytes
}

/** Ten codes with selectors of their own: 80 secret bits each. */
export async function newBackupCodes(key: Key, userId: string): Promise<BackupCode[]> {
  const texts = new Map<string, string>()
  while (texts.size < policy.count) {
    const text = randomText()
    texts.set(text.slice(0, policy.selectorLength), text)
  }
  return Promise.all(
    [...texts].map(async ([selector, text]) => ({
      text: (text.match(/.{4}/g) ?? []).join('-'),
      selector,
      hash: await hashOf(key, userId, text),
    })),
  )
}

/** What a typed code is looked up and compared by, under each key that may have made it; null where it cannot be one. */
export async function readBackupCode(
  keys: Keyring,
  userId: string,
  typed: string,
): Promise<{ selector: string; hashes: Bytes[] } | null> {
  const text = asMade(typed)
  if (text === null) return null
  const hashes = await Promise.all(keys.all.map((key) => hashOf(key, userId, text)))
  return { selector: text.slice(0, policy.selectorLength), hashes }
}

/** What a typed code is looked up by; null where it cannot be one. */
export function backupSelector(typed: string): string | null {
  return asMade(typed)?.slice(0, policy.selectorLength) ?? null
}

function asMade(typed: string): string | null {
  const text = typed.toLowerCase().replace(/[\s-]/g, '').replace(/o/g, '0').replace(/[il]/g, '1')
  if (text.length !== length) return null
  return [...text].every((character) => alphabet.includes(character)) ? text : null
}

function hashOf(key: Key, userId: string, text: string): Promise<Bytes> {
  return codeHash(key, ['backup_code', userId], text)
}

function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return [...bytes].map((byte) => alphabet[byte & 31]).join('')
}
