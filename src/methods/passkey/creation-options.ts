import type { Account } from '../../accounts/user.ts'
import type { Config } from '../../config.ts'
import { webauthn as policy, serviceName } from '../../policy.ts'
import { toBase64url } from '../../tokens/encoding.ts'
import { algorithms } from './algorithms.ts'
import type { Challenge } from './challenge.ts'
import type { KeyKind } from './fields.ts'
import { relyingPartyId } from './relying-party.ts'
import type { OptionsAnswer } from './request-options.ts'
import type { Descriptor } from './store.ts'
import { userHandle } from './user-handle.ts'

/** What each kind asks of an authenticator (WebAuthn L3 §5.4.4). */
const asked = {
  // Found without a name, and verifies its user: it can stand for a whole sign-in.
  passkey: {
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
    hints: [],
  },
  // Takes no place on the key; a PIN is welcome.
  security_key: {
    authenticatorSelection: {
      authenticatorAttachment: 'cross-platform',
      residentKey: 'discouraged',
      requireResidentKey: false,
      userVerification: 'preferred',
    },
    hints: ['security-key'],
  },
} as const satisfies Record<KeyKind, object>

/** Options of `navigator.credentials.create`. No attestation: whose make a key is decides nothing here. */
export function creationOptions(
  config: Config,
  { id, bytes }: Challenge,
  kind: KeyKind,
  account: Account,
  existing: readonly Descriptor[],
): OptionsAnswer {
  const name = account.email ?? account.phone_e164 ?? account.id
  const displayName = [account.first_name, account.last_name].filter(Boolean).join(' ') || name
  return {
    challenge_id: id,
    options: {
      rp: { id: relyingPartyId(config), name: serviceName },
      user: { id: userHandle(account.id), name, displayName },
      challenge: toBase64url(bytes),
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
      timeout: policy.challengeLife * 1_000,
      attestation: 'none',
      excludeCredentials: existing,
      ...asked[kind],
      extensions: { credProps: true },
    },
  }
}
