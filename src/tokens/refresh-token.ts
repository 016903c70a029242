import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Hash } from '@noble/hashes/utils.js'
import { parse as parseUuid, stringify as stringifyUuid } from 'uuid'
import type { Key, Keyring } from '../config.ts'
import {
  type Bytea,
  type Bytes,
  fromBase64url,
  sameBytes,
  toBase64url,
  toBytea,
} from './encoding.ts'

/**
 * A refresh token is its family (the session), its generation and 256 bits that the server derives from both:
 * HMAC-SHA-256(key, family ‖ generation). So a repeated request gets the same successor, byte for byte,
 * although the database holds hashes only; and a forged one is refused without asking the database.
 *
 * Hashed in JavaScript and not by `crypto.subtle`: a refresh hashes four times, a block or two each, and what the runtime
 * makes for a call (a promise, and handles that only the collector takes back) comes on top of the hash.
 */
export interface RefreshToken {
  family: string
  /** The same, 16 bytes: its successor takes them as they are. */
  familyBytes: Uint8Array
  generation: number
  text: string
  /** SHA-256 of the derived bits, what the session row holds. */
  hash: Bytea
}

const prefix = 'ghr_'
const familyLength = 16
const generationLength = 4
const headLength = familyLength + generationLength
const macLength = 32

export function refreshToken(keys: Keyring, family: string, generation: number): RefreshToken {
  return made(keys, family, parseUuid(family), generation)
}

/** The one after it: of the same family, one generation on. */
export function nextRefreshToken(keys: Keyring, token: RefreshToken): RefreshToken {
  return made(keys, token.family, token.familyBytes, token.generation + 1)
}

function made(keys: Keyring, family: string, bytes: Uint8Array, generation: number): RefreshToken {
  const body = new Uint8Array(headLength + macLength)
  body.set(bytes)
  new DataView(body.buffer).setUint32(familyLength, generation)
  const mac = derive(keys.current, body.subarray(0, headLength))
  body.set(mac, headLength)
  return {
    family,
    familyBytes: bytes,
    generation,
    text: prefix + toBase64url(body),
    hash: toBytea(hashOf(mac)),
  }
}

/** Null for anything this service did not issue. */
export function readRefreshToken(keys: Keyring, text: string): RefreshToken | null {
  if (!text.startsWith(prefix)) return null
  const body = fromBase64url(text.slice(prefix.length))
  if (body?.length !== headLength + macLength) return null

  // Views, as each copy would be one more block of memory for the collector.
  const head = body.subarray(0, headLength)
  const mac = body.subarray(headLength)
  if (!keys.all.some((key) => sameBytes(mac, derive(key, head)))) return null
  return {
    family: stringifyUuid(head, 0),
    familyBytes: head.subarray(0, familyLength),
    generation: new DataView(head.buffer, head.byteOffset).getUint32(familyLength),
    text,
    hash: toBytea(hashOf(mac)),
  }
}

/** What each key begins a MAC with: keys never change, so it is made once. */
const begun = new WeakMap<Key, (head: Bytes) => Bytes>()

function derive(key: Key, head: Bytes): Bytes {
  return (begun.get(key) ?? begin(key))(head)
}

function begin(key: Key): (head: Bytes) => Bytes {
  const mac = goingOn(hmac.create(sha256, key.bytes))
  begun.set(key, mac)
  return mac
}

const hashOf = goingOn(sha256.create())

/** Of what always begins alike: each goes on in the same place, which nobody else can enter before it is done. */
function goingOn<T extends Hash<T>>(start: T): (data: Uint8Array) => Bytes {
  const place = start.clone()
  return (data) => start._cloneInto(place).update(data).digest()
}
