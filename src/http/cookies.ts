import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { device, session, social } from '../policy.ts'
import { deviceCookie } from './context.ts'
import type { HttpEnv } from './environment.ts'

const refreshCookie = 'refresh'

/** `__Host-`: this host only, https only, and no subdomain can plant one (RFC 6265bis §4.1.3.2). */
export const hostCookie = {
  prefix: 'host',
  path: '/',
  secure: true,
  httpOnly: true,
  sameSite: 'Strict',
} as const

export function refreshCookieOf(c: Context<HttpEnv>): string | undefined {
  return getCookie(c, refreshCookie, 'host')
}

/** Only for a browser that keeps its token in the cookie: another's sign-out must not touch it. */
export function clearRefreshCookie(c: Context<HttpEnv>): void {
  if (c.get('context').transport !== 'cookie') return
  deleteCookie(c, refreshCookie, hostCookie)
}

export function setDeviceCookie(c: Context<HttpEnv>, secret: string | null): void {
  if (secret) setCookie(c, deviceCookie, secret, { ...hostCookie, maxAge: device.life })
}

/** With the cookie transport the refresh token leaves in its cookie and never in a body. */
export function deliverTokens<T extends { refresh_token: string }>(
  c: Context<HttpEnv>,
  tokens: T,
): Omit<T, 'refresh_token'> & { refresh_token?: string } {
  if (c.get('context').transport === 'body') return tokens
  const { refresh_token: secret, ...visible } = tokens
  setCookie(c, refreshCookie, secret, { ...hostCookie, maxAge: session.idleLife })
  return visible
}

/**
 * What a sign-in at a provider needs when the browser comes back. `Lax` is enough where the provider sends the browser
 * here; `None` only where its own page posts here, as Apple's does.
 */
export function setTransactionCookie(
  c: Context<HttpEnv>,
  { name, sealed, crossSite }: { name: string; sealed: string; crossSite: boolean },
): void {
  const sameSite = crossSite ? 'None' : 'Lax'
  setCookie(c, name, sealed, { ...hostCookie, sameSite, maxAge: social.transactionLife })
}

/** Reads it once: the browser is told to forget it. */
export function takeTransactionCookie(c: Context<HttpEnv>, name: string): string | null {
  const sealed = getCookie(c, name, 'host')
  if (sealed === undefined) return null
  deleteCookie(c, name, hostCookie)
  return sealed
}
