import { z } from 'zod'
import { lazily } from '../../lazily.ts'
import { webauthn as policy } from '../../policy.ts'

export const keyKinds = ['passkey', 'security_key'] as const

export type KeyKind = (typeof keyKinds)[number]

/** Longer than any honest answer; the body limit holds before this. */
const longest = 32_768
const base64url = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .regex(/^[\w-]*$/)

const credentialId = lazily(() => base64url(Math.ceil((policy.credentialIdBytes * 4) / 3)).min(1))

/**
 * `PublicKeyCredential.toJSON()` (WebAuthn L3 §5.1). Its shape is the browser's and grows: unlike in our own objects,
 * members that are not read are let pass.
 */
const envelope = {
  id: credentialId,
  rawId: credentialId,
  type: lazily(() => z.literal('public-key')),
}

export const attestationResponse = lazily(() =>
  z.object({
    ...envelope,
    response: z.object({
      clientDataJSON: base64url(longest).min(1),
      attestationObject: base64url(longest).min(1),
      transports: z
        .array(z.string().regex(/^[a-z\d-]{1,32}$/))
        .max(16)
        .optional(),
    }),
  }),
)

export type AttestationResponse = z.infer<typeof attestationResponse>

export const assertionResponse = lazily(() =>
  z.object({
    ...envelope,
    response: z.object({
      clientDataJSON: base64url(longest).min(1),
      authenticatorData: base64url(longest).min(1),
      signature: base64url(longest).min(1),
      userHandle: base64url(128).nullish(),
    }),
  }),
)

export type AssertionResponse = z.infer<typeof assertionResponse>
