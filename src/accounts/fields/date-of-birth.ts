import { fieldError } from '../../errors.ts'
import { profile } from '../../policy.ts'
import type { Checked } from './checked.ts'
import { trimSpaces } from './trim-spaces.ts'

/** A day of the calendar as one number that sorts: year · 10,000 + month · 100 + day. */
type Day = number

/** Reads `YYYY-MM-DD` (RFC 3339 full-date) of a day that exists; anything else is null. */
export function parseDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!match) return null
  const moment = Date.parse(`${text}T00:00:00Z`)
  // Engines roll 30 February over to March, or refuse it: only a day that comes back unchanged is real.
  if (Number.isNaN(moment) || !new Date(moment).toISOString().startsWith(text)) return null
  return Number(match[1]) * 10_000 + Number(match[2]) * 100 + Number(match[3])
}

function dayOf(now: number): Day {
  const date = new Date(now)
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate()
}

/**
 * A real date between the tenant's minimum age and {@link profile.maximumAge} years ago, as `YYYY-MM-DD`.
 * Days are counted in UTC, the one clock everybody shares. Born on 29 February: a year older on 1 March.
 *
 * `minimumAge`: completed years. `now`: milliseconds since 1970.
 */
export function checkDateOfBirth(
  field: string,
  text: string,
  minimumAge: number,
  now: number,
): Checked<string> {
  const value = trimSpaces(text)
  const refuse = (code: string, message: string) => ({ error: fieldError(field, code, message) })

  const born = parseDay(value)
  if (born === null) {
    return refuse('DATE_INVALID', 'Enter a date of the calendar as YYYY-MM-DD, such as 1990-12-31.')
  }
  const today = dayOf(now)
  if (born > today) return refuse('DATE_IN_FUTURE', 'Enter a date of birth that is in the past.')
  const age = Math.floor((today - born) / 10_000)
  if (age < minimumAge) return refuse('TOO_YOUNG', `You must be at least ${minimumAge} years old.`)
  if (age > profile.maximumAge) {
    return refuse('TOO_OLD', `Enter a date of birth within the last ${profile.maximumAge} years.`)
  }
  return { value }
}
