import { GatehouseError, isGatehouseError } from '../error.ts'
import type { AccessClaims } from './token.ts'
import type { Verifier } from './verify.ts'

/** What a route asks for beyond a good token. */
export interface Demand {
  /** One of these is enough. */
  roles?: readonly string[]
  /** The level of the sign-in (NIST SP 800-63B-4). */
  acr?: 'aal1' | 'aal2' | 'aal3'
  /** Seconds since the person has last proven who they are. */
  maxAge?: number
}

/** The claims of a request that may go on. Throws the refusal that it gets otherwise. */
export async function admit(
  verifier: Verifier,
  authorization: string | undefined,
  demand: Demand,
  now = Date.now(),
): Promise<AccessClaims> {
  const token = /^Bearer +([\w.-]+)$/i.exec(authorization ?? '')?.[1]
  if (!token) throw new GatehouseError('TOKEN_INVALID', { status: 401 })
  const claims = await verifier.verify(token)
  const { roles, acr = 'aal1', maxAge } = demand
  if (roles && !roles.some((role) => claims.roles.includes(role))) {
    throw new GatehouseError('FORBIDDEN', { status: 403 })
  }
  const isOld = maxAge !== undefined && claims.auth_time < now / 1000 - maxAge
  if (isOld || !reaches(claims.acr, acr)) {
    const extensions = { required_acr: acr, ...(maxAge === undefined ? {} : { max_age: maxAge }) }
    throw new GatehouseError('STEP_UP_REQUIRED', { status: 403, extensions })
  }
  return claims
}

const levels = ['aal1', 'aal2', 'aal3']

/** A level that is not known is worth nothing. */
function reaches(shown: string, asked: string): boolean {
  return levels.indexOf(shown) >= levels.indexOf(asked)
}

export interface Refusal {
  status: number
  headers: Record<string, string>
  body: string
}

const sentences: Record<string, string> = {
  TOKEN_INVALID: 'The access token is missing, wrong or expired',
  FORBIDDEN: 'Not allowed',
  STEP_UP_REQUIRED: 'A fresh or stronger sign-in is needed',
  UNAVAILABLE: 'A part of the service is unavailable',
}

/** As the service itself refuses: RFC 9457, with RFC 6750 and RFC 9470. What else went wrong is thrown on. */
export function refusalOf(error: unknown): Refusal {
  if (!isGatehouseError(error)) throw error
  const { code, status, retryAfter, extensions } = error
  const challenge = challengeOf(error)
  return {
    status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(challenge ? { 'WWW-Authenticate': challenge } : {}),
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    },
    body: JSON.stringify({
      type: 'about:blank',
      title: sentences[code] ?? code,
      status,
      code,
      ...extensions,
    }),
  }
}

function challengeOf(error: GatehouseError): string | undefined {
  if (error.status === 401) return 'Bearer error="invalid_token"'
  if (!isGatehouseError(error, 'STEP_UP_REQUIRED')) return undefined
  const { required_acr: level, max_age: age } = error.extensions
  const words = `Bearer error="insufficient_user_authentication", acr_values="${level}"`
  return age === undefined ? words : `${words}, max_age="${age}"`
}
