import { type Bytes, fromBase64url, sha256, toBase64url } from './encoding.ts'

const secretBytes = 32

/** The kinds of secret string that leave the service; the prefix lets scanners of leaked secrets name them. */
const prefixes = {
  verifyEmail: 'ghv_',
  resetPassword: 'ghp_',
  device: 'ghd_',
  mfa: 'ghm_',
  enrolment: 'ghe_',
  recover: 'ghx_',
  cancelRecovery: 'ghc_',
  denial: 'ghn_',
  changeEmail: 'ghw_',
  undoEmail: 'ghu_',
  signInLink: 'ghl_',
  asker: 'gha_',
  exchange: 'gho_',
  invitation: 'ghi_',
} as const

export type SecretKind = keyof typeof prefixes

export interface Secret {
  /** Given to one person, once. */
  text: string
  /** SHA-256 of its 256 random bits: all that is stored. */
  hash: Bytes
}

export async function newSecret(kind: SecretKind): Promise<Secret> {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes))
  return { text: prefixes[kind] + toBase64url(bytes), hash: await sha256(bytes) }
}

/** Hash of a presented secret, or null where the text is none of this kind: wrong prefix, length or spelling alike. */
export async function secretHash(kind: SecretKind, text: string): Promise<Bytes | null> {
  const prefix = prefixes[kind]
  if (!text.startsWith(prefix)) return null
  const bytes = fromBase64url(text.slice(prefix.length))
  if (bytes?.length !== secretBytes) return null
  return sha256(bytes)
}

/** Whether a text claims to be of a kind; {@link secretHash} says whether it can be. */
export function isSecret(kind: SecretKind, text: string): boolean {
  return text.startsWith(prefixes[kind])
}
