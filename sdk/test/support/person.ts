import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { inject } from 'vitest'
import { type Client, type ClientOptions, createClient } from '../../src/index.ts'

export const password = 'four tall herons wade at dawn'

export function randomEmail(): string {
  return `user-${randomUUID()}@example.com`
}

/** From an address of its own at each call, so that floods of one address are no matter here. */
export const anywhere: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers)
  headers.set('CF-Connecting-IP', `10.${randomBytes(3).join('.')}`)
  return fetch(input, { ...init, headers })
}

/** A client with its tokens in memory. */
export function newClient(options: Partial<ClientOptions> = {}): Client {
  return createClient({ baseUrl: inject('service').url, fetch: anywhere, ...options })
}

interface Message {
  subject: string
  text: string
}

/** The newest message to an address, once it is there. */
export async function mailTo(to: string, wanted = /./): Promise<Message> {
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(
      `${inject('service').inbox}/api/messages?to=${encodeURIComponent(to)}`,
    )
    const found = ((await answer.json()) as Message[]).find(({ text }) => wanted.test(text))
    if (found) return found
    await sleep(50)
  }
  throw new Error(`no mail to ${to}`)
}

export function linkIn({ text }: Message): string {
  return /https?:\/\/\S+#token=[\w-]+/.exec(text)?.[0] ?? ''
}

export function tokenIn(message: Message): string {
  return /#token=([\w-]+)/.exec(linkIn(message))?.[1] ?? ''
}

export function codeIn({ text }: Message): string {
  return /\b(\d{6})\b/.exec(text)?.[1] ?? ''
}

/** Registered, with a proven address. */
export async function newPerson(client: Client = newClient()): Promise<string> {
  const email = randomEmail()
  await client.register({ email, password, terms_accepted: true, privacy_accepted: true })
  await client.verifyEmail({ token: tokenIn(await mailTo(email, /#token=/)) })
  return email
}

/** Signed in. */
export async function signedIn(options: Partial<ClientOptions> = {}): Promise<Client> {
  const client = newClient(options)
  const email = await newPerson()
  await client.login({ email, password })
  return client
}
