import { describe, expect, it } from 'vitest'
import { trimSpaces } from '../../../src/accounts/fields/trim-spaces.ts'

describe('trimSpaces', () => {
  it('drops outer spaces only', () => {
    expect(trimSpaces('  a b ')).toBe('a b')
    expect(trimSpaces('   ')).toBe('')
    expect(trimSpaces('\ta\n')).toBe('\ta\n')
  })
})
