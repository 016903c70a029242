import { fieldError } from '../../errors.ts'
import { profile } from '../../policy.ts'
import type { Checked } from './checked.ts'
import { trimSpaces } from './trim-spaces.ts'

/** Scripts that spell with ZWJ and ZWNJ (Unicode Standard §9.2, §12): Bengali র‍্যা, Persian نعمت‌الله. */
const joiningScripts = [
  'Arabic',
  'Bengali',
  'Devanagari',
  'Gujarati',
  'Gurmukhi',
  'Kannada',
  'Khmer',
  'Malayalam',
  'Mongolian',
  'Myanmar',
  'Oriya',
  'Sinhala',
  'Syriac',
  'Tamil',
  'Telugu',
]

const joining = `[${joiningScripts.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]`
/** Invisible fillers and selectors count as letters or marks in Unicode: two equal looking names would differ. */
const letter = '(?!\\p{Default_Ignorable_Code_Point})\\p{L}'
const mark = '(?!\\p{Default_Ignorable_Code_Point})\\p{M}'
/** Japanese family names choose the shape of a character with these (UTS #37). */
const variant = '(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]'
const joiner = `(?<=${joining})[\\u200c\\u200d](?=${joining})`
const word = `${letter}(?:${letter}|${mark}|${variant}|${joiner})*`

/** Compiled for the first name: it takes milliseconds. */
let pattern: RegExp | null = null

function isPersonName(text: string): boolean {
  pattern ??= new RegExp(`^${word}(?:[ '’-]${word})*$`, 'u')
  return pattern.test(text)
}

/**
 * A first or last name: letters of any script with their combining marks, in words parted by one space, hyphen or
 * apostrophe; 1 to `profile.nameLength` code points in NFC. Code points, because one grapheme can hold any number.
 * Outer spaces are dropped; anything else that does not belong is refused, never removed.
 */
export function parsePersonName(text: string): string | null {
  const name = trimSpaces(text).normalize('NFC')
  return isPersonName(name) && !isTooLong(name) ? name : null
}

export function checkPersonName(field: string, text: string): Checked<string> {
  // Measured first: a long text costs no pattern.
  if (isTooLong(trimSpaces(text).normalize('NFC'))) {
    const message = `Shorten the name to ${profile.nameLength} characters.`
    return { error: fieldError(field, 'NAME_TOO_LONG', message) }
  }
  const value = parsePersonName(text)
  if (value) return { value }
  const message =
    'Enter the name in letters, with single spaces, hyphens or apostrophes between its parts.'
  return { error: fieldError(field, 'NAME_INVALID', message) }
}

function isTooLong(name: string): boolean {
  return name.length > profile.nameLength && [...name].length > profile.nameLength
}
