import { z } from 'zod'
import type { Locale } from '../context.ts'
import { type Label, labelOf, type MessageCode, messageOf } from './words.ts'

export const formNames = [
  'login',
  'register',
  'forgot_password',
  'reset_password',
  'mfa',
  'profile',
] as const
export type FormName = (typeof formNames)[number]

const validator = () =>
  z.object({
    type: z.enum([
      'required',
      'format',
      'min_length',
      'max_length',
      'pattern',
      'min_age',
      'max_age',
      'regions',
      'options',
    ]),
    /** Patterns are for the `u` flag. They and lengths hold for the value without blanks around it. */
    value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]),
    /** Of the refusal by which the server says the same. */
    code: z.string(),
    message: z.string(),
  })

const field = () =>
  z.object({
    name: z.string(),
    type: z.enum(['email', 'tel', 'password', 'text', 'date', 'select', 'checkbox', 'hidden']),
    label: z.string(),
    required: z.boolean(),
    validators: z.array(validator()),
    options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
    /** As in HTML; null where browsers know nothing of the kind. */
    autocomplete: z.string().nullable(),
  })

const action = () =>
  z.object({
    id: z.string(),
    type: z.enum(['submit', 'form', 'passkey', 'otp', 'magic_link', 'oauth']),
    label: z.string(),
    /** Where it begins. */
    href: z.string(),
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH']),
    provider: z.string().optional(),
    channel: z.enum(['email', 'sms', 'whatsapp']).optional(),
  })

const passwordPolicy = () =>
  z.object({
    min_length: z.int(),
    max_length: z.int(),
    /** Estimated strength, 0 to 4, as `POST /auth/password-strength` tells it. */
    min_score: z.int(),
    require_uppercase: z.boolean(),
    require_lowercase: z.boolean(),
    require_digit: z.boolean(),
    require_symbol: z.boolean(),
    breach_check: z.boolean(),
    history: z.int(),
    /** Every refusal that a new password may meet. */
    rules: z.array(z.object({ code: z.string(), message: z.string() })),
  })

const consent = () =>
  z.object({
    kind: z.enum(['terms', 'privacy']),
    field: z.string(),
    /** Kept with the consent. */
    version: z.string(),
    url: z.string().nullable(),
    label: z.string(),
    required: z.boolean(),
  })

const branding = () =>
  z.object({
    name: z.string().nullable(),
    logo_url: z.string().nullable(),
    /** `#rrggbb` */
    primary_color: z.string().nullable(),
    support_url: z.string().nullable(),
  })

export const formSchema = () =>
  z.object({
    /** Moves when anything but the language changes. */
    schema_version: z.string(),
    /** What the tenant shows itself by; null is as the client has it. */
    branding: branding(),
    form: z.object({ name: z.enum(formNames), action: z.string(), method: z.string() }),
    fields: z.array(field()),
    /** Of each group, one field at least is needed. */
    any_of: z.array(
      z.object({ fields: z.array(z.string()), code: z.string(), message: z.string() }),
    ),
    actions: z.array(action()),
    password_policy: passwordPolicy().optional(),
    consents: z.array(consent()).optional(),
  })

export type Form = z.infer<ReturnType<typeof formSchema>>
export type Field = z.infer<ReturnType<typeof field>>
export type Validator = z.infer<ReturnType<typeof validator>>
export type Action = z.infer<ReturnType<typeof action>>

export function validatorOf(
  locale: Locale,
  type: Validator['type'],
  value: Validator['value'],
  code: MessageCode,
): Validator {
  const told = typeof value === 'number' ? value : [value].flat().join(', ')
  return { type, value, code, message: messageOf(code, locale, told) }
}

export function optionsOf(values: readonly Label[], locale: Locale) {
  return values.map((value) => ({ value, label: labelOf(value, locale) }))
}
