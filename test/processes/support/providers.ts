import { createHash, randomBytes, randomInt } from 'node:crypto'
import { type Answer, call, randomEmail } from './client.ts'
import type { Tokens } from './people.ts'
import { site } from './site.ts'
import type { TestWorker } from './worker.ts'

const redirectTo = 'http://localhost:3000/auth/callback'

/** Somebody who can sign in at a provider, and for whose address it vouches. */
export function newPerson() {
  const sub = String(randomInt(2 ** 40))
  return { email: randomEmail(), email_verified: 'on', name: 'Ann Example', sub }
}

export type Person = ReturnType<typeof newPerson>

/** What the way through a provider's page leaves behind. */
export interface Landed {
  /** For the exchange. */
  code: string
  verifier: string
  /** Seen on the way. */
  cookie: string
}

/** Google's answer in the hands of the browser that asked. */
export interface GoogleAnswer {
  /** Path and query of the callback. */
  path: string
  cookie: string
  verifier: string
}

/** @param orders troubles of the provider, as the stand-in takes them */
export async function answerOfGoogle(person: Person, orders: object = {}): Promise<GoogleAnswer> {
  const [worker] = site().workers
  const verifier = randomBytes(32).toString('base64url')
  const asked = new URLSearchParams({
    redirect_to: redirectTo,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const begun = await call(worker, `/api/v1/auth/oauth/google?${asked}`)
  const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const page = begun.headers.get('location') ?? ''
  const approved = await fetch(page, {
    method: 'POST',
    body: new URLSearchParams({ ...person, ...orders }),
    redirect: 'manual',
  })
  const answer = new URL(approved.headers.get('location') ?? '')
  return { path: `${answer.pathname}${answer.search}`, cookie, verifier }
}

/** The browser comes back, and is sent on to the app's page: `code` or `error`. */
export async function comeBack(
  { path, cookie }: GoogleAnswer,
  worker: TestWorker = site().workers[0],
): Promise<Answer & { landing: URLSearchParams }> {
  const answer = await call(worker, path, undefined, { headers: { Cookie: cookie } })
  return { ...answer, landing: new URL(answer.headers.get('location') ?? '').searchParams }
}

export async function throughGoogle(person: Person): Promise<Landed> {
  const answer = await answerOfGoogle(person)
  const { landing } = await comeBack(answer)
  const { verifier, cookie } = answer
  const code = landing.get('code') ?? ''
  return { code, verifier, cookie: cookie.slice(cookie.indexOf('=') + 1) }
}

export function exchange(
  { code, verifier }: Pick<Landed, 'code' | 'verifier'>,
  worker: TestWorker = site().workers[0],
): Promise<Answer<Tokens>> {
  return call<Tokens>(worker, '/api/v1/auth/oauth/exchange', { code, code_verifier: verifier })
}

/** What Google's own software would give to a mobile app. */
export async function googleToken(person: Person): Promise<{ id_token: string; nonce: string }> {
  const nonce = randomBytes(16).toString('base64url')
  const client = site().variables.GOOGLE_CLIENT_IDS?.split(',')[0]
  const response = await fetch(`${site().variables.PROVIDERS_ENDPOINT}/api/tokens`, {
    method: 'POST',
    body: JSON.stringify({ provider: 'google', client, nonce, ...person }),
  })
  const { id_token } = (await response.json()) as { id_token: string }
  return { id_token, nonce }
}
