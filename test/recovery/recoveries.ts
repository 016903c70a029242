import { type Authenticator, addTotp } from '../support/authenticator.ts'
import { type Answer, call, type Message, mails, tokenIn } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'

export const renewed = 'vexing plum harbour 42'

/** Asks for a recovery and reads the mailed link; `mailed`: mails that the address has got before. */
export async function linkFor(email: string, mailed: number): Promise<string> {
  await call('/api/v1/auth/recover', { email })
  const [mail] = (await mails(email, mailed + 1)) as [Message]
  return tokenIn(mail)
}

export function verify(
  token: string,
  changes: Record<string, unknown> = {},
  headers = {},
): Promise<Answer> {
  const body = { token, new_password: renewed, ...changes }
  return call('/api/v1/auth/recover/verify', body, { headers })
}

export function complete(token: string, headers = {}): Promise<Answer> {
  return call('/api/v1/auth/recover/complete', { token }, { headers })
}

export function cancel(token: string, headers = {}): Promise<Answer> {
  return call('/api/v1/auth/recover/cancel', { token }, { headers })
}

export interface Protected extends Authenticator {
  email: string
  access_token: string
  refresh_token: string
}

/** A person with an authenticator app, who has got two mails: proof of the address, and the new factor. */
export async function protectedUser(): Promise<Protected> {
  const session = await preparedSignIn()
  const authenticator = await addTotp(session)
  await mails(session.email, 2)
  return { ...session, ...authenticator }
}

export interface Pending extends Protected {
  /** What completes it. */
  token: string
  /** What cancels it. */
  cancelToken: string
}

/** A recovery that waits. The address has got four mails. */
export async function pendingRecovery(): Promise<Pending> {
  const user = await protectedUser()
  return { ...user, ...(await beginRecovery(user.email, 2)) }
}

/** What completes and what cancels a recovery that waits; `mailed`: mails that the address has got before. */
export async function beginRecovery(
  email: string,
  mailed: number,
): Promise<Pick<Pending, 'token' | 'cancelToken'>> {
  const token = await linkFor(email, mailed)
  await verify(token)
  const [letter] = (await mails(email, mailed + 2)) as [Message]
  return { token, cancelToken: tokenIn(letter) }
}
