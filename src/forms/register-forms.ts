import {
  type AdjustableField,
  adjustableFields,
  type OwnField,
  type RegisterPreset,
  wholeForm,
} from '../tenants/register-form.ts'
import type { TenantSettings } from '../tenants/tenant.ts'

type Setting = TenantSettings['registerForm']

/** A field that a register form shows, and whether it must be filled in. */
export interface FormField {
  name: AdjustableField
  required: boolean
}

const must = (name: AdjustableField): FormField => ({ name, required: true })
const may = (name: AdjustableField): FormField => ({ name, required: false })

/** Password and consents follow in every form. */
const presets: Readonly<Record<RegisterPreset, readonly FormField[]>> = {
  /** One of `email` and `phone_e164` is needed: see `EMAIL_OR_PHONE_REQUIRED`. */
  minimal: adjustableFields.map(may),
  bd_profile: (
    ['first_name', 'last_name', 'date_of_birth', 'gender', 'email', 'mobile'] as const
  ).map(must),
}

/**
 * The adjustable fields that a tenant's register form shows, in order. The form that is served and the rules that hold
 * are both read from here.
 */
export function shownFields(setting: Setting): readonly FormField[] {
  const { preset, fields } = wholeForm(setting)
  const of = presets[preset]
  const useOf = (name: string) => fields.find((field) => field.name === name)?.use
  const added = fields.filter(({ name }) => !of.some((field) => field.name === name))
  return [...of, ...added.map(({ name }) => may(name))]
    .filter(({ name }) => useOf(name) !== 'hidden')
    .map((field) => {
      const use = useOf(field.name)
      return use ? { ...field, required: use === 'required' } : field
    })
}

export function ownFields(setting: Setting): readonly OwnField[] {
  return wholeForm(setting).ownFields
}

/** Every field that must be filled in, the tenant's own among them. */
export function requiredFields(setting: Setting): ReadonlySet<string> {
  const asked = [...shownFields(setting), ...ownFields(setting)].filter((field) => field.required)
  return new Set(['password', ...asked.map((field) => field.name)])
}

/** The addresses of which one at least must be given; none where the form asks for one by name. */
export function addressFields(setting: Setting): readonly ('email' | 'phone_e164')[] {
  const shown = shownFields(setting).filter(({ name }) => name === 'email' || name === 'phone_e164')
  if (shown.some(({ required }) => required)) return []
  return (['email', 'phone_e164'] as const).filter((name) =>
    shown.some((field) => field.name === name),
  )
}

/** Adjustable fields that the form leaves out. */
export function hiddenFields(setting: Setting): readonly string[] {
  const shown = shownFields(setting).map((field) => field.name)
  return adjustableFields.filter((name) => !shown.includes(name))
}
