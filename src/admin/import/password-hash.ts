import { z } from 'zod'
import { lazily } from '../../lazily.ts'
import { foreignHash as policy } from '../../policy.ts'
import type { ForeignHash } from '../../ports.ts'
import { fromBase64url, toBase64url, utf8 } from '../../tokens/encoding.ts'

/** Base64 with either alphabet, padded or not, as the exports of this world have it. */
const bytes = lazily(() =>
  z
    .string()
    .max(2 * policy.saltBytes)
    .transform((text, context) => {
      const decoded = bytesOf(text)
      if (decoded) return decoded
      context.addIssue({ code: 'custom', message: 'This is no base64.' })
      return z.NEVER
    }),
)
/** As a recipe keeps it. */
const salt = lazily(() => bytes.transform(toBase64url))
const digest = lazily(() => bytes.refine(isLongEnough))

const count = lazily(() => z.int().min(1))

/** 22 characters of salt and 31 of digest, in an alphabet of its own. `2x` names a broken implementation. */
const bcrypt = /^\$2[aby]\$(\d\d)\$([./A-Za-z\d]{22})([./A-Za-z\d]{31})$/

/** The PHC form that every argon2 library writes; `d` is not taken. */
const argon2 =
  /^\$argon2(id|i)\$v=19\$m=(\d{1,6}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z\d+/]{11,171})\$([A-Za-z\d+/]{22,171})$/

/** The hash of a password in one line of an import, by algorithm. What would cost too much at the sign-in is refused. */
export const passwordHash = lazily(() =>
  z
    .discriminatedUnion('algorithm', [
      z
        .strictObject({ algorithm: z.literal('bcrypt'), hash: z.string().regex(bcrypt) })
        .transform(({ algorithm, hash }): ForeignHash => {
          const [, cost, salt = '', digest = ''] = bcrypt.exec(hash) ?? []
          return { recipe: { algorithm, cost: Number(cost), salt }, digest: utf8(digest) }
        }),
      z
        .strictObject({ algorithm: z.literal('argon2'), hash: z.string().regex(argon2) })
        .transform(({ algorithm, hash }, context): ForeignHash => {
          const [, type, m, t, p, salt = '', digest = ''] = argon2.exec(hash) ?? []
          const costs = { memoryKiB: Number(m), passes: Number(t), lanes: Number(p) }
          const [seasoning, made] = [bytesOf(salt), bytesOf(digest)]
          if (!seasoning || !made || !isLongEnough(made)) {
            context.addIssue({ code: 'custom', message: 'This is no argon2 hash.' })
            return z.NEVER
          }
          const kept = { salt: toBase64url(seasoning), length: made.length }
          return {
            recipe: { algorithm, type: type as 'i' | 'id', ...costs, ...kept },
            digest: made,
          }
        }),
      z
        .strictObject({
          algorithm: z.literal('scrypt'),
          hash: digest,
          salt,
          n: count,
          r: count,
          p: count,
        })
        .transform(({ hash, ...recipe }): ForeignHash => {
          return { recipe: { ...recipe, length: hash.length }, digest: hash }
        }),
      z
        .strictObject({
          algorithm: z.literal('firebase-scrypt'),
          hash: digest,
          salt,
          /** Of the project: `base64_signer_key`, `base64_salt_separator`, `rounds`, `mem_cost`. */
          signer_key: salt,
          salt_separator: salt,
          rounds: z.int().min(1).max(64),
          mem_cost: z.int().min(1).max(20),
        })
        .transform(({ hash, mem_cost, salt_separator, signer_key, ...rest }): ForeignHash => {
          const recipe = {
            ...rest,
            memCost: mem_cost,
            saltSeparator: salt_separator,
            signerKey: signer_key,
          }
          return { recipe, digest: hash }
        }),
      z
        .strictObject({
          algorithm: z.literal('pbkdf2'),
          digest: z.enum(['sha1', 'sha256', 'sha512']),
          iterations: count,
          hash: digest,
          salt,
        })
        .transform(({ hash, digest: name, ...rest }): ForeignHash => {
          const names = { sha1: 'SHA-1', sha256: 'SHA-256', sha512: 'SHA-512' } as const
          return { recipe: { ...rest, digest: names[name], length: hash.length }, digest: hash }
        }),
    ])
    .refine(isAffordable, {
      message: 'Working this hash out would cost more than a sign-in may.',
      params: { code: 'HASH_TOO_COSTLY' },
    }),
)

/** What one request of one isolate can work out: see `policy.foreignHash`. */
function isAffordable({ recipe }: ForeignHash): boolean {
  if (recipe.algorithm === 'bcrypt') {
    return recipe.cost >= policy.bcryptCost.least && recipe.cost <= policy.bcryptCost.most
  }
  if (recipe.algorithm === 'pbkdf2') return recipe.iterations <= policy.pbkdf2Iterations
  if (recipe.algorithm === 'scrypt') return isAffordableScrypt(recipe)
  if (recipe.algorithm === 'firebase-scrypt') {
    return isAffordableScrypt({ n: 2 ** recipe.memCost, r: recipe.rounds, p: 1 })
  }
  const { memoryKiB, passes, lanes } = recipe
  const isWhole = passes >= 1 && lanes >= 1 && memoryKiB >= 8 * lanes
  return (
    isWhole &&
    lanes <= policy.argon2Lanes &&
    memoryKiB <= policy.argon2KiB &&
    memoryKiB * passes <= policy.argon2Work
  )
}

/** RFC 7914 §2: N is a power of two. */
function isAffordableScrypt({ n, r, p }: { n: number; r: number; p: number }): boolean {
  const isPower = n > 1 && Number.isInteger(Math.log2(n))
  return isPower && n * r * p <= policy.scryptWork && 128 * n * r <= policy.scryptBytes
}

function isLongEnough({ length }: Uint8Array): boolean {
  return length >= policy.digestBytes.least && length <= policy.digestBytes.most
}

function bytesOf(text: string): Uint8Array | null {
  return fromBase64url(
    text
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/={0,2}$/, ''),
  )
}
