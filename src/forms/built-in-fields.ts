import { genders } from '../accounts/fields/gender.ts'
import { locales } from '../accounts/fields/locale.ts'
import type { Locale } from '../context.ts'
import { profile } from '../policy.ts'
import { passwordPolicyOf } from '../tenants/password-policy.ts'
import type { TenantSettings } from '../tenants/tenant.ts'
import { type Field, optionsOf, type Validator, validatorOf } from './form.ts'
import { type Label, labelOf, type MessageCode } from './words.ts'

type Rule = readonly [type: Validator['type'], value: Validator['value'], code: MessageCode]

interface BuiltIn {
  type: Field['type']
  autocomplete: string | null
  /** What the checks of `accounts/fields/` refuse, as far as a page can know it. */
  rules(settings: TenantSettings): readonly Rule[]
  options?: readonly Label[]
}

const noRules = () => []

/** A pattern refuses nothing that the server takes: `person-name.ts` knows more of scripts and joiners. */
const name: BuiltIn['rules'] = () => [
  ['max_length', profile.nameLength, 'NAME_TOO_LONG'],
  ['pattern', "^[\\p{L}\\p{M}\\u200c\\u200d '’-]+$", 'NAME_INVALID'],
]

const email: BuiltIn['rules'] = () => [
  ['format', 'email', 'EMAIL_INVALID'],
  ['max_length', profile.emailLength, 'EMAIL_INVALID'],
]

/** In E.164, without the blanks and hyphens that people type between the digits. */
const phone: BuiltIn['rules'] = ({ phoneRegions }) => {
  const isBangladeshi = phoneRegions.length === 1 && phoneRegions[0] === 'BD'
  const pattern = isBangladeshi ? '^\\+8801[3-9]\\d{8}$' : '^\\+\\d{7,15}$'
  const regions: Rule = ['regions', [...phoneRegions], 'PHONE_REGION_NOT_ALLOWED']
  return [['pattern', pattern, 'PHONE_INVALID'], ...(phoneRegions.length > 0 ? [regions] : [])]
}

const newPassword: BuiltIn['rules'] = (settings) => {
  const policy = passwordPolicyOf(settings)
  const kinds: (Rule | false)[] = [
    policy.requireUppercase && ['pattern', '\\p{Lu}', 'PASSWORD_NO_UPPERCASE'],
    policy.requireLowercase && ['pattern', '\\p{Ll}', 'PASSWORD_NO_LOWERCASE'],
    policy.requireDigit && ['pattern', '\\p{Nd}', 'PASSWORD_NO_DIGIT'],
    policy.requireSymbol && ['pattern', '[^\\p{L}\\p{M}\\p{N}]', 'PASSWORD_NO_SYMBOL'],
  ]
  return [
    ['min_length', policy.minLength, 'PASSWORD_TOO_SHORT'],
    ['max_length', policy.maxLength, 'PASSWORD_TOO_LONG'],
    ...kinds.filter((rule) => rule !== false),
  ]
}

const builtIn = {
  email: { type: 'email', autocomplete: 'email', rules: email },
  phone_e164: { type: 'tel', autocomplete: 'tel', rules: phone },
  password: { type: 'password', autocomplete: 'current-password', rules: noRules },
  new_password: { type: 'password', autocomplete: 'new-password', rules: newPassword },
  first_name: { type: 'text', autocomplete: 'given-name', rules: name },
  last_name: { type: 'text', autocomplete: 'family-name', rules: name },
  date_of_birth: {
    type: 'date',
    autocomplete: 'bday',
    rules: ({ minimumAge }) => [
      ['format', 'date', 'DATE_INVALID'],
      ['min_age', minimumAge, 'TOO_YOUNG'],
      ['max_age', profile.maximumAge, 'TOO_OLD'],
    ],
  },
  gender: {
    type: 'select',
    autocomplete: 'sex',
    options: genders,
    rules: () => [['options', [...genders], 'GENDER_INVALID']],
  },
  mobile: { type: 'tel', autocomplete: 'tel', rules: phone },
  locale: {
    type: 'select',
    autocomplete: 'language',
    options: locales,
    rules: () => [['options', [...locales], 'INVALID_VALUE']],
  },
  token: { type: 'hidden', autocomplete: null, rules: noRules },
  mfa_token: { type: 'hidden', autocomplete: null, rules: noRules },
  type: { type: 'select', autocomplete: null, rules: noRules },
  code: { type: 'text', autocomplete: 'one-time-code', rules: noRules },
  remember_device: { type: 'checkbox', autocomplete: null, rules: noRules },
} as const satisfies Record<string, BuiltIn>

export type BuiltInName = keyof typeof builtIn

export interface Shown {
  required: boolean
  /** What the body calls it, where that is another word. */
  as?: string
}

/** A field of ours as a page needs it. */
export function builtInField(
  settings: TenantSettings,
  locale: Locale,
  name: BuiltInName,
  { required, as = name }: Shown,
): Field {
  const { type, autocomplete, rules, options }: BuiltIn = builtIn[name]
  const asked: Rule[] = required ? [['required', true, 'REQUIRED']] : []
  return {
    name: as,
    type,
    label: labelOf(name, locale),
    required,
    validators: [...asked, ...rules(settings)].map((rule) => validatorOf(locale, ...rule)),
    ...(options && { options: optionsOf(options, locale) }),
    autocomplete,
  }
}
