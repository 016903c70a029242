import type { TenantSettings } from 'gatehouse-client'
import { signInMethods } from '../../../../src/tenants/sign-in-methods.ts'
import type { SettingsName } from './words.ts'

export type Key = keyof TenantSettings

interface Common {
  /** Where it stands among the settings: `branding.name`. */
  path: string
  label: SettingsName
  hint?: SettingsName
}

/** One setting, by the kind of thing that it holds. */
export type Setting = Common &
  (
    | { kind: 'text' | 'url' | 'number' | 'minutes' | 'yes' | 'maybe' | 'lines' | 'apps' }
    | { kind: 'choice' | 'several'; options: readonly string[] }
    | { kind: 'form' }
  )

export interface Group {
  name: SettingsName
  settings: readonly Setting[]
  /** Whether it shows in the register form. */
  hasPreview?: true
}

export const groups: readonly Group[] = [
  {
    name: 'branding',
    hasPreview: true,
    settings: [
      { path: 'branding.name', label: 'brandName', hint: 'brandNameHint', kind: 'text' },
      { path: 'branding.logo_url', label: 'logo', hint: 'logoHint', kind: 'url' },
      { path: 'branding.primary_color', label: 'color', hint: 'colorHint', kind: 'text' },
      { path: 'branding.support_url', label: 'support', kind: 'url' },
      { path: 'branding.terms_url', label: 'terms', kind: 'url' },
      { path: 'branding.privacy_url', label: 'privacy', kind: 'url' },
      { path: 'sender.name', label: 'senderName', hint: 'senderNameHint', kind: 'text' },
      { path: 'sender.reply_to', label: 'replyTo', kind: 'text' },
      { path: 'terms_version', label: 'termsVersion', kind: 'text' },
      { path: 'privacy_version', label: 'privacyVersion', kind: 'text' },
    ],
  },
  {
    name: 'registration',
    hasPreview: true,
    settings: [
      { path: 'register_form', label: 'registration', kind: 'form' },
      { path: 'minimum_age', label: 'minimumAge', kind: 'number' },
      { path: 'phone_regions', label: 'phoneRegions', hint: 'regionsHint', kind: 'lines' },
      { path: 'email_verification', label: 'emailVerification', kind: 'yes' },
    ],
  },
  {
    name: 'signIn',
    settings: [
      {
        path: 'sign_in_methods',
        label: 'methods',
        kind: 'several',
        options: signInMethods,
      },
      { path: 'require_mfa', label: 'requireMfa', kind: 'yes' },
      { path: 'email_factor', label: 'emailFactor', kind: 'yes' },
      {
        path: 'assurance_profile',
        label: 'assurance',
        hint: 'assuranceHint',
        kind: 'choice',
        options: ['balanced', 'strict'],
      },
      { path: 'session.idle_life', label: 'idleLife', kind: 'minutes' },
      { path: 'session.absolute_life', label: 'absoluteLife', kind: 'minutes' },
    ],
  },
  {
    name: 'passwords',
    hasPreview: true,
    settings: [
      {
        path: 'password_preset',
        label: 'preset',
        hint: 'presetHint',
        kind: 'choice',
        options: ['standard', 'classic'],
      },
      { path: 'password_policy.min_length', label: 'minLength', kind: 'number' },
      { path: 'password_policy.max_length', label: 'maxLength', kind: 'number' },
      { path: 'password_policy.min_score', label: 'minScore', kind: 'number' },
      { path: 'password_policy.history', label: 'history', kind: 'number' },
      { path: 'password_policy.require_uppercase', label: 'uppercase', kind: 'maybe' },
      { path: 'password_policy.require_lowercase', label: 'lowercase', kind: 'maybe' },
      { path: 'password_policy.require_digit', label: 'digit', kind: 'maybe' },
      { path: 'password_policy.require_symbol', label: 'symbol', kind: 'maybe' },
      { path: 'password_policy.breach_check', label: 'breaches', kind: 'maybe' },
    ],
  },
  {
    name: 'places',
    settings: [
      { path: 'redirect_urls', label: 'redirects', hint: 'redirectsHint', kind: 'lines' },
      { path: 'allowed_origins', label: 'origins', hint: 'originsHint', kind: 'lines' },
      { path: 'android_apps', label: 'androidApps', hint: 'androidHint', kind: 'apps' },
      { path: 'apple_apps', label: 'appleApps', hint: 'appleHint', kind: 'lines' },
      {
        path: 'native_clients.google',
        label: 'googleClients',
        hint: 'clientsHint',
        kind: 'lines',
      },
      { path: 'native_clients.apple', label: 'appleClients', hint: 'clientsHint', kind: 'lines' },
      {
        path: 'native_clients.microsoft',
        label: 'microsoftClients',
        hint: 'clientsHint',
        kind: 'lines',
      },
    ],
  },
  {
    name: 'texts',
    settings: [
      {
        path: 'text_channels',
        label: 'textChannels',
        kind: 'several',
        options: ['sms', 'whatsapp'],
      },
      { path: 'text_regions', label: 'textRegions', hint: 'textRegionsHint', kind: 'lines' },
      { path: 'texts_per_day', label: 'textsPerDay', kind: 'number' },
      { path: 'texts_per_prefix_day', label: 'textsPerCountry', kind: 'number' },
    ],
  },
]

/** The settings that a group writes: each is sent as a whole. */
export function keysOf({ settings }: Group): Key[] {
  return [...new Set(settings.map(({ path }) => path.split('.')[0] as Key))]
}
