import type { Locale } from '../context.ts'
import type { OwnField } from '../tenants/register-form.ts'
import { type Field, type Validator, validatorOf } from './form.ts'
import { longestText } from './own-fields.ts'
import { ownWords } from './words.ts'

/** A field of the tenant's own as a page needs it. */
export function ownFormField(field: OwnField, locale: Locale): Field {
  const { name, type, label, required = false, options } = field
  const asked = required ? [validatorOf(locale, 'required', true, 'REQUIRED')] : []
  return {
    name,
    type,
    label: ownWords(label, locale),
    required,
    validators: [...asked, ...rulesOf(field, locale)],
    ...(options && {
      options: options.map(({ value, label }) => ({ value, label: ownWords(label, locale) })),
    }),
    autocomplete: null,
  }
}

function rulesOf(field: OwnField, locale: Locale): Validator[] {
  if (field.type === 'text') {
    return [validatorOf(locale, 'max_length', longestText(field), 'TOO_LONG')]
  }
  if (field.type === 'date') return [validatorOf(locale, 'format', 'date', 'DATE_INVALID')]
  const values = field.options?.map(({ value }) => value)
  return values ? [validatorOf(locale, 'options', values, 'INVALID_VALUE')] : []
}
