import { z } from 'zod'
import { lazily } from '../lazily.ts'
import { password as policy } from '../policy.ts'
import { wholeNumber } from '../wanted.ts'

/** What a new password must be. Length in code points, after composing. */
export interface PasswordPolicy {
  minLength: number
  maxLength: number
  /** Estimated strength of 0 to 4; 0 asks for none. */
  minScore: number
  requireUppercase: boolean
  requireLowercase: boolean
  requireDigit: boolean
  requireSymbol: boolean
  /** Passwords of known breaches are refused. Common ones always are. */
  breachCheck: boolean
  /** So many of an account's passwords, the current one among them, are not taken again. */
  history: number
}

export const passwordPresetNames = ['standard', 'classic'] as const
export type PasswordPreset = (typeof passwordPresetNames)[number]

const standard: PasswordPolicy = {
  minLength: policy.minLength,
  maxLength: policy.maxLength,
  minScore: policy.minScore,
  requireUppercase: false,
  requireLowercase: false,
  requireDigit: false,
  requireSymbol: false,
  breachCheck: true,
  history: policy.history,
}

export const passwordPresets: Readonly<Record<PasswordPreset, PasswordPolicy>> = {
  standard,
  classic: {
    ...standard,
    minScore: 0,
    requireUppercase: true,
    requireLowercase: true,
    requireDigit: true,
  },
}

/** What a tenant may say over its preset. */
export const passwordPolicySetting = lazily(() =>
  z.strictObject({
    min_length: wholeNumber(policy.minLength, policy.longestMinimum).nullish(),
    max_length: wholeNumber(policy.longestMinimum, policy.maxLength).nullish(),
    min_score: wholeNumber(0, 4).nullish(),
    require_uppercase: z.boolean().nullish(),
    require_lowercase: z.boolean().nullish(),
    require_digit: z.boolean().nullish(),
    require_symbol: z.boolean().nullish(),
    breach_check: z.boolean().nullish(),
    history: wholeNumber(1, policy.longestHistory).nullish(),
  }),
)

/** The policy that holds: the preset, and over it what the tenant says. */
export function passwordPolicyOf(settings: {
  passwordPreset: PasswordPreset
  passwordPolicy: Readonly<Partial<PasswordPolicy>>
}): PasswordPolicy {
  // `null` in a setting takes it back.
  const own = Object.entries(settings.passwordPolicy).filter(([, value]) => value !== null)
  return { ...passwordPresets[settings.passwordPreset], ...Object.fromEntries(own) }
}
