import { z } from 'zod'
import type { Config } from '../../config.ts'
import { webauthn as policy } from '../../policy.ts'
import { toBase64url } from '../../tokens/encoding.ts'
import type { Challenge } from './challenge.ts'
import { relyingPartyId } from './relying-party.ts'
import type { Descriptor } from './store.ts'

const options = () => z.record(z.string(), z.unknown())

/** What `PublicKeyCredential.parse…OptionsFromJSON` takes (WebAuthn L3 §5.1.8, §5.1.9), beside the challenge's id. */
export const optionsSchema = () => z.object({ challenge_id: z.uuid(), options: options() })

export interface OptionsAnswer {
  challenge_id: string
  options: Record<string, unknown>
}

/** Options of `navigator.credentials.get`; without `keys` the authenticator offers what it has (usernameless). */
export function requestOptions(
  config: Config,
  { id, bytes }: Challenge,
  userVerification: 'required' | 'preferred',
  keys: readonly Descriptor[] | null,
): OptionsAnswer {
  return {
    challenge_id: id,
    options: {
      challenge: toBase64url(bytes),
      rpId: relyingPartyId(config),
      timeout: policy.challengeLife * 1_000,
      userVerification,
      ...(keys ? { allowCredentials: keys } : {}),
    },
  }
}
