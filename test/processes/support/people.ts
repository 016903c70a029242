import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Message } from '../../../dev/inbox/messages.ts'
import { type Answer, type CallOptions, call, randomEmail, unlessBusy } from './client.ts'
import { awaitMails, mailsTo, until } from './outside.ts'
import { site } from './site.ts'
import type { TestWorker } from './worker.ts'

export const password = 'correct horse battery staple 9'
/** Others that the policy takes, each of its own. */
export const passwordNumber = (n: number) => `violet submarine orchard ${n} teapot`
/** One that nobody had before, in letters that no random address of a test is made of: the policy refuses words of the address. */
export function freshPassword(): string {
  const letters = randomUUID().replace(/[0-9a-f]/g, (digit) =>
    'ghijklmnopqrstuv'.charAt(parseInt(digit, 16)),
  )
  return `violet submarine ${letters}`
}

export interface Tokens {
  access_token: string
  refresh_token: string
  session_id: string
  user: { id: string; email: string }
}

export interface Person extends Tokens {
  email: string
}

export function registration(email: string, changes: Record<string, unknown> = {}) {
  return { email, password, terms_accepted: true, privacy_accepted: true, ...changes }
}

export function register(
  email: string,
  changes: Record<string, unknown> = {},
  worker: TestWorker = site().workers[0],
): Promise<Answer> {
  const body = registration(email, changes)
  return unlessBusy(() => call(worker, '/api/v1/auth/register', body))
}

/** An address that waits for its proof, and the mail that was sent to it. */
export async function newPending(
  changes: Record<string, unknown> = {},
): Promise<{ email: string; token: string; code: string }> {
  const email = randomEmail()
  expect(await register(email, changes)).toMatchObject({ status: 202 })
  const [mail] = await awaitMails(email)
  return { email, token: tokenIn(mail), code: codeIn(mail) }
}

/** An account with a proven address. */
export async function newAccount(): Promise<string> {
  const { email, token } = await newPending()
  expect(await verify({ token })).toMatchObject({ status: 200 })
  return email
}

export function verify(
  proof: { token: string } | { email: string; code: string },
  worker: TestWorker = site().workers[0],
): Promise<Answer> {
  return call(worker, '/api/v1/auth/verify-email', proof)
}

export function signIn(
  email: string,
  options: CallOptions & { password?: string; worker?: TestWorker } = {},
): Promise<Answer<Tokens>> {
  const { worker = site().workers[0], ...rest } = options
  const body = { email, password: options.password ?? password }
  return unlessBusy(() => call<Tokens>(worker, '/api/v1/auth/login', body, rest))
}

/** A signed-in person. */
export async function newPerson(): Promise<Person> {
  return newSession(await newAccount())
}

/** One more session of an account. */
export async function newSession(email: string, options: CallOptions = {}): Promise<Person> {
  const { status, body } = await signIn(email, options)
  expect(status).toBe(200)
  return { ...body, email }
}

export function refresh(
  token: string,
  worker: TestWorker = site().workers[0],
): Promise<Answer<Tokens>> {
  return call<Tokens>(worker, '/api/v1/auth/refresh', { refresh_token: token })
}

export function me(
  token: string,
  worker: TestWorker = site().workers[0],
): Promise<Answer<Tokens['user']>> {
  return call(worker, '/api/v1/auth/me', undefined, { token })
}

/** A link to set a new password, as it was mailed. */
export async function resetToken(email: string): Promise<string> {
  const { status } = await call(site().workers[0], '/api/v1/auth/forgot-password', { email })
  expect(status).toBe(202)
  return until('the mail with the reset link', async () => {
    const mail = (await mailsTo(email)).find(({ text }) => text?.includes('/reset-password#'))
    return mail && tokenIn(mail)
  })
}

export function tokenIn(mail: Message | undefined): string {
  return /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''
}

export function codeIn(mail: Message | undefined): string {
  return /\b(\d{6})\b/.exec(mail?.text ?? '')?.[1] ?? ''
}
