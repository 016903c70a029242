import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'

/** What one variable holds, how it begins and how it is renewed. */
export interface KeyFormat {
  create(now: Date): string
  rotate(value: string, now: Date): string
  /** The ids of the keys in a value, newest first, and what each is for where that is not plain: fit to be shown. */
  ids(value: string): string[]
  /** Takes the place of a key that another service gives: for development, never printed for production. */
  standIn?: true
}

interface SigningKey {
  kid: string
  [member: string]: unknown
}

interface SigningKeys {
  current: SigningKey
  next: SigningKey
  previous: SigningKey | null
}

/**
 * `next` is published before it signs, so that no verifier with an older copy of the key set
 * meets an unknown key; `previous` stays published until its last token has expired.
 */
const signingKeys: KeyFormat = {
  create: () =>
    JSON.stringify({ current: signingKey(), next: signingKey(), previous: null } as SigningKeys),
  rotate: (value) => {
    const { current, next } = parseSigningKeys(value)
    return JSON.stringify({ current: next, next: signingKey(), previous: current } as SigningKeys)
  },
  ids: (value) => {
    const { current, next, previous } = parseSigningKeys(value)
    const all = [`${next.kid} (next)`, `${current.kid} (current: it signs)`]
    return previous ? [...all, `${previous.kid} (previous)`] : all
  },
}

function parseSigningKeys(value: string): SigningKeys {
  const keys = JSON.parse(value) as SigningKeys
  if (!keys?.current?.kid || !keys.next?.kid) throw new Error('JWT_KEYS has no current and next.')
  return keys
}

function signingKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kty, crv, x, y, d } = privateKey.export({ format: 'jwk' })
  // RFC 7638: the required members in alphabetical order, without blanks.
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
  return { kty, crv, x, y, d, alg: 'ES256', use: 'sig', kid }
}

/** `kid:key,kid:key`, newest first: the first one makes new values, all of them check old ones. */
const keyList: KeyFormat = {
  create: (now) => secretKey(now, []),
  rotate: (value, now) => `${secretKey(now, keyList.ids(value))},${value}`,
  ids: (value) => value.split(',').map((each) => each.slice(0, each.indexOf(':'))),
}

function secretKey(now: Date, taken: string[]): string {
  const day = `k${now.toISOString().slice(0, 10).replaceAll('-', '')}`
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  const letter = [...letters].find((each) => !taken.includes(`${day}${each}`))
  if (!letter) throw new Error('26 rotations of one key in a day are enough.')
  return `${day}${letter}:${randomBytes(32).toString('base64url')}`
}

/** Stands in for the key that Apple gives to its developers: PKCS #8, base64. */
const appleKey: KeyFormat = {
  create: () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
  },
  rotate: (_value, now) => appleKey.create(now),
  ids: () => [],
  standIn: true,
}

export function keyFormat(name: string): KeyFormat | undefined {
  if (name === 'JWT_KEYS') return signingKeys
  if (name === 'APPLE_PRIVATE_KEY') return appleKey
  return /(_KEYS|_PEPPERS)$/.test(name) ? keyList : undefined
}
