import { describe, expect, it } from 'vitest'
import { checkGender, genders } from '../../../src/accounts/fields/gender.ts'

describe('checkGender', () => {
  it.each(genders)('takes %s', (gender) =>
    expect(checkGender('gender', gender)).toEqual({ value: gender }),
  )

  it.each(['', 'Male', 'm', 'prefer not to say', 'constructor', 'male\0'])('refuses %j', (text) => {
    expect(checkGender('gender', text)).toMatchObject({
      error: { field: 'gender', code: 'GENDER_INVALID' },
    })
  })
})
