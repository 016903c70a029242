import { describe, expect, it } from 'vitest'
import { hashArgon2id } from '../../src/edge/argon2.ts'
import { utf8 } from '../../src/tokens/encoding.ts'

/** Argon2id v1.3 test values of the reference implementation (P-H-C/phc-winner-argon2, test.c). */
const vectors = [
  [2, 65_536, 1, '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7'],
  [2, 256, 1, '9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe'],
  [2, 256, 2, '6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037'],
  [1, 65_536, 1, 'f6a5adc1ba723dddef9b5ac1d464e180fcd9dffc9d1cbf76cca2fed795d9ca98'],
  [4, 65_536, 1, '9025d48e68ef7395cca9079da4c4ec3affb3c8911fe4f86d1a2520856f63172c'],
] as const

describe('Argon2id', () => {
  it.each(vectors)(
    'agrees with the reference: t=%i m=%i p=%i',
    (passes, memoryKiB, lanes, hash) => {
      const made = hashArgon2id(utf8('password'), utf8('somesalt'), { passes, memoryKiB, lanes })
      expect(hex(made)).toBe(hash)
    },
  )

  it('refuses more memory than an isolate can give', () => {
    const parameters = { passes: 1, memoryKiB: 65_537, lanes: 1 }
    expect(() => hashArgon2id(utf8('password'), utf8('somesalt'), parameters)).toThrow(RangeError)
  })
})

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
