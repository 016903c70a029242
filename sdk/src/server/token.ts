/** What an access token says (RFC 9068). */
export interface AccessClaims {
  /** Id of the user. */
  sub: string
  /** Id of the session: the same for all its tokens, and what is revoked. */
  sid: string
  /** Id of the tenant. */
  tid: string
  iss: string
  aud: string | string[]
  exp: number
  iat: number
  nbf?: number
  jti: string
  /** How the person has proven who they are (RFC 8176), how strong that is, and when it was last. */
  amr: string[]
  acr: string
  auth_time: number
  roles: string[]
}

export interface ReadToken {
  kid: string
  claims: AccessClaims
  /** What is signed, and by what. */
  signed: Uint8Array<ArrayBuffer>
  signature: Uint8Array<ArrayBuffer>
}

const maxLength = 4_096
const signatureLength = 64

/**
 * The parts of a token, of which nothing is proven yet; null for every kind of wrong. Base64url is read strictly: stray
 * bits at the end of a part would be a second spelling of one token.
 */
export function readToken(text: string): ReadToken | null {
  const parts = text.length > maxLength ? [] : text.split('.')
  const [header, payload, signature] = parts.map(bytesOf)
  if (parts.length !== 3 || !header || !payload || signature?.length !== signatureLength)
    return null
  const head = objectOf(header)
  const claims = objectOf(payload)
  // One algorithm, one type. `jku`, `x5u` and `jwk` are not looked at, and what must be understood is not (RFC 8725 §3).
  if (!head || !claims || 'crit' in head) return null
  if (head.alg !== 'ES256' || head.typ !== 'at+jwt' || typeof head.kid !== 'string') return null
  if (!isAccessClaims(claims)) return null
  const signed = new TextEncoder().encode(text.slice(0, text.lastIndexOf('.')))
  return { kid: head.kid, claims, signed, signature }
}

function bytesOf(part: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[\w-]+$/.test(part)) return null
  try {
    const text = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
    const again = btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    return again === part ? Uint8Array.from(text, (letter) => letter.charCodeAt(0)) : null
  } catch {
    return null
  }
}

function objectOf(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const texts = ['sub', 'sid', 'tid', 'iss', 'jti', 'acr']
const numbers = ['exp', 'iat', 'auth_time']
const lists = ['amr', 'roles']

function isAccessClaims(claims: object): claims is AccessClaims {
  const { aud, nbf, ...values } = claims as Record<string, unknown>
  return (
    texts.every((name) => typeof values[name] === 'string' && values[name] !== '') &&
    numbers.every((name) => Number.isFinite(values[name])) &&
    lists.every((name) => isTexts(values[name])) &&
    (typeof aud === 'string' || isTexts(aud)) &&
    (nbf === undefined || Number.isFinite(nbf))
  )
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
