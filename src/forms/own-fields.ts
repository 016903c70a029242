import type { Checked } from '../accounts/fields/checked.ts'
import { parseDay } from '../accounts/fields/date-of-birth.ts'
import { trimSpaces } from '../accounts/fields/trim-spaces.ts'
import { fieldError } from '../errors.ts'
import { registerForm as policy } from '../policy.ts'
import type { OwnField } from '../tenants/register-form.ts'
import { type Body, type FieldReader, fieldOf, isMissing } from './field-reader.ts'

/** Answers to a tenant's own fields, by name. */
export type Extra = Readonly<Record<string, string | boolean>>

/** What is given, normalised; null where a field is blank or was refused. */
export function readOwnFields(
  reader: FieldReader,
  fields: readonly OwnField[],
  body: Body,
): Record<string, string | boolean | null> {
  return Object.fromEntries(fields.map((field) => [field.name, readOwn(reader, field, body)]))
}

/** Without what is blank: as it is kept. */
export function answered(given: Readonly<Record<string, string | boolean | null>>): Extra {
  const entries = Object.entries(given).filter((entry): entry is [string, string | boolean] => {
    return entry[1] !== null
  })
  return Object.fromEntries(entries)
}

export function longestText({ maxLength }: OwnField): number {
  return maxLength ?? policy.defaultTextLength
}

function readOwn(reader: FieldReader, field: OwnField, body: Body): string | boolean | null {
  const { name, type } = field
  if (type === 'checkbox') return readCheckbox(reader, field, fieldOf(body, name))
  return reader.read(name, (_, text) => checks[type](field, name, trimSpaces(text)))
}

/** One that must be filled in must be checked. */
function readCheckbox(
  reader: FieldReader,
  { name, required }: OwnField,
  value: unknown,
): boolean | null {
  if (!isMissing(value) && typeof value !== 'boolean') {
    reader.refuse(name, 'TYPE_INVALID', 'Send true or false.')
    return null
  }
  if (required && value !== true) reader.refuse(name, 'REQUIRED', 'Fill in this field.')
  return typeof value === 'boolean' ? value : null
}

type OwnCheck = (field: OwnField, name: string, text: string) => Checked<string>

const checks: Readonly<Record<Exclude<OwnField['type'], 'checkbox'>, OwnCheck>> = {
  text(field, name, text) {
    const value = text.normalize('NFC')
    const longest = longestText(field)
    if ([...value].length <= longest) return { value }
    return { error: fieldError(name, 'TOO_LONG', `Use at most ${longest} characters.`) }
  },
  select({ options = [] }, name, text) {
    if (options.some(({ value }) => value === text)) return { value: text }
    return { error: fieldError(name, 'INVALID_VALUE', 'Choose one of the options.') }
  },
  date(_field, name, text) {
    if (parseDay(text) !== null) return { value: text }
    const message = 'Enter a date of the calendar as YYYY-MM-DD, such as 1990-12-31.'
    return { error: fieldError(name, 'DATE_INVALID', message) }
  },
}
