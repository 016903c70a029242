import { fromBase64url, toBase64url } from '../../tokens/encoding.ts'

/** The account's id as the 16 bytes that an authenticator keeps with a passkey (WebAuthn L3 §5.4.3): no personal data. */
export function userHandle(userId: string): string {
  const pairs = userId.replaceAll('-', '').match(/../g) ?? []
  return toBase64url(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)))
}

export function isHandleOf(userId: string, shown: string): boolean {
  return fromBase64url(shown) !== null && shown === userHandle(userId)
}
