import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import type { Haystack } from './haystacks.ts'
import type { Issued } from './issued.ts'

/** Where a secret was found, and what it was; never the secret itself. */
export function finds(secrets: readonly Issued[], haystacks: readonly Haystack[]): string[] {
  const needles = secrets.flatMap(({ what, text }) =>
    formsOf(text).map(({ form, bytes }) => ({ what, form, bytes })),
  )
  return haystacks.flatMap((haystack) =>
    needles
      .filter(({ bytes }) => haystack.bytes.includes(bytes))
      .map(({ what, form }) => `${what} as ${form} in ${haystack.place}`),
  )
}

interface Form {
  form: string
  bytes: Buffer
}

/** The text itself, and where it spells bytes those as well: each plain, as hex, base64 and base64url. */
function formsOf(text: string): Form[] {
  return [
    ...encodingsOf('text', Buffer.from(text)),
    ...bodiesOf(text).flatMap((body) => encodingsOf('bytes', body)),
  ]
}

/** What the base64url in a token, a key or a JWT stands for: all of it, and its last 256 bits; what a seed stands for. */
function bodiesOf(text: string): Buffer[] {
  const bodies = text
    .replace(/^gh[a-z]_/, '')
    .split('.')
    .filter((part) => /^[\w-]{43,}$/.test(part) && !part.startsWith('eyJ'))
    .map((part) => Buffer.from(part, 'base64url'))
  // What a webhook is signed with, as Standard Webhooks writes it.
  if (text.startsWith('whsec_')) bodies.push(Buffer.from(text.slice('whsec_'.length), 'base64'))
  // The seed of an authenticator app.
  if (/^[A-Z2-7]{32}$/.test(text)) bodies.push(Buffer.from(decodeBase32IgnorePadding(text)))
  return bodies.flatMap((body) => [body, body.subarray(-32)])
}

function encodingsOf(form: string, bytes: Buffer): Form[] {
  const hex = bytes.toString('hex')
  return [
    { form, bytes },
    { form: `hex of ${form}`, bytes: Buffer.from(hex) },
    { form: `HEX of ${form}`, bytes: Buffer.from(hex.toUpperCase()) },
    ...[0, 1, 2].flatMap((offset) => [
      { form: `base64 of ${form}`, bytes: inside(bytes, offset, 'base64') },
      { form: `base64url of ${form}`, bytes: inside(bytes, offset, 'base64url') },
    ]),
  ]
}

/** The characters that are the same whatever stands before and after, at one of three alignments. */
function inside(bytes: Buffer, offset: number, encoding: 'base64' | 'base64url'): Buffer {
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
  const whole = shifted.length - (shifted.length % 3)
  const text = shifted.subarray(0, whole).toString(encoding)
  return Buffer.from(text.slice(offset === 0 ? 0 : 4))
}

/**
 * Six digits turn up in identifiers, hashes, sealed letters and times by chance. So those are cut out, and a code counts
 * only where it stands alone, as somebody would write it.
 */
export function codeFinds(codes: readonly string[], haystacks: readonly Haystack[]): string[] {
  const chance = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|\$argon2id\$\S+|\b\d+ms\b|[\w-]{40,}/gi
  const texts = haystacks.map(({ place, bytes }) => ({
    place,
    text: bytes.toString('utf8').replace(chance, ''),
  }))
  return codes.flatMap((code) =>
    texts
      .filter(({ text }) => new RegExp(`(?<![\\w.:-])${code}(?![\\w.:-])`).test(text))
      .map(({ place }) => `a code in ${place}`),
  )
}
