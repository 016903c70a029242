import { GatehouseError } from '../error.ts'
import { Keys } from './keys.ts'
import { Revocations } from './revocations.ts'
import { type AccessClaims, readToken } from './token.ts'

/** As `client.tenants.get` answers it. */
export interface TrustedTenant {
  /** The `tid` of its tokens. */
  id: string
  /** The `iss` of its tokens; without it, the service's own, which is that of the default tenant. */
  issuer?: string
}

export interface VerifierOptions {
  /** Origin of the service, as it stands in `PUBLIC_URL`. */
  serviceUrl: string
  /** The tenants whose tokens are taken: a token of one is worth nothing to another. */
  tenants: readonly TrustedTenant[]
  /** Where its documents are asked for, if not there: an address inside of a network. */
  documentsUrl?: string
  /** Seconds by which clocks may differ. */
  leeway?: number
  fetch?: typeof fetch
  now?: () => number
}

export interface Verifier {
  /**
   * What the token says, once it is proven: its signature, type, issuer, tenant and time, and that its session has not
   * ended. Throws `TOKEN_INVALID` for every kind of wrong, `UNAVAILABLE` where it cannot be known.
   */
  verify(token: string): Promise<AccessClaims>
}

/**
 * Checks access tokens without a call to the service for each. Make one for a process and keep it: it holds the keys and
 * the list of ended sessions. A session that ends is refused within 20 seconds.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const { serviceUrl, tenants, leeway = 30, documentsUrl = serviceUrl, now = Date.now } = options
  const source = (path: string) => ({
    url: `${documentsUrl.replace(/\/+$/, '')}${path}`,
    fetch: options.fetch ?? ((...given: Parameters<typeof fetch>) => fetch(...given)),
    now,
  })
  const keys = new Keys(source('/.well-known/jwks.json'))
  const revocations = new Revocations(source('/.well-known/revocations'))

  function isMeantForUs({ iss, aud, tid, exp, iat, nbf }: AccessClaims): boolean {
    const seconds = now() / 1000
    const named = Array.isArray(aud) ? aud : [aud]
    return (
      tenants.some(({ id, issuer = serviceUrl }) => id === tid && issuer === iss) &&
      named.includes(`urn:gatehouse:tenant:${tid}`) &&
      exp > seconds - leeway &&
      iat < seconds + leeway &&
      (nbf ?? iat) < seconds + leeway
    )
  }

  return {
    async verify(text) {
      const token = readToken(text)
      // The cheap questions first: a stale or foreign token costs no look-up.
      if (!token || !isMeantForUs(token.claims)) throw invalid()
      const key = await known(keys.find(token.kid))
      if (!key) throw invalid()
      const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
      const { signature, signed } = token
      if (!(await crypto.subtle.verify(algorithm, key, signature, signed))) throw invalid()
      if (await known(revocations.has(token.claims.sid))) throw invalid()
      return token.claims
    },
  }
}

function invalid(): GatehouseError {
  return new GatehouseError('TOKEN_INVALID', { status: 401 })
}

async function known<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((cause: unknown) => {
    throw new GatehouseError('UNAVAILABLE', { status: 503, retryAfter: 1, cause })
  })
}
