import type { FieldError } from '../../errors.ts'

/** What a field check answers: the normalised value, or the reason for a person to read. */
export type Checked<T> = { value: T } | { error: FieldError }
