import { z } from 'zod'
import { isStorableText } from '../accounts/fields/storable-text.ts'

/** A string that the database and the hash can take as it is: no NUL, no half of a surrogate pair. */
export function text(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine(isStorableText, {
      message: 'This text has characters that are not acceptable.',
      params: { code: 'INVALID_CHARACTERS' },
    })
}
