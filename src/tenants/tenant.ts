import type { Config, TextChannel } from '../config.ts'
import { profile, textBudget } from '../policy.ts'

/** Who the accounts belong to, and the rules that hold for them. */
export interface Tenant {
  id: string
  slug: string
  name: string
  settings: TenantSettings
}

export interface TenantSettings {
  registerForm: 'minimal' | 'bd_profile'
  emailVerification: boolean
  passwordPreset: 'standard' | 'classic'
  minimumAge: number
  /** ISO 3166-1 alpha-2 regions whose phone numbers are accepted; empty: all. */
  phoneRegions: readonly string[]
  requireMfa: boolean
  /** Mailed codes count as a second factor: weaker than every other, as whoever reads the mail also resets passwords. */
  emailFactor: boolean
  allowedOrigins: readonly string[]
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

/** Made by the first migration. */
export const defaultTenantId = '00000000-0000-7000-8000-000000000001'
export const defaultTenantSlug = 'default'

/** The tenant of a request that names none: its settings are the operator's configuration, so it costs no look-up. */
export function defaultTenant(config: Config): Tenant {
  return {
    id: defaultTenantId,
    slug: defaultTenantSlug,
    name: 'Default',
    settings: defaultSettings(config),
  }
}

export function defaultSettings(config: Config): TenantSettings {
  const { registerForm, emailVerification, passwordPreset, emailFactor } = config.defaultTenant
  return {
    registerForm,
    emailVerification,
    passwordPreset,
    minimumAge: profile.defaultMinimumAge,
    phoneRegions: registerForm === 'bd_profile' ? ['BD'] : [],
    requireMfa: false,
    emailFactor,
    allowedOrigins: config.allowedOrigins,
    redirectUrls: config.defaultTenant.redirectUrls,
    textChannels: config.texts.channels,
    textRegions: config.texts.regions,
    textsPerDay: textBudget.perTenantDay,
    textsPerPrefixDay: textBudget.perPrefixDay,
  }
}
