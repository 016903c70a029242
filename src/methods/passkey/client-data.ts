import { webauthn as policy } from '../../policy.ts'
import { type Bytes, fromBase64url } from '../../tokens/encoding.ts'

export interface Answered {
  challenge: Bytes
  origin: string
}

/**
 * The challenge that a client says it answered (WebAuthn L3 §5.8.1) and where, or null where it answered from inside a frame of
 * another site or the text is none of ours. Type, origin and signature are checked by the library.
 * A frame is refused by any trace of one: a page of ours never asks from inside another site's.
 */
export function readClientData(clientDataJSON: string): Answered | null {
  const bytes = fromBase64url(clientDataJSON)
  const data = bytes ? parse(bytes) : null
  if (!data || (data.crossOrigin ?? false) !== false || data.topOrigin !== undefined) return null
  const { challenge: text, origin } = data
  if (typeof text !== 'string' || typeof origin !== 'string') return null
  const challenge = fromBase64url(text)
  return challenge?.length === policy.challengeBytes ? { challenge, origin } : null
}

function parse(bytes: Bytes): Record<string, unknown> | null {
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof data === 'object' && data !== null ? { ...data } : null
  } catch {
    return null
  }
}
