import { origin } from './origin.ts'

export interface Options {
  challenge_id: string
  options: {
    challenge: string
    rp?: { id: string; name: string }
    rpId?: string
    user?: { id: string; name: string; displayName: string }
    attestation?: string
    timeout?: number
    userVerification?: string
    authenticatorSelection?: Record<string, unknown>
    pubKeyCredParams?: { alg: number }[]
    excludeCredentials?: { id: string; transports?: string[] }[]
    allowCredentials?: { id: string; transports?: string[] }[]
  }
}

/** What an authenticator can be made to do wrong. */
export interface Quirks {
  origin?: string
  rpId?: string
  type?: string
  challenge?: string
  crossOrigin?: boolean
  topOrigin?: string
  userPresent?: boolean
  userVerified?: boolean
  backupEligible?: boolean
  backedUp?: boolean
  signCount?: number
  userHandle?: string | null
  /** Made by `create` only. */
  format?: string
  /** Made of the authenticator data and the hash of the client data. */
  statement?: (authData: Uint8Array, clientHash: Uint8Array) => Promise<Record<string, Cbor>>
  aaguid?: Uint8Array
  selfAttested?: boolean
  algorithm?: number
  /** Members of the COSE key to replace. */
  publicKey?: Record<string, Cbor>
  credentialId?: Uint8Array
}

type Cbor = number | string | Uint8Array | Cbor[] | Map<Cbor, Cbor> | { [key: string]: Cbor }

/** A software authenticator (WebAuthn L3 §6): one credential, with a counter, flags and a user handle. */
export class Key {
  readonly id = crypto.getRandomValues(new Uint8Array(32))
  readonly aaguid = crypto.getRandomValues(new Uint8Array(16))
  readonly #pair: CryptoKeyPair
  /** What it does unless told otherwise. */
  readonly nature: Quirks
  readonly algorithm: AlgorithmName
  signCount = 0
  userHandle: string | null = null

  constructor(pair: CryptoKeyPair, nature: Quirks, algorithm: AlgorithmName) {
    this.#pair = pair
    this.nature = nature
    this.algorithm = algorithm
  }

  get credentialId(): string {
    return base64url(this.id)
  }

  /** `navigator.credentials.create`, as JSON. */
  async create({ options }: Options, quirks: Quirks = {}) {
    const how = { ...this.nature, ...quirks }
    const id = how.credentialId ?? this.id
    this.userHandle = options.user?.id ?? null
    const length = uint16(id.length)
    const credential = concat(how.aaguid ?? this.aaguid, length, id, cbor(await this.#coseKey(how)))
    const authData = await this.#authenticatorData(options.rp?.id ?? '', how, credential)
    const clientDataJSON = clientData('webauthn.create', options.challenge, how)
    const hash = await sha256(fromBase64url(clientDataJSON))
    const attStmt = how.selfAttested
      ? { alg: -7, sig: await this.#sign(authData, clientDataJSON) }
      : ((await how.statement?.(authData, hash)) ?? {})
    const fmt = how.format ?? (how.selfAttested ? 'packed' : 'none')
    return {
      id: base64url(id),
      rawId: base64url(id),
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        attestationObject: base64url(cbor({ fmt, attStmt, authData })),
        transports: ['internal', 'hybrid'],
      },
    }
  }

  /** `navigator.credentials.get`, as JSON. */
  async get({ options }: Options, quirks: Quirks = {}) {
    const how = { ...this.nature, ...quirks }
    const clientDataJSON = clientData('webauthn.get', options.challenge, how)
    const authData = await this.#authenticatorData(options.rpId ?? '', how)
    const signature = await this.#sign(authData, clientDataJSON)
    const userHandle = how.userHandle === undefined ? this.userHandle : how.userHandle
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        authenticatorData: base64url(authData),
        signature: base64url(signature),
        ...(userHandle === null ? {} : { userHandle }),
      },
    }
  }

