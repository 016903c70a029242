import { decodeBase32IgnorePadding, decodeBase64urlIgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { call, type Tokens } from './client.ts'
import { ageStep } from './database.ts'

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

/** Gives the account of a fresh session an authenticator app. The code of this moment is still to be used. */
export async function addTotp(session: Pick<Tokens, 'access_token'>): Promise<Authenticator> {
  const token = session.access_token
  const { body: setup } = await call<{ secret: string }>(
    '/api/v1/auth/mfa/enable',
    { type: 'totp' },
    { token },
  )
  const { body } = await call<{ backup_codes: string[] }>(
    '/api/v1/auth/mfa/confirm',
    { type: 'totp', code: codeOf(setup.secret) },
    { token },
  )
  await ageStep(userIdOf(token))
  return { secret: setup.secret, backupCodes: body.backup_codes }
}

function userIdOf(token: string): string {
  const [, payload = ''] = token.split('.')
  return JSON.parse(new TextDecoder().decode(decodeBase64urlIgnorePadding(payload))).sub
}
