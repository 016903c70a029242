import { fieldError } from '../../errors.ts'
import type { Checked } from './checked.ts'

export const genders = ['male', 'female', 'other', 'prefer_not_to_say'] as const

export type Gender = (typeof genders)[number]

export function checkGender(field: string, text: string): Checked<Gender> {
  const value = genders.find((gender) => gender === text)
  if (value) return { value }
  return { error: fieldError(field, 'GENDER_INVALID', `Choose one of: ${genders.join(', ')}.`) }
}
