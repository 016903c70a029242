import type { AndroidApp, Config, TextChannel } from '../config.ts'
import { type assuranceProfiles, consentVersion, profile, session, textBudget } from '../policy.ts'
import type { PasswordPolicy, PasswordPreset } from './password-policy.ts'
import type { RegisterForm, RegisterPreset } from './register-form.ts'
import { type SignInMethod, signInMethods } from './sign-in-methods.ts'

/** Who the accounts belong to, and the rules that hold for them. */
export interface Tenant {
  id: string
  slug: string
  name: string
  /** Of name, settings and releases: see {@link import('./current.ts').settingsHold}. */
  version: number
  /** Somebody wants to be told of its events: see {@link import('../webhooks/dispatch.ts').dispatch}. */
  hasWebhooks: boolean
  settings: TenantSettings
  /** What holds where its row says nothing, for what is judged in a statement. */
  operator: Pick<TenantSettings, 'emailFactor'> & {
    /** Texts of all tenants together: the operator's bill. */
    textsPerDay: number
  }
  releases: Releases
}

/** Where the tenant's apps run. */
export const platforms = ['android', 'ios', 'web'] as const
export type Platform = (typeof platforms)[number]

/** What is out of one app. */
export interface Release {
  latest: string
  /** Builds below are not served any more. */
  minSupported: string
  storeUrl: string | null
  /** What is new. */
  notes: { en: string; bn?: string } | null
  /** Builds that are not served although they are not too old. */
  blocked: readonly string[]
}

/** A platform that is absent asks for nothing. */
export type Releases = Readonly<Partial<Record<Platform, Release>>>

export interface TenantSettings {
  branding: Branding
  /** Before the operator's address in its mails, and where answers to them go; null: as the branding, and there. */
  sender: { name: string | null; replyTo: string | null }
  signInMethods: readonly SignInMethod[]
  registerForm: RegisterPreset | RegisterForm
  emailVerification: boolean
  passwordPreset: PasswordPreset
  /** What is otherwise than in the preset. */
  passwordPolicy: Readonly<Partial<PasswordPolicy>>
  /** Versions of the texts that a person consents to. */
  termsVersion: string
  privacyVersion: string
  minimumAge: number
  /** ISO 3166-1 alpha-2 regions whose phone numbers are accepted; empty: all. */
  phoneRegions: readonly string[]
  requireMfa: boolean
  /** Mailed codes count as a second factor: weaker than every other, as whoever reads the mail also resets passwords. */
  emailFactor: boolean
  /** How strongly and how lately people are proven: {@link assuranceProfiles}. */
  assuranceProfile: keyof typeof assuranceProfiles
  session: SessionLengths
  allowedOrigins: readonly string[]
  /** Apps that may use the passwords, passkeys and links of this tenant. */
  androidApps: readonly AndroidApp[]
  /** `TEAMID.bundle.id` */
  appleApps: readonly string[]
  /**
   * By provider, the clients whose ID tokens are taken from mobile apps; where there is none, those of the operator. A
   * token names the app that it was made for: one of another tenant's app opens nothing here.
   */
  nativeClients: Readonly<Partial<Record<NativeProvider, readonly string[]>>>
  /** Where a sign-in may lead back to: compared whole. */
  redirectUrls: readonly string[]
  /** Channels for texts in the order in which they are tried. */
  textChannels: readonly TextChannel[]
  /** ISO 3166-1 alpha-2 regions that texts may be sent to; `*`: all; empty: none. */
  textRegions: readonly string[]
  /** Texts a day, in all and to one country. */
  textsPerDay: number
  textsPerPrefixDay: number
}

/** How a tenant shows itself on pages and in letters; null: as the service does. */
export interface Branding {
  name: string | null
  logoUrl: string | null
  /** `#rrggbb` */
  primaryColor: string | null
  supportUrl: string | null
  termsUrl: string | null
  privacyUrl: string | null
}

/** Seconds. */
export interface SessionLengths {
  idleLife: number
  absoluteLife: number
}

/** Providers whose tokens name the app that they were made for, and are checked without a secret of it. */
export type NativeProvider = 'google' | 'apple' | 'microsoft'

/** Made by the first migration. */
export const defaultTenantId = '00000000-0000-7000-8000-000000000001'
export const defaultTenantSlug = 'default'

export const noBranding: Branding = {
  name: null,
  logoUrl: null,
  primaryColor: null,
  supportUrl: null,
  termsUrl: null,
  privacyUrl: null,
}

/** What holds where a tenant says nothing: the operator's configuration. */
export function defaultSettings(config: Config): TenantSettings {
  const { registerForm, emailVerification, passwordPreset, emailFactor } = config.defaultTenant
  return {
    branding: noBranding,
    sender: { name: null, replyTo: null },
    signInMethods,
    registerForm,
    emailVerification,
    passwordPreset,
    passwordPolicy: {},
    termsVersion: consentVersion,
    privacyVersion: consentVersion,
    minimumAge: profile.defaultMinimumAge,
    phoneRegions: registerForm === 'bd_profile' ? ['BD'] : [],
    requireMfa: false,
    emailFactor,
    assuranceProfile: 'balanced',
    session: { idleLife: session.idleLife, absoluteLife: session.absoluteLife },
    allowedOrigins: config.allowedOrigins,
    androidApps: config.apps.android,
    appleApps: config.apps.apple,
    nativeClients: {},
    redirectUrls: config.defaultTenant.redirectUrls,
    textChannels: config.texts.channels,
    textRegions: config.texts.regions,
    textsPerDay: textBudget.perTenantDay,
    textsPerPrefixDay: textBudget.perPrefixDay,
  }
}
