import { foreignHash as policy } from '../policy.ts'
import type { ForeignRecipe } from '../ports.ts'
import { type Bytes, fromBase64url, utf8 } from '../tokens/encoding.ts'
import { argon2Types, hashArgon2 } from './argon2.ts'

type Cook<Name extends ForeignRecipe['algorithm']> = (
  recipe: Extract<ForeignRecipe, { algorithm: Name }>,
  password: string,
) => Promise<Bytes>

/**
 * What another service made of a password, made again. Bounds on the parameters are those of the import
 * (`admin/import/password-hash.ts`): nothing else writes such recipes. The libraries are loaded when they are used.
 */
const recipes: { [Name in ForeignRecipe['algorithm']]: Cook<Name> } = {
  /** Takes the first 72 bytes, as bcrypt does everywhere. */
  async bcrypt({ cost, salt }, password) {
    const { hashSync } = await import('bcryptjs')
    return utf8(hashSync(password, `$2b$${String(cost).padStart(2, '0')}$${salt}`).slice(29))
  },

  async scrypt({ n, r, p, salt, length }, password) {
    return scrypt(utf8(password), bytesOf(salt), { N: n, r, p }, length)
  },

  /** Firebase's own: what scrypt yields is the key under which the project's signer key is encrypted. */
  async 'firebase-scrypt'({ rounds, memCost, salt, saltSeparator, signerKey }, password) {
    const seasoned = new Uint8Array([...bytesOf(salt), ...bytesOf(saltSeparator)])
    const key = await scrypt(utf8(password), seasoned, { N: 2 ** memCost, r: rounds, p: 1 }, 32)
    const cipher = await crypto.subtle.importKey('raw', key, 'AES-CTR', false, ['encrypt'])
    const counter = { name: 'AES-CTR', counter: new Uint8Array(16), length: 64 }
    return new Uint8Array(await crypto.subtle.encrypt(counter, cipher, bytesOf(signerKey)))
  },

  /** Never above 100,000 iterations: workerd refuses more in production, though not on a developer's machine. */
  async pbkdf2({ digest, iterations, salt, length }, password) {
    const key = await crypto.subtle.importKey('raw', utf8(password), 'PBKDF2', false, [
      'deriveBits',
    ])
    const algorithm = {
      name: 'PBKDF2',
      hash: digest,
      salt: bytesOf(salt),
      iterations: Math.min(iterations, policy.pbkdf2Iterations),
    }
    return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, length * 8))
  },

  async argon2({ type, memoryKiB, passes, lanes, salt, length }, password) {
    const parameters = { memoryKiB, passes, lanes }
    return hashArgon2(utf8(password), bytesOf(salt), parameters, argon2Types[type], length)
  },
}

/** The digest that a recipe makes of a password. */
export function digestOf<Recipe extends ForeignRecipe>(
  recipe: Recipe,
  password: string,
): Promise<Bytes> {
  const cook = recipes[recipe.algorithm] as (recipe: Recipe, password: string) => Promise<Bytes>
  return cook(recipe, password)
}

async function scrypt(
  password: Bytes,
  salt: Bytes,
  cost: { N: number; r: number; p: number },
  length: number,
): Promise<Bytes> {
  const { scryptSync } = await import('node:crypto')
  // Its own bound is below what 32 MiB of work need.
  return new Uint8Array(scryptSync(password, salt, length, { ...cost, maxmem: 2 ** 26 }))
}

function bytesOf(base64url: string): Bytes {
  const bytes = fromBase64url(base64url)
  if (!bytes) throw new Error('foreign hash: recipe is not as it was written')
  return bytes
}
