/**
 * True where Postgres can hold the text: it refuses NUL, and half of a surrogate pair has no UTF-8 form
 * (it would be stored as U+FFFD, so that two different inputs meet in one value).
 */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** The same for the `refine` of a schema. */
export const storable = [
  isStorableText,
  {
    message: 'This text has characters that are not acceptable.',
    params: { code: 'INVALID_CHARACTERS' },
  },
] as const
