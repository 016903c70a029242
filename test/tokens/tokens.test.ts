import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newCode } from '../../src/tokens/code.ts'
import { fromBase64url, hmac, sha256, toBase64url } from '../../src/tokens/encoding.ts'
import { nextRefreshToken, readRefreshToken, refreshToken } from '../../src/tokens/refresh-token.ts'
import { newSecret, secretHash } from '../../src/tokens/secret.ts'

const family = '01890a5d-ac96-774b-bcce-b302099a8057'

/** Byte `at` of the bytes whose base64 is each of its 64 characters in turn. */
function sextets(at: number): number {
  const first = ((at - (at % 3)) / 3) * 4
  const bits = (first << 18) | ((first + 1) << 12) | ((first + 2) << 6) | (first + 3)
  return (bits >> (16 - 8 * (at % 3))) & 255
}

describe('base64url', () => {
  it('has one spelling for every value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes)
      }),
    )
    for (const odd of ['AA==', 'AB', 'A', 'A+', 'A/A', 'AA A', 'AAAA\n', 'AAAAA', 'é']) {
      expect(fromBase64url(odd)).toBeNull()
    }
  })

  it('ends where its bytes end: no last character has bits of its own', () => {
    const alphabet = toBase64url(Uint8Array.from({ length: 48 }, (_, at) => sextets(at)))
    expect(new Set(alphabet).size).toBe(64)
    for (const [begin, values] of [
      ['A', 4],
      ['AA', 16],
      ['AAAAA', 4],
      ['AAAAAA', 16],
    ] as const) {
      const read = [...alphabet].filter((last) => fromBase64url(begin + last) !== null)
      expect(read).toHaveLength(values)
      for (const last of read) {
        expect(toBase64url(fromBase64url(begin + last) ?? new Uint8Array())).toBe(begin + last)
      }
    }
  })
})

describe('a secret', () => {
  it('is known by its hash, of its kind only', async () => {
    const secret = await newSecret('verifyEmail')
    expect(secret.text).toMatch(/^ghv_[\w-]{43}$/)
    expect(await secretHash('verifyEmail', secret.text)).toEqual(secret.hash)
    expect(await secretHash('resetPassword', secret.text)).toBeNull()
    expect(await secretHash('verifyEmail', `${secret.text}A`)).toBeNull()
    expect(await secretHash('verifyEmail', secret.text.slice(4))).toBeNull()
  })
})

describe('a code', () => {
  it('has six digits, leading zeros included, spread evenly', () => {
    const codes = Array.from({ length: 20_000 }, newCode)
    expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
    const firsts = Array.from(
      { length: 10 },
      (_, digit) => codes.filter((code) => code.startsWith(String(digit))).length,
    )
    // 2,000 each is expected; six standard deviations are about 255.
    expect(Math.min(...firsts)).toBeGreaterThan(1_745)
    expect(Math.max(...firsts)).toBeLessThan(2_255)
  })
})

describe('a refresh token', () => {
  it('is the same text for the same family and generation, and another for the next', () => {
    const keys = ring('a', 1)
    const first = refreshToken(keys, family, 1)
    expect(refreshToken(keys, family, 1).text).toBe(first.text)
    expect(refreshToken(keys, family, 2).text).not.toBe(first.text)
  })

  it('is followed by the same whether it was made or read', () => {
    const keys = ring('a', 1)
    const token = refreshToken(keys, family, 7)
    const read = readRefreshToken(keys, token.text) ?? token
    const successors = [nextRefreshToken(keys, token), nextRefreshToken(keys, read)]
    expect(successors).toEqual([refreshToken(keys, family, 8), refreshToken(keys, family, 8)])
  })

  it('is read back only where a key of ours made it', () => {
    const token = refreshToken(ring('a', 1), family, 7)
    expect(readRefreshToken(ring('a', 1), token.text)).toEqual(token)
    expect(readRefreshToken(ring('b', 2), token.text)).toBeNull()
  })

  it('is read while its key is among the older ones', () => {
    const token = refreshToken(ring('a', 1), family, 7)
    const [current, old] = [ring('b', 2).current, ring('a', 1).current]
    expect(readRefreshToken({ current, all: [current, old] }, token.text)).toEqual(token)
  })

  it('does not survive a changed character', () => {
    const token = refreshToken(ring('a', 1), family, 7)
    for (let at = 0; at < token.text.length; at += 1) {
      const other = token.text[at] === 'A' ? 'B' : 'A'
      const changed = token.text.slice(0, at) + other + token.text.slice(at + 1)
      expect(readRefreshToken(ring('a', 1), changed)).toBeNull()
    }
  })

  it('is an HMAC-SHA-256 of its family and generation', async () => {
    const keys = ring('a', 1)
    for (const generation of [1, 7, 2 ** 32 - 1]) {
      const body = fromBase64url(refreshToken(keys, family, generation).text.slice(4))
      const mac = await hmac(keys.current.bytes, body?.slice(0, 20) ?? new Uint8Array())
      expect(body?.slice(20)).toEqual(mac)
    }
  })

  it('is stored as a hash of its last 256 bits', async () => {
    const token = refreshToken(ring('a', 1), family, 7)
    const body = fromBase64url(token.text.slice(4))
    const hash = await sha256(body?.slice(-32) ?? new Uint8Array())
    const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
    expect(token.hash).toBe(`\\x${hex}`)
  })
})

function ring(id: string, fill: number) {
  const current = { id, bytes: new Uint8Array(32).fill(fill) }
  return { current, all: [current] }
}
