import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { fieldError } from '../../errors.ts'
import type { Checked } from './checked.ts'
import { trimSpaces } from './trim-spaces.ts'

/** E.164 as people write it: a plus, then digits with single spaces or hyphens between them. */
const typedNumber = /^\+\d(?:[ -]?\d){6,14}$/

/** Numbers that cost the sender, or that no person reads messages at (they are how SMS pumping earns). */
const unreachable = new Set([
  'PREMIUM_RATE',
  'SHARED_COST',
  'TOLL_FREE',
  'UAN',
  'PAGER',
  'VOICEMAIL',
])

/** Stricter than the numbering plan, by region: an account there is reached by its mobile. */
const mobilePatterns: Readonly<Record<string, RegExp>> = { BD: /^\+8801[3-9]\d{8}$/ }

interface PhoneNumber {
  e164: string
  /** ISO 3166-1 alpha-2; null for numbers of no country (`+800`, satellites). */
  region: string | null
}

function readPhoneNumber(text: string): PhoneNumber | null {
  const trimmed = trimSpaces(text)
  if (!typedNumber.test(trimmed)) return null
  const parsed = parsePhoneNumberFromString(trimmed.replace(/[ -]/g, ''))
  if (!parsed?.isValid() || unreachable.has(parsed.getType() ?? '')) return null

  const region = parsed.country ?? null
  const pattern = region ? mobilePatterns[region] : undefined
  if (pattern && !pattern.test(parsed.number)) return null
  return { e164: parsed.number, region }
}

/**
 * Where a text to this number goes, as budgets count it: calling code and region, since one code can be shared by
 * countries of very different prices (`+1 US`, `+1 JM`).
 */
export function phonePrefix(e164: string): { region: string | null; prefix: string } {
  const parsed = parsePhoneNumberFromString(e164)
  const region = parsed?.country ?? null
  return { region, prefix: `+${parsed?.countryCallingCode ?? ''} ${region ?? 'ZZ'}` }
}

function regionAllowed(region: string | null, regions: readonly string[]): boolean {
  return regions.length === 0 || (region !== null && regions.includes(region))
}

/**
 * A valid number in E.164 (`+8801712345678`), or null.
 *
 * `regions`: ISO 3166-1 alpha-2 codes whose numbers are taken; empty: all.
 */
export function parsePhoneNumber(text: string, regions: readonly string[]): string | null {
  const phone = readPhoneNumber(text)
  return phone && regionAllowed(phone.region, regions) ? phone.e164 : null
}

export function checkPhoneNumber(
  field: string,
  text: string,
  regions: readonly string[],
): Checked<string> {
  const phone = readPhoneNumber(text)
  if (!phone) {
    const message = 'Enter a phone number with its country code, such as +8801712345678.'
    return { error: fieldError(field, 'PHONE_INVALID', message) }
  }
  if (!regionAllowed(phone.region, regions)) {
    const message = `Use a phone number from one of these countries: ${regions.join(', ')}.`
    return { error: fieldError(field, 'PHONE_REGION_NOT_ALLOWED', message) }
  }
  return { value: phone.e164 }
}
