import { z } from 'zod'
import { checkEmailAddress } from '../accounts/fields/email-address.ts'
import { checkPhoneNumber } from '../accounts/fields/phone-number.ts'
import type { Locale } from '../context.ts'
import { type FieldError, printableKey } from '../errors.ts'
import { lazily } from '../lazily.ts'
import { registerForm as policy } from '../policy.ts'
import { type Consent, type ConsentSettings, readConsents } from './consents.ts'
import {
  asTyped,
  type Body,
  type FieldReader,
  fieldOf,
  fieldReader,
  isMissing,
} from './field-reader.ts'
import { answered, type Extra, readOwnFields } from './own-fields.ts'
import { type Profile, type ProfileSettings, profileNames, readProfile } from './profile.ts'
import { addressFields, hiddenFields, ownFields, requiredFields } from './register-forms.ts'

/**
 * Shapes only: types, known keys and a length that no honest text reaches. The rules, with a code of their own for
 * each field, are in the checks below.
 */
const text = lazily(() => z.string().max(1_024).nullish())

const profileTexts = {
  first_name: text,
  last_name: text,
  /** `YYYY-MM-DD` */
  date_of_birth: text,
  gender: text,
  /** E.164 */
  mobile: text,
  locale: text,
}

/** POST /auth/register */
export const registrationBody = lazily(() =>
  z.strictObject({
    email: text,
    phone_e164: text,
    password: text,
    ...profileTexts,
    terms_accepted: z.boolean().nullish(),
    privacy_accepted: z.boolean().nullish(),
    platform: text,
    app_version: text,
    install_id: text,
    /** Providers' tokens are up to 2,048 characters long. */
    captcha_token: z.string().max(4_096).nullish(),
  }),
)

/** The same as the route takes it: the tenant's own fields stand beside these, and are checked with them. */
export const registrationForm = lazily(() => registrationBody.catchall(z.unknown()))

/** PATCH /auth/me: null clears. */
export const profileBody = lazily(() => z.strictObject(profileTexts))

/** With the tenant's own fields. */
export const profileForm = lazily(() => profileBody.catchall(z.unknown()))

export interface RegistrationSettings extends ProfileSettings, ConsentSettings {
  /** Refuse mailboxes that are made to be thrown away. */
  refuseDisposable: boolean
  /** The language of a person who names none. */
  fallbackLocale: Locale
}

/** A registration, normalised. */
export interface Registration extends Profile {
  email: string | null
  /** The part after the @, ASCII: for the question whether it takes mail. */
  emailDomain: string | null
  /** E.164 */
  phone: string | null
  password: string
  locale: Locale
  /** Answers to the tenant's own fields. */
  extra: Extra
  consents: Consent[]
  platform: string | null
  appVersion: string | null
  installId: string | null
  captchaToken: string | null
}

export interface CheckedRegistration {
  /** What could be read; null (a password: '') where a field is absent or refused. To be kept only without errors. */
  values: Registration
  /** Every field that fails, one error each. */
  errors: readonly FieldError[]
}

/**
 * The rules of the tenant's register form for one body. Pure: what needs the network (does the domain take mail,
 * is the password known from a breach) and the password rules are asked by the caller, who adds their errors.
 *
 * `now`: milliseconds since 1970.
 */
export function checkRegistration(
  settings: RegistrationSettings,
  given: Body,
  now: number,
): CheckedRegistration {
  const body = withoutHidden(settings, given)
  const reader = fieldReader(body, requiredFields(settings.registerForm))
  refuseUnknown(reader, settings, given, Object.keys(registrationBody.shape))
  const email = reader.read('email', (field, text) =>
    checkEmailAddress(field, text, settings.refuseDisposable),
  )
  const phone = reader.read('phone_e164', (field, text) =>
    checkPhoneNumber(field, text, settings.phoneRegions),
  )
  requireAddress(reader, settings, body)
  const password = readPassword(reader, body)
  const profile = readProfile(reader, settings, now, 'registration')
  const values: Registration = {
    ...profile,
    email: email?.address ?? null,
    emailDomain: email?.domain ?? null,
    phone,
    password,
    locale: profile.locale ?? settings.fallbackLocale,
    extra: answered(readOwnFields(reader, ownFields(settings.registerForm), body)),
    consents: readConsents(reader, settings, body, now),
    platform: reader.read('platform', asTyped),
    appVersion: reader.read('app_version', asTyped),
    installId: reader.read('install_id', asTyped),
    captchaToken: reader.read('captcha_token', asTyped),
  }
  return { values, errors: reader.errors }
}

