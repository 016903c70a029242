import { z } from 'zod'
import { type Account, toUser, userSchema } from '../accounts/user.ts'
import { accessToken } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { issueAccessToken } from '../tokens/access-token.ts'

/** What a sign-in or a refresh answers. With the cookie transport `refresh_token` travels in the cookie only. */
export const refreshedSchema = () =>
  z.object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int(),
    refresh_token: z.string().optional(),
    refresh_expires_in: z.int(),
    session_id: z.uuid(),
  })

export const tokensSchema = () => refreshedSchema().extend({ user: userSchema() })

export type RefreshedTokens = z.infer<ReturnType<typeof refreshedSchema>>
export type Tokens = z.infer<ReturnType<typeof tokensSchema>>

/** What an access token says of its account. */
export type TokenHolder = Pick<Account, 'id' | 'roles' | 'authority_version'>

/** Facts of a live session from which its tokens are made. */
export interface SessionFacts {
  id: string
  account: TokenHolder
  refreshToken: string
  amr: string[]
  acr: string
  /** Seconds since 1970. */
  authTime: number
  /** Seconds until the refresh token dies if it is not used. */
  refreshExpiresIn: number
}

export async function refreshedTokens(
  ports: Pick<Ports, 'config' | 'clock'>,
  tenant: Tenant,
  facts: SessionFacts,
): Promise<RefreshedTokens & { refresh_token: string }> {
  const claims = {
    userId: facts.account.id,
    sessionId: facts.id,
    amr: facts.amr,
    acr: facts.acr,
    authTime: facts.authTime,
    roles: facts.account.roles,
    version: facts.account.authority_version,
  }
  return {
    access_token: await issueAccessToken(ports.config, tenant, claims, ports.clock.now()),
    token_type: 'Bearer',
    expires_in: accessToken.life,
    refresh_token: facts.refreshToken,
    refresh_expires_in: Math.min(facts.refreshExpiresIn, tenant.settings.session.idleLife),
    session_id: facts.id,
  }
}

export async function newTokens(
  ports: Pick<Ports, 'config' | 'clock'>,
  tenant: Tenant,
  facts: SessionFacts & { account: Account },
): Promise<Tokens & { refresh_token: string }> {
  return { ...(await refreshedTokens(ports, tenant, facts)), user: toUser(tenant, facts.account) }
}
