import { type SQL, sql } from 'drizzle-orm'
import type { Config } from '../../config.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBase64url } from '../../tokens/encoding.ts'

/** Who asks for signatures, from the configuration and the tenant's settings only: no header of a request has a say. */
export interface RelyingParty {
  id: string
  /** The pages that `/.well-known/webauthn` lists (WebAuthn L3 §5.11), and the Android apps of `assetlinks.json`. */
  origins: string[]
  /** The same as a condition, by the settings of today: an isolate may remember an origin that was taken off the list. */
  takes(origin: string): SQL
}

/** One for all tenants: it is where the service is. What differs is which pages and apps may use it. */
export function relyingPartyId({ publicUrl }: Pick<Config, 'publicUrl'>): string {
  return new URL(publicUrl).hostname
}

export function relyingParty(
  config: Config,
  { id, settings }: Pick<Tenant, 'id' | 'settings'>,
): RelyingParty {
  const android = settings.androidApps.map(({ fingerprint }) => androidOrigin(fingerprint))
  const own = new URL(config.publicUrl).origin
  return {
    id: relyingPartyId(config),
    origins: [own, ...settings.allowedOrigins, ...android],
    takes: (origin) => (origin === own ? sql`true` : takenToday(config, id, settings, origin)),
  }
}

/** A tenant's own lists stand in its row; where it has none, they are the operator's. */
function takenToday(
  { allowedOrigins, apps }: Config,
  tenantId: string,
  { androidApps }: Tenant['settings'],
  origin: string,
): SQL {
  const prints = androidApps
    .map(({ fingerprint }) => fingerprint)
    .filter((fingerprint) => androidOrigin(fingerprint) === origin)
  return sql`exists (
    select from tenants t where t.id = ${tenantId}
      and (jsonb_exists(coalesce(t.settings -> 'allowed_origins', ${JSON.stringify(allowedOrigins)}::jsonb), ${origin})
        or exists (
          select from jsonb_array_elements(coalesce(t.settings -> 'android_apps', ${JSON.stringify(apps.android)}::jsonb)) as app
          where app ->> 'fingerprint' = any(${sql.param(prints)}::text[])
        )))`
}

/** What Android's Credential Manager writes as the origin: the SHA-256 of the certificate that signed the app. */
function androidOrigin(fingerprint: string): string {
  const bytes = fingerprint.split(':').map((pair) => Number.parseInt(pair, 16))
  return `android:apk-key-hash:${toBase64url(Uint8Array.from(bytes))}`
}
