import { checkDateOfBirth } from '../accounts/fields/date-of-birth.ts'
import { checkGender, type Gender } from '../accounts/fields/gender.ts'
import { checkLocale, checkSpokenLocale } from '../accounts/fields/locale.ts'
import { checkPersonName } from '../accounts/fields/person-name.ts'
import { checkPhoneNumber } from '../accounts/fields/phone-number.ts'
import type { Locale } from '../context.ts'
import type { TenantSettings } from '../tenants/tenant.ts'
import type { FieldReader } from './field-reader.ts'

export type ProfileSettings = Pick<TenantSettings, 'registerForm' | 'minimumAge' | 'phoneRegions'>

/** What a person says about themselves, normalised. */
export interface Profile {
  firstName: string | null
  lastName: string | null
  /** `YYYY-MM-DD` */
  dateOfBirth: string | null
  gender: Gender | null
  /** E.164 */
  mobile: string | null
  locale: Locale | null
}

/** Keys of the body and what they are called inside. */
export const profileNames = {
  first_name: 'firstName',
  last_name: 'lastName',
  date_of_birth: 'dateOfBirth',
  gender: 'gender',
  mobile: 'mobile',
  locale: 'locale',
} as const satisfies Record<string, keyof Profile>

/** A registration takes the language of any device; who changes it later chooses one that is there. */
const localeChecks = { registration: checkLocale, change: checkSpokenLocale }

/** `now`: milliseconds since 1970. */
export function readProfile(
  reader: FieldReader,
  settings: ProfileSettings,
  now: number,
  occasion: keyof typeof localeChecks,
): Profile {
  return {
    firstName: reader.read('first_name', checkPersonName),
    lastName: reader.read('last_name', checkPersonName),
    dateOfBirth: reader.read('date_of_birth', (field, text) =>
      checkDateOfBirth(field, text, settings.minimumAge, now),
    ),
    gender: reader.read('gender', checkGender),
    mobile: reader.read('mobile', (field, text) =>
      checkPhoneNumber(field, text, settings.phoneRegions),
    ),
    locale: reader.read('locale', localeChecks[occasion]),
  }
}
