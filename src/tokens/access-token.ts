import { CompactSign, decodeJwt, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { lazily } from '../lazily.ts'
import { accessToken as policy } from '../policy.ts'
import { defaultTenantSlug, type Tenant } from '../tenants/tenant.ts'
import { utf8 } from './encoding.ts'
import { signingKey, verificationKey } from './signing-keys.ts'

/** What an access token says (RFC 9068). */
export interface AccessClaims {
  userId: string
  sessionId: string
  amr: string[]
  acr: string
  /** Seconds since 1970 of the last proof. */
  authTime: number
  roles: string[]
  /** The account's authority version when it was issued. */
  version: number
}

const type = 'at+jwt'
const algorithm = 'ES256'
/** Three strict base64url parts; a last character with stray bits would be a second spelling of one token. */
const shape = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/
const maxLength = 4_096

const claimsSchema = lazily(() =>
  z.object({
    sub: z.uuid(),
    sid: z.uuid(),
    tid: z.uuid(),
    jti: z.uuid(),
    amr: z.array(z.string()),
    acr: z.string(),
    auth_time: z.int(),
    roles: z.array(z.string()),
    ver: z.int(),
  }),
)

function audienceOf({ id }: TokenTenant): string {
  return `urn:gatehouse:tenant:${id}`
}

/** What a token needs to know of its tenant. */
export type TokenTenant = Pick<Tenant, 'id' | 'slug'>

/** Issuer identifier (RFC 8414 §2): the service for the default tenant, and a path below it for every other. */
export function issuerOf({ publicUrl }: Pick<Config, 'publicUrl'>, { slug }: TokenTenant): string {
  return slug === defaultTenantSlug ? publicUrl : `${publicUrl}/t/${slug}`
}

/** Slug of the tenant whose issuer a token names, unproven: only where to look. Null where it names none of ours. */
export function namedTenant({ publicUrl }: Pick<Config, 'publicUrl'>, text: string): string | null {
  if (text.length > maxLength || !shape.test(text)) return null
  try {
    const { iss = '' } = decodeJwt(text)
    return iss.startsWith(`${publicUrl}/t/`) ? iss.slice(publicUrl.length + 3) : null
  } catch {
    return null
  }
}

/** Signs ES256 with the current key. `now` in milliseconds. */
export async function issueAccessToken(
  config: Config,
  tenant: TokenTenant,
  claims: AccessClaims,
  now: number,
): Promise<string> {
  const issuedAt = Math.floor(now / 1000)
  const payload = {
    iss: issuerOf(config, tenant),
    aud: audienceOf(tenant),
    sub: claims.userId,
    sid: claims.sessionId,
    tid: tenant.id,
    amr: claims.amr,
    acr: claims.acr,
    auth_time: claims.authTime,
    roles: claims.roles,
    ver: claims.version,
    iat: issuedAt,
    exp: issuedAt + policy.life,
    jti: crypto.randomUUID(),
  }
  const key = await signingKey(config.keys.jwt)
  return new CompactSign(utf8(JSON.stringify(payload)))
    .setProtectedHeader({ alg: algorithm, typ: type, kid: config.keys.jwt.current.kid })
    .sign(key)
}

/**
 * The claims of a token that this service issued for this tenant, or null for every kind of wrong.
 * Keys come from configuration only: `jku`, `x5u` and `jwk` in a header are not looked at (RFC 8725 §3.1, §3.10).
 */
export async function checkAccessToken(
  config: Config,
  tenant: TokenTenant,
  text: string,
  now: number,
): Promise<AccessClaims | null> {
  if (text.length > maxLength || !shape.test(text)) return null
  try {
    const { payload } = await jwtVerify(text, ({ kid }) => verificationKey(config.keys.jwt, kid), {
      algorithms: [algorithm],
      typ: type,
      issuer: issuerOf(config, tenant),
      audience: audienceOf(tenant),
      // Also refuses a token from the future.
      maxTokenAge: policy.life,
      clockTolerance: policy.leeway,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    })
    const claims = claimsSchema.parse(payload)
    if (claims.tid !== tenant.id) return null
    return {
      userId: claims.sub,
      sessionId: claims.sid,
      amr: claims.amr,
      acr: claims.acr,
      authTime: claims.auth_time,
      roles: claims.roles,
      version: claims.ver,
    }
  } catch {
    return null
  }
}