  async #sign(authData: Uint8Array, clientDataJSON: string): Promise<Uint8Array> {
    const { sign, encode } = algorithms[this.algorithm]
    const hash = await sha256(fromBase64url(clientDataJSON))
    const signed = concat(authData, hash) as Uint8Array<ArrayBuffer>
    return encode(new Uint8Array(await crypto.subtle.sign(sign, this.#pair.privateKey, signed)))
  }

  async #authenticatorData(rpId: string, how: Quirks, attested?: Uint8Array): Promise<Uint8Array> {
    const bits = [
      how.userPresent ?? true,
      false,
      how.userVerified ?? true,
      how.backupEligible ?? false,
      how.backedUp ?? false,
      false,
      attested !== undefined,
    ]
    const flags = bits.reduce((sum, bit, place) => sum | (Number(bit) << place), 0)
    const count = new Uint8Array(4)
    new DataView(count.buffer).setUint32(0, how.signCount ?? this.signCount)
    const hash = await sha256(new TextEncoder().encode(how.rpId ?? rpId))
    return concat(hash, Uint8Array.of(flags), count, attested ?? new Uint8Array())
  }

  async #coseKey(how: Quirks): Promise<Map<Cbor, Cbor>> {
    const jwk = (await crypto.subtle.exportKey('jwk', this.#pair.publicKey)) as JsonWebKey
    const members = { ...algorithms[this.algorithm].cose(jwk), ...how.publicKey }
    if (how.algorithm) members['3'] = how.algorithm
    return new Map<Cbor, Cbor>(Object.entries(members).map(([name, value]) => [+name, value]))
  }
}

/** As WebCrypto takes them, in workerd and in Node.js. */
interface Parameters {
  name: string
  namedCurve?: string
  modulusLength?: number
  publicExponent?: Uint8Array<ArrayBuffer>
  hash?: string
}

interface Algorithm {
  generate: Parameters
  sign: Parameters
  /** Members of the COSE key (RFC 9053 §7, RFC 8230 §4). */
  cose(jwk: JsonWebKey): Record<string, Cbor>
  encode(signature: Uint8Array): Uint8Array
}

const asItIs = (signature: Uint8Array) => signature
const bytesOf = (text: string | undefined) => fromBase64url(text ?? '')

const algorithms = {
  ES256: {
    generate: { name: 'ECDSA', namedCurve: 'P-256' },
    sign: { name: 'ECDSA', hash: 'SHA-256' },
    cose: ({ x, y }) => ({ 1: 2, 3: -7, '-1': 1, '-2': bytesOf(x), '-3': bytesOf(y) }),
    encode: der,
  },
  EdDSA: {
    generate: { name: 'Ed25519' },
    sign: { name: 'Ed25519' },
    cose: ({ x }) => ({ 1: 1, 3: -8, '-1': 6, '-2': bytesOf(x) }),
    encode: asItIs,
  },
  RS256: {
    generate: {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 2_048,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
    },
    sign: { name: 'RSASSA-PKCS1-v1_5' },
    cose: ({ n, e }) => ({ 1: 3, 3: -257, '-1': bytesOf(n), '-2': bytesOf(e) }),
    encode: asItIs,
  },
} satisfies Record<string, Algorithm>

export type AlgorithmName = keyof typeof algorithms

/** A key that verifies its user and stays in its hardware, unless its nature is another. */
export async function newKey(
  nature: Quirks = {},
  algorithm: AlgorithmName = 'ES256',
): Promise<Key> {
  const { generate } = algorithms[algorithm]
  const pair = await crypto.subtle.generateKey(generate, true, ['sign', 'verify'])
  return new Key(pair as CryptoKeyPair, nature, algorithm)
}

function clientData(type: string, challenge: string, how: Quirks): string {
  const data = {
    type: how.type ?? type,
    challenge: how.challenge ?? challenge,
    origin: how.origin ?? origin,
    crossOrigin: how.crossOrigin ?? false,
    ...(how.topOrigin ? { topOrigin: how.topOrigin } : {}),
  }
  return base64url(new TextEncoder().encode(JSON.stringify(data)))
}

/** As much of RFC 8949 as authenticators write. */
export function cbor(value: Cbor): Uint8Array {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') {
    const text = new TextEncoder().encode(value)
    return concat(head(3, text.length), text)
  }
  if (value instanceof Uint8Array) return concat(head(2, value.length), value)
  if (Array.isArray(value)) return concat(head(4, value.length), ...value.map(cbor))
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return concat(head(5, entries.length), ...entries.flat().map(cbor))
}

function head(major: number, value: number): Uint8Array {
  if (value < 24) return Uint8Array.of((major << 5) | value)
  if (value < 256) return Uint8Array.of((major << 5) | 24, value)
  return Uint8Array.of((major << 5) | 25, ...uint16(value))
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255)
}

/** Two 32-byte numbers as the SEQUENCE that authenticators sign with (WebAuthn L3 §6.5.5). */
function der(raw: Uint8Array): Uint8Array {
  const numbers = [raw.slice(0, 32), raw.slice(32)].map((bytes) => {
    const start = bytes.findIndex((byte) => byte !== 0)
    const digits = bytes.slice(start)
    const padded = (digits[0] ?? 0) > 127 ? concat(Uint8Array.of(0), digits) : digits
    return concat(Uint8Array.of(2, padded.length), padded)
  })
  const body = concat(...numbers)
  return concat(Uint8Array.of(0x30, body.length), body)
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>))
}

export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

export function fromBase64url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
}
