import { language } from '../words/words.ts'
import { sayAccount } from './words.ts'

/** The first that a browser's name of itself contains: many claim to be others besides. */
const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['CriOS', 'Chrome'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

interface Caller {
  user_agent: string | null
  platform?: string | null
}

/** What somebody came with, in a few words. */
export function deviceOf({ user_agent: agent, platform }: Caller): string {
  const named = (table: typeof browsers | typeof systems) =>
    table.find(([mark]) => agent?.includes(mark))?.[1]
  const known = [named(browsers), named(systems)].filter(Boolean)
  if (known.length > 0) return known.join(' · ')
  // Apps and scripts say what they are in front of the first slash.
  return platform ?? agent?.split('/')[0] ?? sayAccount('unknownDevice')
}

const countries = new Intl.DisplayNames([language], { type: 'region', fallback: 'code' })

/** Where a request came from, as far as it is known. */
export function placeOf(from: { country: string | null; ip_prefix: string | null }): string {
  const country = from.country && /^[A-Z]{2}$/.test(from.country) && countries.of(from.country)
  return [country, from.ip_prefix].filter(Boolean).join(' · ')
}
