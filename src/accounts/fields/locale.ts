import type { Locale } from '../../context.ts'
import { fieldError } from '../../errors.ts'
import type { Checked } from './checked.ts'

/** Languages that letters and messages are written in; the first is the fallback. */
export const locales = ['en', 'bn'] as const satisfies readonly Locale[]

/** Longest tag that RFC 5646 §4.4.1 asks for. */
const longestTag = 35

/** The shape of a BCP 47 tag; `_` as Android and Java write it. */
const languageTag = /^[a-z]{2,8}(?:[-_][a-z\d]{1,8})*$/i

/** The language we write in for a person who asked for `text` (a BCP 47 tag): its own, or the fallback. */
export function checkLocale(field: string, text: string): Checked<Locale> {
  if (text.length > longestTag || !languageTag.test(text)) {
    const message = 'Enter a language tag such as en or bn-BD.'
    return { error: fieldError(field, 'LOCALE_INVALID', message) }
  }
  return { value: spoken(text) ?? locales[0] }
}

/** The same for a person who changes the language: one that we do not write in is refused, not replaced in silence. */
export function checkSpokenLocale(field: string, text: string): Checked<Locale> {
  const checked = checkLocale(field, text)
  if ('error' in checked || spoken(text)) return checked
  const message = `Choose one of these languages: ${locales.join(', ')}.`
  return { error: fieldError(field, 'INVALID_VALUE', message) }
}

function spoken(tag: string): Locale | undefined {
  const language = tag.split(/[-_]/, 1)[0]?.toLowerCase()
  return locales.find((locale) => locale === language)
}
