import { type SQL, sql } from 'drizzle-orm'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError, type ErrorCode } from '../../errors.ts'
import type { Consent } from '../../forms/consents.ts'
import { signInLink as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { type AddressSignIn, signInByAddress } from '../../sessions/sign-in-by-address.ts'
import { requireMethod } from '../../tenants/methods.ts'
import { type TenantPorts, tenantNamed } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { type Bytes, toBytea } from '../../tokens/encoding.ts'
import { secretHash } from '../../tokens/secret.ts'
import { confirmationHash } from './confirmation.ts'

export interface LinkAttempt {
  token: string
  /** Typed where the link is opened elsewhere. */
  confirmationCode: string | null
  asker: Bytes | null
  consents: readonly Consent[]
}

export interface LinkSignIn extends AddressSignIn {
  redirectTo: string | null
}

/**
 * Exchanges a mailed link for a session, once. It works in the browser that asked for it; elsewhere whoever asked must
 * read a code to whoever opened it. A link that is bound to nothing opens no browser by itself: a stranger could ask
 * for one to their own account and have somebody else sign in there (login CSRF). Throws `TOKEN_INVALID_LINK`, `CONFIRMATION_REQUIRED`, `CODE_INVALID`.
 */
export async function verifySignInLink(
  ports: TenantPorts,
  tenant: Tenant,
  attempt: LinkAttempt,
  context: RequestContext,
): Promise<LinkSignIn> {
  requireMethod(tenant, 'magic_link')
  const tokenHash = await secretHash('signInLink', attempt.token)
  if (!tokenHash) throw new AuthError('TOKEN_INVALID_LINK', { reason: 'no link' })
  const shown = await spending(ports, tenant, tokenHash, attempt, context)
  const { consents } = attempt
  const method = 'magic_link'
  const proof = { tenant, method, kind: 'email', shown, prefix: null, consents, context } as const
  const signedIn = await signInByAddress(ports, proof)
  if (!signedIn) throw await refused(ports, tenant, tokenHash, attempt, context)
  // The list may be shorter than it was when the link was asked for. Where it has moved since this isolate read it, the
  // statement that opened the session was refused, and the tenant has been read again.
  const { redirect_to: redirectTo } = signedIn.shown
  const today = await tenantNamed(ports, tenant.slug)
  const isListed = today?.settings.redirectUrls.some((url) => url === redirectTo)
  return { ...signedIn, redirectTo: isListed ? String(redirectTo) : null }
}

const live = sql`used_at is null and expires_at > now() and code_failures < ${policy.tries}`

/** CTEs that end in `shown`: the link, where its asker or its code was shown. A wrong code counts on the locked row. */
async function spending(
  ports: Pick<Ports, 'config'>,
  tenant: Tenant,
  tokenHash: Bytes,
  { asker, confirmationCode: code }: LinkAttempt,
  { transport }: RequestContext,
): Promise<SQL> {
  const { all } = ports.config.keys.codes
  const hashes = code
    ? await Promise.all(all.map((key) => confirmationHash(key, tenant, tokenHash, code)))
    : []
  return sql`link as (
      select id, asker_hash = ${asker ? toBytea(asker) : null}::bytea
          or (asker_hash is null and ${transport !== 'cookie'}::boolean) as is_asker,
        code_hash = any(${sql.param(hashes.map(toBytea))}::bytea[]) as is_confirmed
      from sign_in_links
      where token_hash = ${toBytea(tokenHash)}::bytea and tenant_id = ${tenant.id} and ${live}
      for update
    ), missed as (
      update sign_in_links l set code_failures = l.code_failures + 1 from link
      where l.id = link.id and ${code !== null}::boolean and not coalesce(link.is_asker, false) and not link.is_confirmed
    ), shown as (
      update sign_in_links l set used_at = now() from link
      where l.id = link.id and (link.is_asker or link.is_confirmed)
      returning l.email as address, l.redirect_to
    )`
}

/** Only who holds a live link hears that a code is missing. */
async function refused(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  tokenHash: Bytes,
  { confirmationCode }: LinkAttempt,
  context: RequestContext,
): Promise<AuthError> {
  const [row] = await ports.database.run<{ is_live: boolean }>(
    sql`with link as (
        select ${live} as is_live from sign_in_links
        where token_hash = ${toBytea(tokenHash)}::bytea and tenant_id = ${tenant.id}
      ), recorded as (${recordEvent(
        {
          action: 'link.refused',
          outcome: 'failure',
          tenantId: tenant.id,
          userId: null,
          reason: confirmationCode ? 'code' : 'link',
        },
        context,
        sql`(select 1) as once`,
      )})
      select is_live from link`,
    'idempotent',
  )
  const code: ErrorCode = confirmationCode ? 'CODE_INVALID' : 'CONFIRMATION_REQUIRED'
  return new AuthError(row?.is_live ? code : 'TOKEN_INVALID_LINK', { reason: 'sign-in link' })
}
