import type { z } from 'zod'
import { alreadyRegistered } from './already-registered.ts'
import { factorAdded } from './factor-added.ts'
import { factorRemoved } from './factor-removed.ts'
import type { LetterKind } from './letter.ts'
import { passwordChanged } from './password-changed.ts'
import { refreshReused } from './refresh-reused.ts'
import { resetPassword } from './reset-password.ts'
import { signInFailures } from './sign-in-failures.ts'
import { verifyEmail } from './verify-email.ts'

/** Every letter by its name in `outbox.letter`. */
const letters = {
  verify_email: verifyEmail,
  already_registered: alreadyRegistered,
  reset_password: resetPassword,
  password_changed: passwordChanged,
  refresh_reused: refreshReused,
  sign_in_failures: signInFailures,
  factor_added: factorAdded,
  factor_removed: factorRemoved,
}

export type LetterName = keyof typeof letters

/** A letter with the payload that it takes. */
export type Letter = {
  [Name in LetterName]: { letter: Name; payload: z.infer<(typeof letters)[Name]['schema']> }
}[LetterName]

export function letterNamed(name: string): LetterKind | null {
  return Object.hasOwn(letters, name) ? letters[name as LetterName] : null
}
