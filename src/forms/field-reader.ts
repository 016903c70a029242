import type { Checked } from '../accounts/fields/checked.ts'
import { isStorableText } from '../database/storable.ts'
import { type FieldError, fieldError } from '../errors.ts'

/** A JSON object as it came in: nothing is known about its values. */
export type Body = Readonly<Record<string, unknown>>

type Check<T> = (field: string, text: string) => Checked<T>

export interface FieldReader {
  /** Reads a text field: its normalised value, or null where it is absent or was refused. */
  read<T>(field: string, check: Check<T>): T | null
  refuse(field: string, code: string, message: string): void
  /** What was refused so far, in the order of reading. */
  errors: readonly FieldError[]
}

/** Reads the fields of one body and collects every refusal. Absent, null and blank are the same: not given. */
export function fieldReader(body: Body, required: ReadonlySet<string>): FieldReader {
  const errors: FieldError[] = []
  const refuse = (field: string, code: string, message: string) => {
    errors.push(fieldError(field, code, message))
    return null
  }

  function read<T>(field: string, check: Check<T>): T | null {
    const value = fieldOf(body, field)
    if (isMissing(value)) {
      return required.has(field) ? refuse(field, 'REQUIRED', 'Fill in this field.') : null
    }
    if (typeof value !== 'string') {
      return refuse(field, 'TYPE_INVALID', 'Send this field as text.')
    }
    if (!isStorableText(value)) {
      return refuse(field, 'TEXT_INVALID', 'Remove the characters that are not valid text.')
    }
    const checked = check(field, value)
    if ('value' in checked) return checked.value
    errors.push(checked.error)
    return null
  }

  return { read, refuse, errors }
}

/** Own keys only: `constructor` and `__proto__` are no fields. */
export function fieldOf(body: Body, field: string): unknown {
  return Object.hasOwn(body, field) ? body[field] : undefined
}

export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && /^ *$/.test(value))
}

/** For texts that are only passed on. */
export function asTyped(_field: string, text: string): Checked<string> {
  return { value: text }
}
