import type { Config } from '../config.ts'
import { profile } from '../policy.ts'

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
  /** Pages and app links to which a sign-in may return: compared as a whole, never by prefix. */
  redirectUrls: readonly string[]
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
  }
}
