/** What a link of a mail, or the way back from a provider, asks an app to do. */
export type Link =
  | {
      kind:
        | 'verifyEmail'
        | 'magicLink'
        | 'resetPassword'
        | 'recover'
        | 'cancelRecovery'
        | 'notMe'
        | 'invitation'
        | 'confirmEmail'
        | 'undoEmail'
      token: string
      /** Slug, where it is not the default tenant: the client that redeems it is one for this `tenant`. */
      tenant: string | null
    }
  | { kind: 'oauth'; url: string }

const kinds: Record<string, Exclude<Link['kind'], 'oauth'>> = {
  '/verify-email': 'verifyEmail',
  '/magic-link': 'magicLink',
  '/reset-password': 'resetPassword',
  '/recover': 'recover',
  '/recover/cancel': 'cancelRecovery',
  '/recover/not-me': 'notMe',
  '/accept-invitation': 'invitation',
  '/email/confirm': 'confirmEmail',
  '/email/undo': 'undoEmail',
}

/**
 * Reads a link that opened the app or the page; null for every other. Any app may send one: only those of the service's
 * own origin and the addresses that the app gave as `redirectTo` count. Nothing is redeemed by reading.
 */
export function readLink(
  link: string | URL,
  { origin, redirects = [] }: { origin: string; redirects?: readonly string[] },
): Link | null {
  const url = urlOf(link)
  if (!url) return null
  const [address] = url.href.split(/[?#]/)
  const isReturn = url.searchParams.has('code') || url.searchParams.has('error')
  if (isReturn && redirects.some((redirect) => redirect === address)) {
    return { kind: 'oauth', url: url.href }
  }
  const kind = url.origin === new URL(origin).origin ? kinds[url.pathname] : undefined
  const token = new URLSearchParams(url.hash.slice(1)).get('token')
  return kind && token ? { kind, token, tenant: url.searchParams.get('tenant') } : null
}

function urlOf(link: string | URL): URL | null {
  try {
    return new URL(link)
  } catch {
    return null
  }
}
