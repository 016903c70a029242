import type { Config } from '../../config.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBase64url } from '../../tokens/encoding.ts'

/** Who asks for signatures, from the configuration and the tenant's settings only: no header of a request has a say. */
export interface RelyingParty {
  id: string
  /** The pages that `/.well-known/webauthn` lists (WebAuthn L3 §5.11), and the Android apps of `assetlinks.json`. */
  origins: string[]
}

/** One for all tenants: it is where the service is. What differs is which pages and apps may use it. */
export function relyingPartyId({ publicUrl }: Pick<Config, 'publicUrl'>): string {
  return new URL(publicUrl).hostname
}

export function relyingParty(config: Config, { settings }: Pick<Tenant, 'settings'>): RelyingParty {
  const android = settings.androidApps.map(({ fingerprint }) => androidOrigin(fingerprint))
  const own = new URL(config.publicUrl).origin
  return { id: relyingPartyId(config), origins: [own, ...settings.allowedOrigins, ...android] }
}

/** What Android's Credential Manager writes as the origin: the SHA-256 of the certificate that signed the app. */
function androidOrigin(fingerprint: string): string {
  const bytes = fingerprint.split(':').map((pair) => Number.parseInt(pair, 16))
  return `android:apk-key-hash:${toBase64url(Uint8Array.from(bytes))}`
}
