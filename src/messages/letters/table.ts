import type { z } from 'zod'
import { accountClosing } from './account-closing.ts'
import { accountExported } from './account-exported.ts'
import { accountKept } from './account-kept.ts'
import { accountRecovered } from './account-recovered.ts'
import { alreadyRegistered } from './already-registered.ts'
import { backupCodesLow } from './backup-codes-low.ts'
import { backupCodesMade } from './backup-codes-made.ts'
import { changeEmail } from './change-email.ts'
import { changedByAdministrator } from './changed-by-administrator.ts'
import { deviceRemembered } from './device-remembered.ts'
import { emailChanged } from './email-changed.ts'
import { emailChanging } from './email-changing.ts'
import { emailIsNew } from './email-is-new.ts'
import { emailRestored } from './email-restored.ts'
import { emailTaken } from './email-taken.ts'
import { emailWithdrawn } from './email-withdrawn.ts'
import { factorAdded } from './factor-added.ts'
import { factorRemoved } from './factor-removed.ts'
import { identityLinked } from './identity-linked.ts'
import { identityUnlinked } from './identity-unlinked.ts'
import { invitation } from './invitation.ts'
import type { LetterKind } from './letter.ts'
import { oneTimeCode } from './one-time-code.ts'
import { passwordChanged } from './password-changed.ts'
import { phoneChanged } from './phone-changed.ts'
import { recover } from './recover.ts'
import { recoveryPending } from './recovery-pending.ts'
import { refreshReused } from './refresh-reused.ts'
import { resetPassword } from './reset-password.ts'
import { roleGiven } from './role-given.ts'
import { signInCode } from './sign-in-code.ts'
import { signInFailures } from './sign-in-failures.ts'
import { signInLink } from './sign-in-link.ts'
import { stepUpCode } from './step-up-code.ts'
import { verifyEmail } from './verify-email.ts'
import { verifyPhone } from './verify-phone.ts'
import { webhookOff } from './webhook-off.ts'

/** Every letter by its name in `outbox.letter`. */
const letters = {
  verify_email: verifyEmail,
  verify_phone: verifyPhone,
  one_time_code: oneTimeCode,
  sign_in_link: signInLink,
  already_registered: alreadyRegistered,
  reset_password: resetPassword,
  password_changed: passwordChanged,
  refresh_reused: refreshReused,
  sign_in_failures: signInFailures,
  factor_added: factorAdded,
  factor_removed: factorRemoved,
  device_remembered: deviceRemembered,
  backup_codes_low: backupCodesLow,
  backup_codes_made: backupCodesMade,
  sign_in_code: signInCode,
  step_up_code: stepUpCode,
  identity_linked: identityLinked,
  identity_unlinked: identityUnlinked,
  recover,
  recovery_pending: recoveryPending,
  account_recovered: accountRecovered,
  invitation,
  role_given: roleGiven,
  webhook_off: webhookOff,
  change_email: changeEmail,
  email_taken: emailTaken,
  email_changing: emailChanging,
  email_changed: emailChanged,
  email_is_new: emailIsNew,
  email_restored: emailRestored,
  email_withdrawn: emailWithdrawn,
  phone_changed: phoneChanged,
  account_closing: accountClosing,
  account_exported: accountExported,
  account_kept: accountKept,
  changed_by_administrator: changedByAdministrator,
}

export type LetterName = keyof typeof letters

/** A letter with the payload that it takes. */
export type Letter = {
  [Name in LetterName]: { letter: Name; payload: z.infer<(typeof letters)[Name]['schema']> }
}[LetterName]

export function letterNamed(name: string): LetterKind | null {
  return Object.hasOwn(letters, name) ? letters[name as LetterName] : null
}
