import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkPhoneNumber, parsePhoneNumber } from '../../../src/accounts/fields/phone-number.ts'

const codeOf = (text: string, regions: string[]) => {
  const checked = checkPhoneNumber('mobile', text, regions)
  return 'error' in checked ? checked.error.code : null
}

describe('parsePhoneNumber', () => {
  it.each([
    ['+8801712345678', '+8801712345678'],
    ['+880 1712-345678', '+8801712345678'],
    [' +880-1312-345 678 ', '+8801312345678'],
    ['+14155552671', '+14155552671'],
    ['+442071838750', '+442071838750'],
    ['+4915123456789', '+4915123456789'],
  ])('reads %s', (text, e164) => expect(parsePhoneNumber(text, [])).toBe(e164))

  it.each([
    '',
    '+',
    '01712345678',
    '8801712345678',
    '00880171234567',
    '+8801212345678',
    '+880171234567',
    '+88017123456789',
    '+88021234567',
    '+8801712345678;ext=1',
    '+8801712345678 ext 1',
    '+880 (17) 12345678',
    '+880  1712345678',
    '+880--1712345678',
    '+8801712345678-',
    '++8801712345678',
    'tel:+8801712345678',
    '+৮৮০১৭১২৩৪৫৬৭৮',
    '＋8801712345678',
    '+8801712345678\n',
    '+8801712345678\0',
    '+19005550123',
    '+999123456789',
    '+80012345678',
    `+880${'1'.repeat(10_000)}`,
  ])('refuses %j', (text) => expect(parsePhoneNumber(text, [])).toBeNull())

  it.each(['3', '4', '5', '6', '7', '8', '9'])(
    'takes the Bangladeshi operator prefix 01%s',
    (digit) => {
      expect(parsePhoneNumber(`+8801${digit}12345678`, ['BD'])).toBe(`+8801${digit}12345678`)
    },
  )

  it('tells a wrong number from one of another region', () => {
    expect(codeOf('+8801712345678', ['BD'])).toBeNull()
    expect(codeOf('+14155552671', ['BD'])).toBe('PHONE_REGION_NOT_ALLOWED')
    expect(codeOf('+14155552671', ['BD', 'US'])).toBeNull()
    expect(codeOf('+8801012345678', ['BD'])).toBe('PHONE_INVALID')
    expect(codeOf('12345', ['BD'])).toBe('PHONE_INVALID')
    expect(parsePhoneNumber('+14155552671', ['BD'])).toBeNull()
  })

  it('is idempotent and throws on no text', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^\+[\d -]{5,20}$/),
      fc.stringMatching(/^\+8801[3-9]\d{8}$/),
    )
    fc.assert(
      fc.property(typed, (text) => {
        const e164 = parsePhoneNumber(text, [])
        if (e164 === null) return
        expect(e164).toMatch(/^\+[1-9]\d{6,14}$/)
        expect(parsePhoneNumber(e164, [])).toBe(e164)
      }),
      { numRuns: 1_000 },
    )
  })
})
