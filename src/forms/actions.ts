import type { Config } from '../config.ts'
import type { Locale } from '../context.ts'
import { type SignInMethod, signInMethods } from '../tenants/sign-in-methods.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Action, FormName } from './form.ts'
import { type Label, labelOf } from './words.ts'

const auth = '/api/v1/auth'
const providers = ['google', 'facebook', 'apple', 'github', 'microsoft'] as const
type Provider = (typeof providers)[number]

type Start = Pick<Action, 'type' | 'href' | 'method' | 'channel' | 'provider'>

const oauth = (provider: Provider): Start => ({
  type: 'oauth',
  href: `${auth}/oauth/${provider}`,
  method: 'GET',
  provider,
})

/** Where each way in begins; a password has a form of its own. */
const starts: Readonly<Record<Exclude<SignInMethod, 'password'>, Start>> = {
  passkey: { type: 'passkey', href: `${auth}/webauthn/login/options`, method: 'POST' },
  email_code: { type: 'otp', href: `${auth}/otp/send`, method: 'POST', channel: 'email' },
  sms_code: { type: 'otp', href: `${auth}/otp/send`, method: 'POST', channel: 'sms' },
  whatsapp_code: { type: 'otp', href: `${auth}/otp/send`, method: 'POST', channel: 'whatsapp' },
  magic_link: { type: 'magic_link', href: `${auth}/magic-link`, method: 'POST' },
  google: oauth('google'),
  facebook: oauth('facebook'),
  apple: oauth('apple'),
  github: oauth('github'),
  microsoft: oauth('microsoft'),
}

/** Every way in that works here: the tenant has it open, and the operator has what it needs. */
export function waysIn(config: Config, { settings }: Tenant, locale: Locale): Action[] {
  return signInMethods
    .filter((method) => method !== 'password')
    .filter((method) => settings.signInMethods.includes(method) && works(config, settings, method))
    .map((method) => ({ id: method, label: labelOf(method, locale), ...starts[method] }))
}

function works(config: Config, settings: Tenant['settings'], method: SignInMethod): boolean {
  if (method === 'sms_code') return settings.textChannels.includes('sms')
  if (method === 'whatsapp_code') return settings.textChannels.includes('whatsapp')
  const provider = providers.find((each) => each === method)
  // A provider's page sends the browser back to an address that must be on the list.
  return !provider || (config.social[provider] !== null && settings.redirectUrls.length > 0)
}

export function submit(
  form: { action: string; method: string },
  label: Label,
  locale: Locale,
): Action {
  const method = form.method as Action['method']
  return { id: 'submit', type: 'submit', label: labelOf(label, locale), href: form.action, method }
}

/** The way to another form. */
export function toForm(name: Extract<FormName, Label>, locale: Locale): Action {
  const href = `${auth}/forms?name=${name}`
  return { id: name, type: 'form', label: labelOf(name, locale), href, method: 'GET' }
}
