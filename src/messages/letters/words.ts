import type { Locale } from '../../context.ts'

/** With Bengali digits for `bn`; en-GB writes the day before the month. */
const tags: Record<Locale, string> = { en: 'en-GB', bn: 'bn-BD' }

export function toLocale(locale: string): Locale {
  return locale.toLowerCase().split('-')[0] === 'bn' ? 'bn' : 'en'
}

/**
 * Takes out what breaks lines or turns the direction of writing (a name could otherwise rearrange the sentence
 * around it). The joiners U+200C and U+200D stay: Bengali is written with them.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, 80)
}

/**
 * A name to greet somebody by, or null. Anyone may register a stranger's address under any name: one that could
 * carry an address or an advertisement is left out.
 */
export function greetingName(name: string | null | undefined): string | null {
  const clean = oneLine(name ?? '')
  return /^(?:[\p{L}\p{M}' ’-]|\u200c|\u200d)+$/u.test(clean) ? clean : null
}

export function numberOf(value: number, locale: Locale): string {
  return new Intl.NumberFormat(tags[locale]).format(value)
}

/** @param seconds a life as `policy.ts` gives it */
export function hoursOf(seconds: number, locale: Locale): string {
  const hours = Math.round(seconds / 3600)
  if (locale === 'bn') return `${numberOf(hours, locale)} ঘণ্টা`
  return hours === 1 ? '1 hour' : `${hours} hours`
}

/** @param seconds a life as `policy.ts` gives it */
export function minutesOf(seconds: number, locale: Locale): string {
  const minutes = Math.round(seconds / 60)
  if (locale === 'bn') return `${numberOf(minutes, locale)} মিনিট`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}

/** @param when RFC 3339 */
export function momentOf(when: string, locale: Locale): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(tags[locale], { ...options, timeZone: 'UTC' }).format(new Date(when))
  return `${part({ dateStyle: 'long' })}, ${part({ timeStyle: 'short', hourCycle: 'h23' })} UTC`
}

/** @param place a country code (ISO 3166-1 alpha-2), or words */
export function placeOf(place: string, locale: Locale): string {
  const clean = oneLine(place)
  if (!/^[A-Z]{2}$/.test(clean)) return clean
  return new Intl.DisplayNames(tags[locale], { type: 'region' }).of(clean) ?? clean
}
