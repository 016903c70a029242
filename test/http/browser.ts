import { type Answer, call, newUser, signIn, type Tokens } from '../support/client.ts'
import { cookiesOf } from './set-cookies.ts'

export const cookieName = '__Host-refresh'
export const cookieMode = { 'X-Token-Transport': 'cookie' }
export const ownPage = { ...cookieMode, 'Sec-Fetch-Site': 'same-origin' }

/** A browser that is signed in: its refresh token is in a cookie. */
export async function newBrowser() {
  const email = await newUser()
  const answer = await signIn(email, { headers: ownPage })
  const cookie = refreshCookie(answer)
  return { email, answer, cookie, token: answer.body.access_token }
}

type Browser = Awaited<ReturnType<typeof newBrowser>>
export type Headers = Record<string, string>

export function refresh(cookie: string, headers: Headers = ownPage, body: unknown = {}) {
  return call<Tokens>('/api/v1/auth/refresh', body, {
    headers: { ...headers, Cookie: `${cookieName}=${cookie}` },
  })
}

export function post(
  path: string,
  { token, cookie }: Browser,
  headers: Headers,
  body: unknown = {},
) {
  return call(`/api/v1/auth/${path}`, body, {
    token,
    headers: { ...headers, Cookie: `${cookieName}=${cookie}` },
  })
}

export function refreshCookie(answer: Answer<unknown>): string {
  return cookiesOf(answer)[cookieName]?.value ?? ''
}
