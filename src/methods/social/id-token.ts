import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose'
import type { SocialConfig } from '../../config.ts'
import { AuthError } from '../../errors.ts'
import { social as policy } from '../../policy.ts'
import { sha256, toBase64url, toHex, utf8 } from '../../tokens/encoding.ts'
import { keyOf } from './key-sets.ts'
import {
  addressOf,
  type Person,
  type Provider,
  type ProviderName,
  type ProviderPorts,
} from './provider.ts'

/** What is known of a provider that signs ID tokens (OpenID Connect). */
export interface IdTokenIssuer {
  name: ProviderName
  /** Address of its public keys. */
  keys: string
  clients: Provider['clients']
  isIssuer(config: SocialConfig, issuer: string): boolean
}

interface IdTokenToCheck {
  token: string
  /** Clients for which the token may have been made. */
  clients: readonly string[]
  isNonce(claim: string): Promise<boolean> | boolean
}

export type Claims = JWTPayload & { iss: string; sub: string }

const shape = /^[\w-]+\.[\w-]+\.[\w-]+$/
const maxLength = 16_384
const maxSubject = 255
const algorithm = 'RS256'

/** Both doors of a provider that signs ID tokens. */
export function readsIdTokens(
  issuer: IdTokenIssuer,
  toPerson: (claims: Claims) => Person,
): Pick<Provider, 'person' | 'nativePerson'> {
  return {
    async person(ports, tokens, nonce) {
      const [website = ''] = issuer.clients(ports.config.social) ?? []
      const token = read(() => tokens.idToken())
      const isNonce = (claim: string) => claim === nonce
      return toPerson(await checkIdToken(ports, issuer, { token, clients: [website], isNonce }))
    },
    async nativePerson(ports, proof, clients) {
      if (proof.kind !== 'id_token') throw invalid('kind')
      const { token, nonce, names } = proof
      const isNonce = (claim: string) => isNativeNonce(nonce, claim)
      const claims = await checkIdToken(ports, issuer, { token, clients, isNonce })
      const told = toPerson(claims)
      // Apple tells the name to the app alone, and once: its token never holds it.
      const firstName = told.firstName ?? names.firstName
      const lastName = told.lastName ?? names.lastName
      return { person: { ...told, firstName, lastName }, apps: appsOf(claims) }
    },
  }
}

/** A member of a provider's answer: arctic throws a plain error where it is missing. */
export function read(member: () => string): string {
  try {
    return member()
  } catch {
    throw invalid('missing')
  }
}

/**
 * The claims of a token that this provider signed for this service and this sign-in (OpenID Connect Core §3.1.3.7).
 * The algorithm is ours to choose (RFC 8725 §3.1): with `none` or a MAC over the public key anybody could sign.
 * Throws `PROVIDER_TOKEN_INVALID` for every kind of wrong, `PROVIDER_UNAVAILABLE` where its keys cannot be had.
 */
async function checkIdToken(
  ports: ProviderPorts,
  issuer: IdTokenIssuer,
  { token, clients, isNonce }: IdTokenToCheck,
): Promise<Claims> {
  const { social } = ports.config
  const key = await keyOf(ports, addressOf(social, issuer.name, issuer.keys), keyIdOf(token))
  if (!key) throw invalid('unknown key')
  const claims = await verify(token, key, ports.clock.now())
  if (!isSubject(claims.sub)) throw invalid('sub')
  if (typeof claims.iss !== 'string' || !issuer.isIssuer(social, claims.iss)) throw invalid('iss')
  if (!isForUs(claims, clients)) throw invalid('aud')
  if (!isAskedByUs(claims, clients)) throw invalid('azp')
  // The library looks at `iat` only where tokens have an age; nobody signs tomorrow's today.
  if ((claims.iat ?? 0) > ports.clock.now() / 1_000 + policy.leeway) throw invalid('iat')
  if (typeof claims.nonce !== 'string' || !(await isNonce(claims.nonce))) throw invalid('nonce')
  return claims as Claims
}

function keyIdOf(token: string): string {
  if (token.length > maxLength || !shape.test(token)) throw invalid('shape')
  let reason: string
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    if (alg === algorithm && typeof kid === 'string') return kid
    reason = alg === algorithm ? 'kid' : `alg ${/^\w{1,10}$/.exec(alg ?? '')?.[0] ?? ''}`
  } catch {
    throw invalid('header')
  }
  throw invalid(reason)
}

async function verify(token: string, key: CryptoKey, now: number): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      clockTolerance: policy.leeway,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'iat', 'iss', 'aud', 'sub', 'nonce'],
    })
    return payload
  } catch (error) {
    throw invalid(checkOf(error))
  }
}

/** The library's names of the check that failed; its message may quote the token. */
function checkOf(error: unknown): string {
  if (!(error instanceof errors.JOSEError)) return 'signature'
  const isClaim =
    error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
  return isClaim ? `${error.claim} ${error.reason}` : error.code
}

/** Every audience is ours. */
function isForUs({ aud }: JWTPayload, clients: readonly string[]): boolean {
  const audiences = [aud ?? []].flat()
  return audiences.length > 0 && audiences.every((each) => clients.includes(each))
}

/** Who asked for the token (`azp`) is one of our clients too, and is named where there are several audiences. */
function isAskedByUs({ aud, azp }: JWTPayload, clients: readonly string[]): boolean {
  if (azp === undefined) return [aud ?? []].flat().length === 1
  return typeof azp === 'string' && clients.includes(azp)
}

function appsOf({ aud, azp }: JWTPayload): string[] {
  return [aud ?? [], typeof azp === 'string' ? azp : []].flat()
}

function isSubject(sub: unknown): boolean {
  return typeof sub === 'string' && sub.length > 0 && sub.length <= maxSubject
}

/** SHA-256 as hex or base64url. */
const digestShape = /^(?:[\da-f]{64}|[\w-]{43})$/

/**
 * An app may give the provider the nonce itself or, better, its SHA-256, and us the nonce: then a token that was read
 * on the way is worth nothing alone, as what it says is a hash and never the nonce.
 */
async function isNativeNonce(nonce: string, claim: string): Promise<boolean> {
  if (claim === nonce) return !digestShape.test(claim)
  const hash = await sha256(utf8(nonce))
  return claim === toHex(hash) || claim === toBase64url(hash)
}

export function invalid(reason: string): AuthError {
  return new AuthError('PROVIDER_TOKEN_INVALID', { reason: `token: ${reason}` })
}
