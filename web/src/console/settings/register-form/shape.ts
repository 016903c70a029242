import type { TenantSettings } from 'gatehouse-client'

type Setting = NonNullable<TenantSettings['register_form']>
export type RegisterForm = Required<Exclude<Setting, string>>
export type OwnField = RegisterForm['own_fields'][number]
export type Use = RegisterForm['fields'][number]['use']

/** Fields that every form may have, in their order. */
export const adjustable = [
  'email',
  'phone_e164',
  'first_name',
  'last_name',
  'date_of_birth',
  'gender',
  'mobile',
] as const satisfies readonly RegisterForm['fields'][number]['name'][]

/** One shape for both ways of writing it. */
export function wholeForm(setting: Setting | null | undefined): RegisterForm {
  const plain: RegisterForm = { preset: 'minimal', fields: [], own_fields: [] }
  if (!setting) return plain
  return typeof setting === 'string' ? { ...plain, preset: setting } : { ...plain, ...setting }
}

/** The options of a choice as lines: `value | English | Bengali`. */
export function linesOf(options: OwnField['options'] = []): string {
  return options
    .map(({ value, label }) => [value, label.en, label.bn].filter(Boolean).join(' | '))
    .join('\n')
}

export function optionsOf(text: string): NonNullable<OwnField['options']> {
  const lines = text.split('\n').filter((line) => line.trim())
  return lines.map((line) => {
    const [value = '', en = value, bn = ''] = line.split('|').map((part) => part.trim())
    return { value, label: bn ? { en, bn } : { en } }
  })
}

/** With what its kind can have, and without what it cannot. */
export function fitting(field: OwnField): OwnField {
  const { options, max_length, ...common } = field
  return {
    ...common,
    ...(field.type === 'select' ? { options: options ?? [] } : {}),
    ...(field.type === 'text' && max_length ? { max_length } : {}),
  }
}
