import type { TenantSettings } from '../tenants/tenant.ts'

export type RegisterForm = TenantSettings['registerForm']

/** The fields that a register form shows, in order, and which of them must be filled in. */
export interface FormField {
  name: string
  required: boolean
}

const must = (name: string): FormField => ({ name, required: true })
const may = (name: string): FormField => ({ name, required: false })
const consents = [must('terms_accepted'), must('privacy_accepted')]

/** Both the form that is served and the rules that hold are read from here. */
export const registerForms: Readonly<Record<RegisterForm, readonly FormField[]>> = {
  /** One of `email` and `phone_e164` is needed: see `EMAIL_OR_PHONE_REQUIRED`. */
  minimal: [
    may('email'),
    may('phone_e164'),
    must('password'),
    may('first_name'),
    may('last_name'),
    may('date_of_birth'),
    may('gender'),
    may('mobile'),
    ...consents,
  ],
  bd_profile: [
    must('first_name'),
    must('last_name'),
    must('date_of_birth'),
    must('gender'),
    must('email'),
    must('mobile'),
    must('password'),
    ...consents,
  ],
}

export function requiredFields(form: RegisterForm): ReadonlySet<string> {
  const fields = registerForms[form].filter((field) => field.required)
  return new Set(fields.map((field) => field.name))
}
