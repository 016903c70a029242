import { describe, expect, it } from 'vitest'
import { isStorableText } from '../../src/database/storable.ts'

describe('isStorableText', () => {
  it.each(['', 'ann', '😀', 'র\u200d্য', '\r\n'])('takes %j', (text) =>
    expect(isStorableText(text)).toBe(true),
  )
  it.each(['\0', 'a\0b', '\ud800', '\udc00a', 'a\ud83d'])('refuses %j', (text) =>
    expect(isStorableText(text)).toBe(false),
  )
})
