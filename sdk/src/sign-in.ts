import type { EnrollmentRequired, MfaChallenge, Tokens } from './api.ts'

/** What every way to sign in answers. */
export type SignInResult = Tokens | MfaChallenge | EnrollmentRequired

/** Which of the three it is: signed in, one more factor to show, or one to set up first. */
export function stateOf(result: SignInResult): 'signedIn' | 'challenge' | 'enrollment' {
  if ('mfa_required' in result) return 'challenge'
  return 'mfa_enrollment_required' in result ? 'enrollment' : 'signedIn'
}
