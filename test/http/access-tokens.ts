import { env } from 'cloudflare:test'
import { decodeJwt, importJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import type { SigningJwk } from '../../src/config.ts'

interface SigningKeys {
  current: SigningJwk
  next: SigningJwk
  previous: SigningJwk | null
}

/** The keys that the Worker under test signs with. */
export const keys: SigningKeys = JSON.parse(env.JWT_KEYS)

export const ownHeader: JWTHeaderParameters = {
  alg: 'ES256',
  typ: 'at+jwt',
  kid: keys.current.kid,
}

/** Says `undefined` of a claim to leave it out. */
export type Changes = Record<string, unknown>

/** Signs what a genuine token says, but for the changes, with the key given. */
export async function forge(
  genuine: string,
  {
    claims = {},
    header = {},
    jwk = keys.current,
  }: {
    claims?: Changes
    header?: Changes
    jwk?: SigningJwk
  } = {},
): Promise<string> {
  const payload = withChanges(decodeJwt(genuine), claims) as JWTPayload
  const protectedHeader = withChanges(ownHeader, header) as unknown as JWTHeaderParameters
  const key = await importJWK({ ...jwk }, 'ES256')
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key)
}

/** A key pair of somebody else, which claims to be ours. */
export async function strangersKey(): Promise<SigningJwk> {
  const pair = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
  ])) as CryptoKeyPair
  const {
    x = '',
    y = '',
    d = '',
  } = (await crypto.subtle.exportKey('jwk', pair.privateKey)) as JsonWebKey
  return { kty: 'EC', crv: 'P-256', x, y, d, kid: keys.current.kid }
}

export function encoded(value: unknown): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)))
}

export function toBase64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function withChanges(source: object, changes: Changes): Changes {
  const entries = Object.entries({ ...source, ...changes })
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
}

/** Our own key's ES256 signature, whatever the header says. */
export async function ownSignature(signed: string): Promise<string> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey(
    'jwk',
    { ...keys.current, key_ops: ['sign'] },
    algorithm,
    false,
    ['sign'],
  )
  const bytes = new TextEncoder().encode(signed)
  return toBase64url(
    new Uint8Array(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes)),
  )
}

export async function spki(): Promise<Uint8Array> {
  const { d: _, ...jwk } = keys.current
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await crypto.subtle.importKey(
    'jwk',
    { ...jwk, key_ops: ['verify'] },
    algorithm,
    true,
    ['verify'],
  )
  return new Uint8Array((await crypto.subtle.exportKey('spki', key)) as ArrayBuffer)
}

export async function pem(): Promise<Uint8Array> {
  const lines = btoa(String.fromCharCode(...(await spki()))).match(/.{1,64}/g) ?? []
  const text = `-----BEGIN PUBLIC KEY-----\n${lines.join('\n')}\n-----END PUBLIC KEY-----\n`
  return new TextEncoder().encode(text)
}

/** The payload under a MAC whose key is known to everybody. */
export async function macToken(payload: string, alg: string, secret: Uint8Array): Promise<string> {
  const hash = `SHA-${alg.slice(2)}`
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash }, false, ['sign'])
  const signed = `${encoded({ ...ownHeader, alg })}.${payload}`
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(signed))
  return `${signed}.${toBase64url(new Uint8Array(mac))}`
}
