import { describe, expect, it } from 'vitest'
import { isStorableText, trimSpaces } from '../../../src/accounts/fields/storable-text.ts'

describe('isStorableText', () => {
  it.each(['', 'ann', '😀', 'র\u200d্য', '\r\n'])('takes %j', (text) =>
    expect(isStorableText(text)).toBe(true),
  )
  it.each(['\0', 'a\0b', '\ud800', '\udc00a', 'a\ud83d'])('refuses %j', (text) =>
    expect(isStorableText(text)).toBe(false),
  )
})

describe('trimSpaces', () => {
  it('drops outer spaces only', () => {
    expect(trimSpaces('  a b ')).toBe('a b')
    expect(trimSpaces('   ')).toBe('')
    expect(trimSpaces('\ta\n')).toBe('\ta\n')
  })
})
