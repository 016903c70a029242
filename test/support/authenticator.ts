import { generateHOTP } from '@oslojs/otp'
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { call, type Tokens } from './client.ts'

/** An authenticator app: its code of this moment, or of so many steps ago. */
export function codeOf(secret: string, stepsAgo = 0): string {
  const step = Math.floor(Date.now() / 30_000) - stepsAgo
  return generateHOTP(decodeBase32IgnorePadding(secret), BigInt(step), 6)
}

export interface Authenticator {
  secret: string
  backupCodes: string[]
}

/** Gives the account of a fresh session an authenticator app. The set-up uses up the step before the current one. */
export async function addTotp(session: Tokens): Promise<Authenticator> {
  const token = session.access_token
  const { body: setup } = await call<{ secret: string }>('/api/v1/auth/mfa/enable', { type: 'totp' }, { token })
  const { body } = await call<{ backup_codes: string[] }>(
    '/api/v1/auth/mfa/confirm',
    { type: 'totp', code: codeOf(setup.secret, 1) },
    { token },
  )
  return { secret: setup.secret, backupCodes: body.backup_codes }
}
