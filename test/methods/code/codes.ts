import { expect } from 'vitest'
import {
  type Answer,
  type CallOptions,
  call,
  codeIn,
  type Message,
  mails,
  type Tokens,
} from '../../support/client.ts'

const auth = '/api/v1/auth'

export interface Sent {
  challenge_id: string
  sent_to: string
  expires_in: number
  retry_after: number
}

export type CodeTokens = Tokens & { user_created: boolean; mfa_token?: string }

export function send(
  destination: string,
  changes: Record<string, unknown> = {},
  options: CallOptions = {},
): Promise<Answer<Sent>> {
  const type = destination.includes('@') ? 'email' : 'phone'
  return call<Sent>(`${auth}/otp/send`, { destination, type, ...changes }, options)
}

export function verify(
  challenge_id: string,
  code: string,
  changes: Record<string, unknown> = {},
  options: CallOptions = {},
): Promise<Answer<CodeTokens>> {
  return call<CodeTokens>(`${auth}/otp/verify`, { challenge_id, code, ...changes }, options)
}

/** A code that was sent, and the challenge that it answers. */
export async function sentCode(
  destination: string,
  changes: Record<string, unknown> = {},
  options: CallOptions = {},
  messages = 1,
): Promise<{ challenge: string; code: string; message: Message }> {
  const { status, body } = await send(destination, changes, options)
  expect(status).toBe(202)
  const [message] = (await mails(destination, messages)) as [Message]
  return { challenge: body.challenge_id, code: codeIn(message), message }
}

/** A code that is not this one. */
export function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}
