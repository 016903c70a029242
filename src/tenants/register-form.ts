import { z } from 'zod'
import { storable } from '../database/storable.ts'
import { lazily } from '../lazily.ts'
import { registerForm as policy } from '../policy.ts'
import { wanted, wholeNumber } from '../wanted.ts'

export const registerPresets = ['minimal', 'bd_profile'] as const
export type RegisterPreset = (typeof registerPresets)[number]

/** Built-in fields that a tenant may ask for, offer or leave out. Password and consents always stand. */
export const adjustableFields = [
  'email',
  'phone_e164',
  'first_name',
  'last_name',
  'date_of_birth',
  'gender',
  'mobile',
] as const
export type AdjustableField = (typeof adjustableFields)[number]

/** A text in the languages of the service; English stands in for what is absent. */
export interface Words {
  en: string
  bn?: string
}

/** A question of the tenant's own: its answer is kept with the account under `extra`. */
export interface OwnField {
  name: string
  type: 'text' | 'select' | 'date' | 'checkbox'
  label: Words
  required: boolean
  /** Of a `select`. */
  options?: readonly { value: string; label: Words }[]
  /** Of a `text`, in code points. */
  maxLength?: number
}

/** A preset, and what the tenant does otherwise. */
export interface RegisterForm {
  preset: RegisterPreset
  fields: readonly { name: AdjustableField; use: 'required' | 'optional' | 'hidden' }[]
  ownFields: readonly OwnField[]
}

/** Names that mean something already, in a body or in the account that answers. */
const takenNames: ReadonlySet<string> = new Set([
  ...adjustableFields,
  ...['password', 'terms_accepted', 'privacy_accepted', 'locale', 'platform', 'app_version'],
  ...['install_id', 'captcha_token', 'id', 'tenant', 'tenant_id', 'user_id', 'email_verified'],
  ...['phone_verified', 'status', 'roles', 'mfa_enabled', 'created_at', 'updated_at'],
  ...['last_login_at', 'extra', 'constructor', 'prototype', 'token', 'code'],
])

const shownText = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine(...storable)
const labelText = lazily(() => shownText(policy.labelLength))
const words = lazily(() => z.strictObject({ en: labelText, bn: labelText.optional() }))
const fieldName = lazily(() =>
  z
    .string()
    .regex(
      /^[a-z][a-z\d_]{0,39}$/,
      wanted('A small letter, then up to 39 small letters, digits or _, such as favourite_colour.'),
    ),
)

const ownField = lazily(() =>
  z.strictObject({
    name: fieldName,
    type: z.enum(['text', 'select', 'date', 'checkbox']),
    label: words,
    required: z.boolean().default(false),
    options: z
      .array(z.strictObject({ value: shownText(policy.optionLength), label: words }))
      .min(1)
      .max(policy.options)
      .optional(),
    max_length: wholeNumber(1, policy.textLength).optional(),
  }),
)

const custom = lazily(() =>
  z
    .strictObject({
      preset: z.enum(registerPresets).default('minimal'),
      fields: z
        .array(
          z.strictObject({
            name: z.enum(adjustableFields),
            use: z.enum(['required', 'optional', 'hidden']),
          }),
        )
        .max(adjustableFields.length)
        .default([]),
      own_fields: z.array(ownField).max(policy.ownFields).default([]),
    })
    .superRefine((form, context) => {
      for (const { path, code, message } of faultsOf(form)) {
        // A copy: zod writes what stands before it into the path that it is given.
        context.addIssue({ code: 'custom', path: [...path], message, params: { code } })
      }
    }),
)

/** As administrators write it. */
export const registerFormSetting = lazily(() => z.union([z.enum(registerPresets), custom]))

interface Fault {
  path: (string | number)[]
  code: string
  message: string
}

type Custom = {
  preset: RegisterPreset
  fields: { name: AdjustableField; use: string }[]
  own_fields: z.infer<typeof ownField>[]
}

function faultsOf({ preset, fields, own_fields }: Custom): Fault[] {
  const size = new TextEncoder().encode(JSON.stringify(own_fields)).length
  return [
    ...repeated(fields.map(({ name }) => name)).map((at) => ({
      path: ['fields', at, 'name'],
      code: 'FIELD_REPEATED',
      message: 'This field stands here twice.',
    })),
    ...(isReachable(preset, fields) ? [] : [unreachable]),
    ...(size > policy.bytes ? [tooLarge] : []),
    ...repeated(own_fields.map(({ name }) => name)).map((at) => ({
      path: ['own_fields', at, 'name'],
      code: 'FIELD_REPEATED',
      message: 'This field stands here twice.',
    })),
    ...own_fields.flatMap((field, at) =>
      faultsOfOwn(field).map((fault) => ({ ...fault, path: ['own_fields', at, ...fault.path] })),
    ),
  ]
}

const unreachable: Fault = {
  path: ['fields'],
  code: 'NO_ADDRESS',
  message: 'Leave an e-mail address or a phone number: an account must be reachable.',
}
const tooLarge: Fault = {
  path: ['own_fields'],
  code: 'TOO_LARGE',
  message: `At most ${policy.bytes} bytes of JSON.`,
}

function isReachable(preset: RegisterPreset, fields: Custom['fields']): boolean {
  const use = (name: string) => fields.find((field) => field.name === name)?.use
  const email = use('email') ?? 'optional'
  const phone = use('phone_e164') ?? (preset === 'minimal' ? 'optional' : 'hidden')
  return email !== 'hidden' || phone !== 'hidden'
}

function faultsOfOwn({ name, type, options, max_length }: z.infer<typeof ownField>): Fault[] {
  const faults: Fault[] = []
  const fault = (path: (string | number)[], code: string, message: string) =>
    faults.push({ path, code, message })
  if (takenNames.has(name)) fault(['name'], 'NAME_TAKEN', 'This name has a meaning already.')
  if (type === 'select' && !options) fault(['options'], 'REQUIRED', 'A choice needs its options.')
  if (type !== 'select' && options) fault(['options'], 'UNEXPECTED', 'Only a select has options.')
  if (type !== 'text' && max_length) fault(['max_length'], 'UNEXPECTED', 'Only a text has one.')
  for (const at of repeated(options?.map(({ value }) => value) ?? [])) {
    fault(['options', at, 'value'], 'OPTION_REPEATED', 'This option stands here twice.')
  }
  return faults
}

/** Where something stands that stood before. */
function repeated(names: readonly string[]): number[] {
  return names.flatMap((name, at) => (names.indexOf(name) < at ? [at] : []))
}

/** One shape for both ways of writing it. */
export function wholeForm(setting: RegisterPreset | RegisterForm): RegisterForm {
  const plain = { preset: 'minimal', fields: [], ownFields: [] } as const
  return typeof setting === 'string' ? { ...plain, preset: setting } : { ...plain, ...setting }
}
