import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkDateOfBirth } from '../../../src/accounts/fields/date-of-birth.ts'

const now = Date.parse('2026-11-21T12:00:00Z')

const codeOf = (text: string, minimumAge = 13, at = now) => {
  const checked = checkDateOfBirth('date_of_birth', text, minimumAge, at)
  return 'error' in checked ? checked.error.code : null
}

describe('checkDateOfBirth', () => {
  it.each([
    '',
    '1990-13-01',
    '1990-00-10',
    '1990-01-00',
    '1990-02-30',
    '2023-02-29',
    '1900-02-29',
    '1990-04-31',
    '1990-1-1',
    '90-01-01',
    '01-01-1990',
    '1990/01/01',
    '1990-01-01T00:00:00Z',
    '+001990-01-01',
    '-001990-01-01',
    '1990-01-01\n',
    '1990-01-01\0',
    '১৯৯০-০১-০১',
    '0x7c-01-01',
    'today',
  ])('%j is no date', (text) => expect(codeOf(text)).toBe('DATE_INVALID'))

  it('asks for the minimum age on the day', () => {
    expect(codeOf('2013-11-21')).toBeNull()
    expect(codeOf('2013-11-22')).toBe('TOO_YOUNG')
    expect(codeOf('2026-11-21')).toBe('TOO_YOUNG')
    expect(codeOf('2008-11-22', 18)).toBe('TOO_YOUNG')
    expect(codeOf('2026-11-21', 0)).toBeNull()
  })

  it('ends at 130 years, and at tomorrow', () => {
    expect(codeOf('1896-11-21')).toBeNull()
    expect(codeOf('1895-11-22')).toBeNull()
    expect(codeOf('1895-11-21')).toBe('TOO_OLD')
    expect(codeOf('0001-01-01')).toBe('TOO_OLD')
    expect(codeOf('2026-11-22')).toBe('DATE_IN_FUTURE')
    expect(codeOf('9999-12-31')).toBe('DATE_IN_FUTURE')
  })

  it('makes a person of 29 February older on 1 March', () => {
    expect(codeOf('2012-02-29', 13, Date.parse('2025-02-28T23:59:59Z'))).toBe('TOO_YOUNG')
    expect(codeOf('2012-02-29', 13, Date.parse('2025-03-01T00:00:00Z'))).toBeNull()
  })

  it('gives back real dates unchanged, outer spaces aside', () => {
    expect(checkDateOfBirth('x', ' 1990-12-31 ', 13, now)).toEqual({ value: '1990-12-31' })
  })

  it('throws on no text, and knows every day between', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        codeOf(text)
      }),
    )
    const days = fc.date({
      min: new Date('1900-01-01'),
      max: new Date('2010-01-01'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(days, (day) => {
        expect(codeOf(day.toISOString().slice(0, 10))).toBeNull()
      }),
    )
  })
})
