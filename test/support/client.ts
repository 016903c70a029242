import { env } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { origin } from './origin.ts'

export { origin }

export interface Answer<T = Record<string, unknown>> {
  status: number
  headers: Headers
  body: T
}

export interface CallOptions {
  method?: string
  token?: string
  headers?: Record<string, string>
  /** Sent as it is. */
  raw?: BodyInit
}

/** Of what waits for a state: a second, as Vitest has it, is little on a busy machine. */
export const patience = { timeout: 60_000 }

type Door = (request: Request) => Promise<Response>

const ownDoor: Door = (request) => exports.default.fetch(request)
let door = ownDoor

/** The Worker as it stands behind other bindings; null: as it is deployed. */
export function useDoor(other: Door | null): void {
  door = other ?? ownDoor
}

/** One request through the door a client uses. Each comes from an address of its own unless told otherwise. */
export async function call<T = Record<string, unknown>>(
  path: string,
  body?: unknown,
  { method, token, headers = {}, raw }: CallOptions = {},
): Promise<Answer<T>> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const request = new Request(`${origin}${path}`, {
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    headers: {
      'CF-Connecting-IP': randomAddress(),
      ...(payload === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    redirect: 'manual',
    ...(payload === undefined ? {} : { body: payload }),
  })
  const response = await door(request)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parse(text) as T }
}

/** Counts of `Server-Timing`. */
export function cost({ headers }: Answer<unknown>): Record<'db' | 'do' | 'kv' | 'hash', number> {
  const header = headers.get('Server-Timing') ?? ''
  const count = (name: string) => Number(new RegExp(`${name};desc="(\\d+)"`).exec(header)?.[1])
  return { db: count('db'), do: count('do'), kv: count('kv'), hash: count('hash') }
}

export function randomAddress(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(3))
  return `10.${bytes.join('.')}`
}

export function randomEmail(): string {
  return `user-${crypto.randomUUID()}@example.com`
}

export const password = 'correct horse battery staple 9'

export function registration(email: string, changes: Record<string, unknown> = {}) {
  return { email, password, terms_accepted: true, privacy_accepted: true, ...changes }
}

export interface Message {
  id: string
  channel: string
  to: string
  subject: string
  text: string
  html: string
}

/** Messages to an address or number, newest first, once there are `count` of them. */
export async function mails(to: string, count = 1): Promise<Message[]> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const response = await fetch(`${env.SES_ENDPOINT}/api/messages?to=${encodeURIComponent(to)}`)
    const found = (await response.json()) as Message[]
    if (found.length >= count) return found
    await scheduler.wait(Math.min(50, 5 * (tries + 1)))
  }
  throw new Error(`fewer than ${count} mails to ${to}`)
}

const { process } = globalThis as unknown as { process: { env: { VITEST_WORKER_ID: string } } }
/** Of the file among those of a run. */
const file = Number(process.env.VITEST_WORKER_ID) % 1_000
let phones = 0

/** Nobody else's: each file has a hundred thousand numbers of its own. Of random ones, a run would draw some twice. */
export function randomPhone(): string {
  phones += 1
  return `+88017${String(file).padStart(3, '0')}${String(phones).padStart(5, '0')}`
}

export function tokenIn({ text }: Message): string {
  return /#token=([\w-]+)/.exec(text)?.[1] ?? ''
}

export function codeIn({ text }: Message): string {
  return /\b(\d{6})\b/.exec(text)?.[1] ?? ''
}

export interface Tokens {
  access_token: string
  refresh_token: string
  session_id: string
  user: { id: string; email: string }
}

/** A person with a proven address. */
export async function newUser(changes: Record<string, unknown> = {}): Promise<string> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email, changes))
  const [mail] = await mails(email)
  if (mail) await call('/api/v1/auth/verify-email', { token: tokenIn(mail) })
  return email
}

export async function signIn(
  email: string,
  options: CallOptions & { password?: string } = {},
): Promise<Answer<Tokens>> {
  const body = { email, password: options.password ?? password }
  return call<Tokens>('/api/v1/auth/login', body, options)
}

export async function newSession(): Promise<Tokens & { email: string }> {
  const email = await newUser()
  const { body } = await signIn(email)
  return { ...body, email }
}

function parse(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text)
  } catch {
    return { text }
  }
}
