import type { Field, Form } from './served-form.ts'
import type { Errors, Values } from './use-sending.ts'

type Validator = Field['validators'][number]

/** Whether a value passes; a rule without an entry is the service's alone to judge. */
const rules: Partial<
  Record<Validator['type'], (text: string, rule: Validator['value']) => boolean>
> = {
  min_length: (text, least) => [...text].length >= Number(least),
  max_length: (text, most) => [...text].length <= Number(most),
  format: (text, kind) => kind !== 'email' || /^[^@\s]+@[^@\s]+$/.test(text),
}

/** What a page can say before anything is sent: each field's first fault, by its name. */
export function faultsOf({ fields, any_of }: Form, values: Values): Errors {
  const faults: Record<string, string> = {}
  for (const field of fields) {
    const broken = field.validators.find((rule) => !holds(rule, field, values[field.name] ?? ''))
    if (broken) faults[field.name] = broken.message
  }
  for (const { fields: names, message } of any_of) {
    const [first] = names
    if (first && names.every((name) => !values[name]?.trim())) faults[first] ??= message
  }
  return faults
}

function holds({ type, value }: Validator, field: Field, given: string): boolean {
  const text = field.type === 'password' ? given : given.trim()
  if (type === 'required') return text !== ''
  return text === '' || (rules[type]?.(text, value) ?? true)
}

/** What the form says of a refusal, in its language, where it knows the code. */
export function sentencesOf({ fields, any_of, password_policy }: Form): Map<string, string> {
  const known = [...fields.flatMap(({ validators }) => validators), ...any_of]
  return new Map(
    [...known, ...(password_policy?.rules ?? [])].map(({ code, message }) => [code, message]),
  )
}

/** The body of a form: what was left empty is left out. */
export function bodyOf({ fields }: Form, values: Values): Record<string, string | boolean> {
  const body: Record<string, string | boolean> = {}
  for (const { name, type } of fields) {
    const value = values[name] ?? ''
    if (type === 'checkbox') body[name] = value === 'on'
    else if (value.trim() !== '') body[name] = value
  }
  return body
}
