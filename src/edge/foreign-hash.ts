import type { Key } from '../config.ts'
import type { ForeignHash, ForeignRecipe, StoredHash } from '../ports.ts'
import { fromBase64url, hmac, sameBytes, toBase64url, utf8 } from '../tokens/encoding.ts'
import { digestOf } from './foreign-recipes.ts'

const prefix = '$foreign$'

/**
 * A hash of another service as it is kept until its owner first signs in: how it was made, and an HMAC of it. A stolen
 * database without the pepper gives nothing to guess at, however weak the other service's parameters were.
 */
export async function sealForeign(
  pepper: Key,
  { recipe, digest }: ForeignHash,
): Promise<StoredHash> {
  const mac = await hmac(pepper.bytes, macInput(digest))
  const text = toBase64url(utf8(JSON.stringify(recipe)))
  return { phc: `${prefix}${text}$${toBase64url(mac)}`, pepperId: pepper.id }
}

export function isForeign({ phc }: StoredHash): boolean {
  return phc.startsWith(prefix)
}

/** True where the password is the one that the other service hashed. */
export async function verifyForeign(
  pepper: Key,
  password: string,
  { phc }: StoredHash,
): Promise<boolean> {
  const [text = '', mac = ''] = phc.slice(prefix.length).split('$')
  const bytes = fromBase64url(text)
  const kept = fromBase64url(mac)
  if (!bytes || !kept) return false
  const recipe = JSON.parse(new TextDecoder().decode(bytes)) as ForeignRecipe
  return sameBytes(await hmac(pepper.bytes, macInput(await digestOf(recipe, password))), kept)
}

/** The first words differ from what a password of ours is peppered with: base64 of an HMAC, and before that the password. */
function macInput(digest: Uint8Array) {
  return utf8(`foreign-hash/1 ${toBase64url(digest)}`)
}
