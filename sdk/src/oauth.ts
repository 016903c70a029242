import type { Identity, ServiceErrorCode } from './api.ts'
import type { Answer, Calls } from './calls.ts'
import { GatehouseError } from './error.ts'
import { type Digests, newProof } from './pkce.ts'
import type { ClientStorage } from './storage.ts'

export type Provider = 'google' | 'facebook' | 'apple' | 'github' | 'microsoft'

export interface OAuthStart {
  provider: Provider
  /** Where the browser comes back to: one of the addresses that the tenant has listed, exactly. */
  redirectTo: string
  /** To add the identity to the account that is signed in. */
  link?: boolean
}

export type OAuthResult =
  | { kind: 'signIn'; result: Answer<'POST /api/v1/auth/oauth/exchange'> }
  | { kind: 'link'; identity: Identity }

export interface OAuth {
  /** The address to send the browser to. What proves that it was this app that asked stays in the storage. */
  start(start: OAuthStart): Promise<string>
  /** With the address that the browser came back to: the session, or what is still owed. */
  finish(returned: string | URL): Promise<OAuthResult>
}

interface Pending {
  verifier: string
  provider: Provider
  link: boolean
}

interface OAuthParts {
  baseUrl: string
  tenant: string | undefined
  storage: ClientStorage
  digests: Digests
  calls: Pick<Calls, 'social'>
}

export function oauthOf({ baseUrl, tenant, storage, digests, calls }: OAuthParts): OAuth {
  return {
    async start({ provider, redirectTo, link = false }) {
      const { verifier, challenge } = await newProof(digests)
      const pending: Pending = { verifier, provider, link }
      await storage.write('gatehouse.pkce', JSON.stringify(pending))
      const query = new URLSearchParams({
        redirect_to: redirectTo,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(link ? { link: 'true' } : {}),
        // A browser that follows a link sends no header.
        ...(tenant ? { tenant } : {}),
      })
      return `${baseUrl}/api/v1/auth/oauth/${provider}?${query}`
    },

    async finish(returned) {
      const { searchParams } = new URL(returned)
      const text = await storage.read('gatehouse.pkce')
      // Spent whatever comes of it: a code is good once.
      await storage.remove('gatehouse.pkce')
      const error = searchParams.get('error')
      if (error) throw new GatehouseError(error as ServiceErrorCode, { status: 400 })
      const code = searchParams.get('code')
      // Without a verifier of its own this app asked for nothing: somebody else's code shall not sign in here.
      if (!text || !code) throw new GatehouseError('NO_SIGN_IN_PENDING')
      const { verifier, provider, link } = JSON.parse(text) as Pending
      const proof = { code, code_verifier: verifier }
      if (link) return { kind: 'link', identity: await calls.social.link(provider, proof) }
      return { kind: 'signIn', result: await calls.social.exchange(proof) }
    },
  }
}
