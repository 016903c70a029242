import { go, withTenant } from './router.tsx'

/** To signing in, and from there back to this page. */
export function signInFirst(): void {
  go(`/login?to=${encodeURIComponent(location.pathname)}`)
}

/** Where a sign-in leads: to the page that asked for it. The address is anybody's to write: it names pages of ours only. */
export function destination(): string {
  const to = new URLSearchParams(location.search).get('to') ?? ''
  return /^\/(account|console)(\/[\w-]+)*$/.test(to) ? to : '/account'
}

/** Where a provider sends the browser back to: for the same tenant, among whose addresses it has to be. */
export function callbackAddress(): string {
  return location.origin + withTenant('/auth/callback')
}
