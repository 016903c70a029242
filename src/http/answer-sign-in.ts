import type { Context } from 'hono'
import { z } from 'zod'
import { pendingSignIn as policy } from '../policy.ts'
import type { SignedIn, SignInOutcome } from '../sessions/complete-sign-in.ts'
import type { AddressSignIn } from '../sessions/sign-in-by-address.ts'
import { tokensSchema } from '../sessions/tokens.ts'
import { deliverTokens, setDeviceCookie } from './cookies.ts'
import type { HttpEnv } from './environment.ts'

const mfaChallengeSchema = () =>
  z.object({
    mfa_required: z.literal(true),
    mfa_token: z.string(),
    mfa_types: z.array(z.string()),
    expires_in: z.int(),
  })

const enrolmentRequiredSchema = () =>
  z.object({
    mfa_enrollment_required: z.literal(true),
    enrollment_token: z.string(),
    mfa_types: z.array(z.string()),
    expires_in: z.int(),
    /** The token opens nothing: sign in by a mailed code or link, or set a new password first. */
    mailbox_proof_required: z.boolean(),
  })

/** What every way to sign in answers, always 200. */
export const signInResultSchema = () =>
  z.union([tokensSchema(), mfaChallengeSchema(), enrolmentRequiredSchema()])

export type SignInResult = z.infer<ReturnType<typeof signInResultSchema>>

/** The body of a sign-in's outcome; cookies are set on the way. */
export function signInResult(c: Context<HttpEnv>, outcome: SignInOutcome): SignInResult {
  if ('tokens' in outcome) return signedInResult(c, outcome)
  const { token, types } = outcome
  const expires_in = policy.life[outcome.pending]
  if (outcome.pending === 'challenge') {
    return { mfa_required: true, mfa_token: token, mfa_types: types, expires_in }
  }
  return {
    mfa_enrollment_required: true,
    enrollment_token: token,
    mfa_types: types,
    expires_in,
    mailbox_proof_required: outcome.mailboxFirst,
  }
}

/** Of a proof that may have opened the account. */
const created = { user_created: z.boolean() }
export const addressSignInSchema = () =>
  z.union([
    tokensSchema().extend(created),
    mfaChallengeSchema().extend(created),
    enrolmentRequiredSchema().extend(created),
  ])

export function addressSignInResult(
  c: Context<HttpEnv>,
  { outcome, userCreated }: AddressSignIn,
): z.infer<ReturnType<typeof addressSignInSchema>> {
  return { ...signInResult(c, outcome), user_created: userCreated }
}

export function signedInResult(c: Context<HttpEnv>, { tokens, newDevice }: SignedIn) {
  setDeviceCookie(c, newDevice)
  return deliverTokens(c, tokens)
}