/** An account needs a way to reach its owner. */
function requireAddress(reader: FieldReader, settings: RegistrationSettings, body: Body): void {
  const [first, ...others] = addressFields(settings.registerForm)
  if (!first || [first, ...others].some((field) => !isMissing(fieldOf(body, field)))) return
  reader.refuse(first, 'EMAIL_OR_PHONE_REQUIRED', 'Enter an e-mail address or a phone number.')
}

/** A field that the form does not show, the tenant's or ours, is not a field: what was not asked for is not kept. */
function refuseUnknown(
  reader: FieldReader,
  { registerForm }: Pick<ProfileSettings, 'registerForm'>,
  body: Body,
  builtIn: readonly string[],
): void {
  const own = ownFields(registerForm).map(({ name }) => name)
  const hidden = hiddenFields(registerForm)
  const names = Object.keys(body).filter((name) => {
    if (hidden.includes(name)) return !isMissing(body[name])
    return !builtIn.includes(name) && !own.includes(name)
  })
  for (const name of new Set(names.slice(0, policy.unknownKeys).map(printableKey))) {
    reader.refuse(name, 'UNKNOWN_FIELD', 'This field is not known here.')
  }
}

/** What is hidden is not read; an account that has such a value from earlier may still be rid of it. */
function withoutHidden({ registerForm }: Pick<ProfileSettings, 'registerForm'>, body: Body): Body {
  const hidden = hiddenFields(registerForm)
  const shown = Object.entries(body).filter(
    ([name, value]) => !hidden.includes(name) || value === null,
  )
  return Object.fromEntries(shown)
}

/** Nothing is trimmed: spaces are part of a password, so eight of them are not "blank". */
function readPassword(reader: FieldReader, body: Body): string {
  const value = fieldOf(body, 'password')
  if (typeof value === 'string' && value !== '' && isMissing(value)) return value
  return reader.read('password', asTyped) ?? ''
}

export interface CheckedProfile {
  /** Only what the body names; null clears. Meaningless where `errors` has entries. */
  values: Partial<Profile>
  /** The same of the tenant's own fields. */
  extra: Record<string, string | boolean | null>
  errors: readonly FieldError[]
}

/**
 * Changes to one's own profile (PATCH /auth/me): absent keys stay, null or blank clears, except what the tenant's
 * register form asks for and the language, which every letter needs.
 */
export function checkProfile(settings: ProfileSettings, given: Body, now: number): CheckedProfile {
  const changes = withoutHidden(settings, given)
  const named = Object.entries(profileNames).filter(
    ([field]) => fieldOf(changes, field) !== undefined,
  )
  const own = ownFields(settings.registerForm).filter(
    ({ name }) => fieldOf(changes, name) !== undefined,
  )
  const asked = requiredFields(settings.registerForm)
  const kept = [...named.map(([field]) => field), ...own.map(({ name }) => name)].filter(
    (field) => asked.has(field) || field === 'locale',
  )
  const reader = fieldReader(changes, new Set(kept))
  refuseUnknown(reader, settings, given, Object.keys(profileBody.shape))
  const profile = readProfile(reader, settings, now, 'change')
  return {
    values: Object.fromEntries(named.map(([, name]) => [name, profile[name]])),
    extra: readOwnFields(reader, own, changes),
    errors: reader.errors,
  }
}
