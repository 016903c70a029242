import type { Key } from '../config.ts'
import { oneTime } from '../policy.ts'
import { type Bytes, hmac, utf8 } from './encoding.ts'

const bound = 10 ** oneTime.codeDigits
/** The largest multiple of the bound: above it a remainder would favour small codes. */
const fair = Math.floor(2 ** 32 / bound) * bound

/** Six digits, each equally likely. */
export function newCode(): string {
  const [draw = fair] = crypto.getRandomValues(new Uint32Array(1))
  if (draw >= fair) return newCode()
  return String(draw % bound).padStart(oneTime.codeDigits, '0')
}

/** What is stored of a code: without the key a thief of the database cannot try the million. */
export function codeHash(key: Key, binding: readonly string[], code: string): Promise<Bytes> {
  return hmac(key.bytes, utf8(JSON.stringify([...binding, code])))
}
