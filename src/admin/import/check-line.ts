import { z } from 'zod'
import { type FieldError, fieldError } from '../../errors.ts'
import { emailField } from '../../forms/email-field.ts'
import { fieldReader } from '../../forms/field-reader.ts'
import { phoneField } from '../../forms/phone-field.ts'
import { type Profile, readProfile } from '../../forms/profile.ts'
import { lazily } from '../../lazily.ts'
import { importing as policy } from '../../policy.ts'
import type { ForeignHash } from '../../ports.ts'
import type { TenantSettings } from '../../tenants/tenant.ts'
import { passwordHash } from './password-hash.ts'

const profileText = lazily(() => z.string().max(1_024).nullish())

/** A moment as the database takes it, whatever its offset; of a computer's time, not of a calendar's beginning. */
const past = lazily(() =>
  z.iso
    .datetime({ offset: true })
    .transform((typed) => new Date(typed))
    .refine((moment) => moment.getTime() >= Date.UTC(policy.firstYear, 0), {
      message: `A moment since ${policy.firstYear}.`,
      params: { code: 'DATE_INVALID' },
    })
    .transform((moment) => moment.toISOString()),
)

/** One account of another service. */
export const lineSchema = lazily(() =>
  z.strictObject({
    email: emailField.nullish(),
    /** The other service has proven it; absent: nobody has. */
    email_verified: z.boolean().nullish(),
    phone_e164: phoneField.nullish(),
    phone_verified: z.boolean().nullish(),
    first_name: profileText,
    last_name: profileText,
    date_of_birth: profileText,
    gender: profileText,
    mobile: profileText,
    locale: profileText,
    created_at: past.nullish(),
    password_hash: passwordHash.nullish(),
  }),
)

export interface ImportedAccount {
  email: string | null
  emailVerified: boolean
  phone: string | null
  phoneVerified: boolean
  profile: Profile
  createdAt: string | null
  hash: ForeignHash | null
}

export type CheckedLine = { account: ImportedAccount } | { errors: FieldError[] }

/** Puts what a schema refuses into words: `http/validate.ts`. */
export type Words = (issues: readonly z.core.$ZodIssue[], input: unknown) => FieldError[]

/** The rules for one line, as bytes between two line ends. `now`: milliseconds since 1970. */
export function checkLine(
  settings: TenantSettings,
  bytes: Uint8Array,
  now: number,
  words: Words,
): CheckedLine {
  if (bytes.length > policy.lineBytes) return refused('TOO_LONG', 'This line is too long.')
  const input = parse(bytes)
  if (input === undefined) return refused('MALFORMED_JSON', 'This line is not valid JSON.')
  const read = lineSchema.safeParse(input)
  if (!read.success) return { errors: words(read.error.issues, input).slice(0, policy.lineErrors) }

  const { email = null, phone_e164: phone = null, ...line } = read.data
  const reader = fieldReader(line, new Set())
  const profile = readProfile(reader, settings, now, 'registration')
  if (!email && !(phone && line.phone_verified)) {
    const message = 'An e-mail address is needed, or a number that was proven.'
    reader.refuse('email', 'EMAIL_OR_PHONE_REQUIRED', message)
  }
  if (reader.errors.length > 0) return { errors: [...reader.errors] }
  return {
    account: {
      email,
      emailVerified: line.email_verified ?? false,
      phone,
      phoneVerified: line.phone_verified ?? false,
      profile,
      createdAt: line.created_at ?? null,
      hash: line.password_hash ?? null,
    },
  }
}

/** Undefined where it is no JSON, or no UTF-8. */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}

function refused(code: string, message: string): CheckedLine {
  return { errors: [fieldError('line', code, message)] }
}
