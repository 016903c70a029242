import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { call, type Tokens } from './client.ts'

const periodMs = 30_000

/** An authenticator app: its code of this moment, or of so many steps ago. */
export function codeOf(secret: string, stepsAgo = 0): string {
  const step = Math.floor(Date.now() / periodMs) - stepsAgo
  return generateHOTP(decodeBase32IgnorePadding(secret), BigInt(step), 6)
}

export interface Authenticator {
  secret: string
  backupCodes: string[]
}

/** Gives the account of a fresh session an authenticator app. The set-up uses up the step before the current one. */
export async function addTotp(session: Pick<Tokens, 'access_token'>): Promise<Authenticator> {
  await settleStep()
  const token = session.access_token
  const { body: setup } = await call<{ secret: string }>(
    '/api/v1/auth/mfa/enable',
    { type: 'totp' },
    { token },
  )
  const { body } = await call<{ backup_codes: string[] }>(
    '/api/v1/auth/mfa/confirm',
    { type: 'totp', code: codeOf(setup.secret, 1) },
    { token },
  )
  return { secret: setup.secret, backupCodes: body.backup_codes }
}

/** The previous step would no longer count if the current one ended before the code arrives. */
export async function settleStep(): Promise<void> {
  const left = periodMs - (Date.now() % periodMs)
  if (left < 3_000) await scheduler.wait(left)
}
