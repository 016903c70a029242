import { submit, toForm, waysIn } from './actions.ts'
import { type BuiltInName, builtInField, type Shown } from './built-in-fields.ts'
import { type Form, type FormName, optionsOf } from './form.ts'
import { ownFormField } from './own-form-fields.ts'
import type { Page } from './page.ts'
import { addressFields, ownFields, shownFields } from './register-forms.ts'
import { servedPolicy } from './served-policy.ts'
import { type Label, labelOf, messageOf } from './words.ts'

type Draft = Omit<Form, 'schema_version' | 'branding'>

const auth = '/api/v1/auth'

/** Every form, for one tenant in one language. */
export const forms: Readonly<Record<FormName, (page: Page) => Draft>> = {
  login(page) {
    const form = { name: 'login', action: `${auth}/login`, method: 'POST' } as const
    const byPassword = hasPassword(page)
    const others = [
      ...waysIn(page.config, page.tenant, page.locale),
      ...(byPassword
        ? [toForm('forgot_password', page.locale), toForm('register', page.locale)]
        : []),
    ]
    if (!byPassword) return { form, fields: [], any_of: [], actions: others }
    return {
      form,
      fields: [
        field(page, 'email', { required: false }),
        field(page, 'phone_e164', { required: false }),
        field(page, 'password', { required: true }),
      ],
      any_of: [emailOrPhone(page, ['email', 'phone_e164'])],
      actions: [submit(form, 'sign_in', page.locale), ...others],
    }
  },

  register(page) {
    const { settings } = page.tenant
    const form = { name: 'register', action: `${auth}/register`, method: 'POST' } as const
    const others = [...waysIn(page.config, page.tenant, page.locale), toForm('login', page.locale)]
    if (!hasPassword(page)) return { form, fields: [], any_of: [], actions: others }
    const oneOf = addressFields(settings.registerForm)
    const consents = consentsOf(page)
    return {
      form,
      fields: [
        ...shownFields(settings.registerForm).map(({ name, required }) =>
          field(page, name, { required }),
        ),
        field(page, 'new_password', { required: true, as: 'password' }),
        ...ownFields(settings.registerForm).map((own) => ownFormField(own, page.locale)),
        ...consents.map((consent) => consentField(page, consent)),
      ],
      any_of: oneOf.length > 0 ? [emailOrPhone(page, oneOf)] : [],
      actions: [submit(form, 'sign_up', page.locale), ...others],
      password_policy: servedPolicy(page),
      consents,
    }
  },

  forgot_password(page) {
    const form = {
      name: 'forgot_password',
      action: `${auth}/forgot-password`,
      method: 'POST',
    } as const
    return {
      form,
      fields: [field(page, 'email', { required: true })],
      any_of: [],
      actions: [submit(form, 'send_link', page.locale), toForm('login', page.locale)],
    }
  },

  reset_password(page) {
    const form = {
      name: 'reset_password',
      action: `${auth}/reset-password`,
      method: 'POST',
    } as const
    return {
      form,
      fields: [
        field(page, 'token', { required: true }),
        field(page, 'new_password', { required: true, as: 'password' }),
      ],
      any_of: [],
      actions: [submit(form, 'set_password', page.locale), toForm('login', page.locale)],
      password_policy: servedPolicy(page),
    }
  },

  mfa(page) {
    const form = { name: 'mfa', action: `${auth}/mfa/verify`, method: 'POST' } as const
    const type = field(page, 'type', { required: true })
    return {
      form,
      fields: [
        field(page, 'mfa_token', { required: true }),
        { ...type, options: factorOptions(page) },
        field(page, 'code', { required: false }),
        field(page, 'remember_device', { required: false }),
      ],
      any_of: [],
      actions: [submit(form, 'confirm', page.locale), toForm('login', page.locale)],
    }
  },

  profile(page) {
    const { registerForm } = page.tenant.settings
    const form = { name: 'profile', action: `${auth}/me`, method: 'PATCH' } as const
    const profile = shownFields(registerForm).flatMap(({ name, required }) =>
      name === 'email' || name === 'phone_e164' ? [] : [field(page, name, { required })],
    )
    return {
      form,
      fields: [
        ...profile,
        field(page, 'locale', { required: true }),
        ...ownFields(registerForm).map((own) => ownFormField(own, page.locale)),
      ],
      any_of: [],
      actions: [submit(form, 'save', page.locale)],
    }
  },
}

function field({ tenant, locale }: Page, name: BuiltInName, shown: Shown) {
  return builtInField(tenant.settings, locale, name, shown)
}

function hasPassword({ tenant }: Page): boolean {
  return tenant.settings.signInMethods.includes('password')
}

function emailOrPhone({ locale }: Page, fields: readonly string[]): Form['any_of'][number] {
  const code = 'EMAIL_OR_PHONE_REQUIRED'
  return { fields: [...fields], code, message: messageOf(code, locale) }
}

function consentsOf({ tenant, locale }: Page): NonNullable<Form['consents']> {
  const { branding, termsVersion, privacyVersion } = tenant.settings
  const texts = [
    { kind: 'terms', version: termsVersion, url: branding.termsUrl },
    { kind: 'privacy', version: privacyVersion, url: branding.privacyUrl },
  ] as const
  return texts.map((text) => {
    const name = `${text.kind}_accepted` as const
    return { ...text, field: name, label: labelOf(name, locale), required: true }
  })
}

function consentField({ locale }: Page, { field, label }: NonNullable<Form['consents']>[number]) {
  const code = 'CONSENT_REQUIRED'
  const required = {
    type: 'required',
    value: true,
    code,
    message: messageOf(code, locale),
  } as const
  return {
    name: field,
    type: 'checkbox' as const,
    label,
    required: true,
    validators: [required],
    autocomplete: null,
  }
}

/** Which of them a person has, the answer of the sign-in says. */
function factorOptions({ tenant, locale }: Page) {
  const { emailFactor, textChannels } = tenant.settings
  const types: Label[] = ['totp', 'webauthn', 'backup_code', ...textChannels]
  const email = { value: 'email', label: labelOf('email_factor', locale) }
  return [...optionsOf(types, locale), ...(emailFactor ? [email] : [])]
}
