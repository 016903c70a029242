import { describe, expect, it } from 'vitest'
import { checkLocale, checkSpokenLocale } from '../../../src/accounts/fields/locale.ts'

describe('checkLocale', () => {
  it.each([
    ['en', 'en'],
    ['bn', 'bn'],
    ['BN-bd', 'bn'],
    ['bn_BD', 'bn'],
    ['bn-Beng-BD', 'bn'],
    ['en-GB', 'en'],
    ['fr', 'en'],
    ['zh-Hans-CN', 'en'],
    ['bnx', 'en'],
  ])('%s is written to in %s', (text, locale) =>
    expect(checkLocale('locale', text)).toEqual({ value: locale }),
  )

  it.each(['e', '../etc', 'en-', 'en GB', 'বাংলা', 'en\n', `en${'-a'.repeat(40)}`])(
    'refuses %j',
    (text) => {
      expect(checkLocale('locale', text)).toMatchObject({ error: { code: 'LOCALE_INVALID' } })
    },
  )
})

describe('checkSpokenLocale', () => {
  it.each([
    ['en', 'en'],
    ['BN-bd', 'bn'],
    ['en_GB', 'en'],
  ])('%s is written to in %s', (text, locale) =>
    expect(checkSpokenLocale('locale', text)).toEqual({ value: locale }),
  )

  it.each([
    ['fr', 'INVALID_VALUE'],
    ['xx', 'INVALID_VALUE'],
    ['bnx', 'INVALID_VALUE'],
    ['en-', 'LOCALE_INVALID'],
  ])('refuses %s as %s', (text, code) =>
    expect(checkSpokenLocale('locale', text)).toMatchObject({ error: { field: 'locale', code } }),
  )
})
