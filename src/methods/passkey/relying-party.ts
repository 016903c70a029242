import type { Config } from '../../config.ts'
import { toBase64url } from '../../tokens/encoding.ts'

/** Who asks for signatures, from the configuration only: no header of a request has a say. */
export interface RelyingParty {
  id: string
  /** The pages that `/.well-known/webauthn` lists (WebAuthn L3 §5.11), and the Android apps of `assetlinks.json`. */
  origins: string[]
}

export function relyingParty({ publicUrl, allowedOrigins, apps }: Config): RelyingParty {
  const android = apps.android.map(({ fingerprint }) => androidOrigin(fingerprint))
  return { id: new URL(publicUrl).hostname, origins: [...allowedOrigins, ...android] }
}

/** What Android's Credential Manager writes as the origin: the SHA-256 of the certificate that signed the app. */
function androidOrigin(fingerprint: string): string {
  const bytes = fingerprint.split(':').map((pair) => Number.parseInt(pair, 16))
  return `android:apk-key-hash:${toBase64url(Uint8Array.from(bytes))}`
}
