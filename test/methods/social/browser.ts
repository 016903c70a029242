import { env } from 'cloudflare:workers'
import { type Answer, call, randomEmail, type Tokens } from '../../support/client.ts'

export const redirectTo = 'http://localhost:3000/auth/callback'

export type ProviderName = 'google' | 'facebook' | 'apple' | 'github' | 'microsoft'
export const providerNames: ProviderName[] = ['google', 'facebook', 'apple', 'github', 'microsoft']

export interface Person {
  email: string
  email_verified: boolean
  name: string
  sub: string
}

export function newPerson(changes: Partial<Person> = {}): Person {
  // A number, as GitHub's are, of 49 bits (15 digits): two people of a run are never one.
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
  const sub = String(high * 2 ** 17 + (low >>> 15))
  return { email: randomEmail(), email_verified: true, name: 'Ann Example', sub, ...changes }
}

/** What a test wants to go otherwise: claims of the token, or a trouble of the provider. */
export interface Orders {
  changes?: Record<string, unknown>
  fault?: { at: 'token' | 'profile' | 'spend'; status?: number; delayMs?: number }
}

export interface App {
  verifier: string
  challenge: string
}

export async function newApp(): Promise<App> {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  return { verifier, challenge: base64url(new Uint8Array(digest)) }
}

export interface Begun {
  answer: Answer
  /** At the provider. */
  location: URL
  /** As the browser sends it back. */
  cookie: string
}

/** The browser follows the button of the app. */
export async function begin(
  provider: string,
  app: App,
  query: Record<string, string> = {},
): Promise<Begun> {
  const asked = new URLSearchParams({
    redirect_to: redirectTo,
    code_challenge: app.challenge,
    code_challenge_method: 'S256',
    ...query,
  })
  const answer = await call(`/api/v1/auth/oauth/${provider}?${asked}`)
  const location = new URL(answer.headers.get('Location') ?? 'about:blank')
  const cookie = answer.headers.get('Set-Cookie')?.split(';')[0] ?? ''
  return { answer, location, cookie }
}

/** What the provider has the browser bring back. */
export interface ProviderAnswer {
  path: string
  fields: Record<string, string>
  form: boolean
}

/** The person fills in the page of the provider. */
export async function approve(
  { location }: Begun,
  person: Person,
  { changes = {}, fault }: Orders = {},
): Promise<ProviderAnswer> {
  const form = new URLSearchParams({
    email: person.email,
    ...(person.email_verified ? { email_verified: 'on' } : {}),
    name: person.name,
    sub: person.sub,
    changes: JSON.stringify(changes),
    ...(fault ? { fault: JSON.stringify(fault) } : {}),
  })
  const response = await fetch(location, { method: 'POST', body: form, redirect: 'manual' })
  return readAnswer(response)
}

export async function readAnswer(response: Response): Promise<ProviderAnswer> {
  const html = await response.text()
  if (response.status === 302) {
    const url = new URL(response.headers.get('Location') ?? '')
    return { path: url.pathname, fields: Object.fromEntries(url.searchParams), form: false }
  }
  const unquote = (text = '') => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  const inputs = html.matchAll(/name="(\w+)" value="([^"]*)"/g)
  const fields = Object.fromEntries([...inputs].map(([, name, value]) => [name, unquote(value)]))
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? ''
  return { path: new URL(action).pathname, fields, form: true }
}

/** The browser comes back with what the provider gave it. */
export async function comeBack(
  { path, fields, form }: ProviderAnswer,
  cookie: string,
): Promise<Answer> {
  const text = new URLSearchParams(fields).toString()
  const headers = cookie ? { Cookie: cookie } : {}
  if (!form) return call(`${path}?${text}`, undefined, { headers })
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
  return call(path, undefined, { raw: text, headers: { ...headers, ...type } })
}

/** Where the browser was sent: `code` or `error` of the app's page. */
export function landing({ headers }: Answer): Record<string, string> {
  const location = headers.get('Location') ?? ''
  if (!location.startsWith(redirectTo)) return {}
  return Object.fromEntries(new URL(location).searchParams)
}

export type SocialTokens = Tokens & { user_created: boolean }

export function exchange(
  code: string,
  { verifier }: App,
  headers = {},
): Promise<Answer<SocialTokens>> {
  const body = { code, code_verifier: verifier }
  return call<SocialTokens>('/api/v1/auth/oauth/exchange', body, { headers })
}

/** The whole way to the app's page. */
export async function throughProvider(
  provider: string,
  person: Person,
  { query = {}, ...orders }: Orders & { query?: Record<string, string> } = {},
) {
  const app = await newApp()
  const begun = await begin(provider, app, query)
  const answer = await comeBack(await approve(begun, person, orders), begun.cookie)
  return { app, answer, ...landing(answer) } as {
    app: App
    answer: Answer
    code?: string
    error?: string
  }
}

/** The whole way to a session. */
export async function signInWith(
  provider: string,
  person: Person,
  orders: Orders = {},
): Promise<Answer<SocialTokens>> {
  const { code = '', app } = await throughProvider(provider, person, orders)
  return exchange(code, app)
}

const clients: Record<ProviderName, string> = {
  google: env.GOOGLE_CLIENT_IDS.split(',')[0] ?? '',
  facebook: env.FACEBOOK_CLIENT_ID,
  apple: env.APPLE_CLIENT_IDS.split(',')[1] ?? '',
  github: env.GITHUB_CLIENT_ID,
  microsoft: env.MICROSOFT_CLIENT_IDS,
}

export interface Native {
  id_token?: string
  access_token?: string
  nonce?: string
}

/** What the provider's own software gives to a mobile app. */
export async function nativeProof(
  provider: ProviderName,
  person: Person,
  {
    changes = {},
    fault,
    nonce = crypto.randomUUID(),
    client = clients[provider],
  }: Orders & {
    nonce?: string
    client?: string
  } = {},
): Promise<Native> {
  const { email_verified, ...rest } = person
  const order = {
    provider,
    client,
    nonce,
    ...rest,
    ...(email_verified ? { email_verified: 'on' } : {}),
    changes,
    ...(fault ? { fault } : {}),
  }
  const response = await fetch(`${env.PROVIDERS_ENDPOINT}/api/tokens`, {
    method: 'POST',
    body: JSON.stringify(order),
  })
  const given = (await response.json()) as Native
  return given.id_token ? { ...given, nonce } : given
}

export function nativeSignIn(
  provider: ProviderName,
  proof: Native | Record<string, unknown>,
  headers = {},
): Promise<Answer<SocialTokens>> {
  return call<SocialTokens>(`/api/v1/auth/social/${provider}`, proof, { headers })
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
