import { type SQL, sql } from 'drizzle-orm'
import type { Account } from '../accounts/user.ts'
import { type Assurance, assuranceOf, demandOf, type Factor } from '../assurance/demand.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { session as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { openSession } from './open.ts'
import { newTokens, type Tokens } from './tokens.ts'

export interface ProvenSignIn {
  tenant: Tenant
  account: Account
  proven: readonly Factor[]
  context: RequestContext
  knownDevice: string | null
  /** What the method writes when the sign-in succeeds, in the same statement: see {@link openSession}. */
  effects: SQL | null
}

export interface SignedIn {
  tokens: Tokens & { refresh_token: string }
  /** A new secret for the browser's device cookie. */
  newDevice: string | null
}

/**
 * The only door to a session: every way to sign in ends here, and status, proven address, second factor and
 * tenant rules are applied here and nowhere else, so that no second path can forget one.
 */
export async function completeSignIn(
  ports: Pick<Ports, 'clock' | 'config' | 'database'>,
  { tenant, account, proven, context, knownDevice, effects }: ProvenSignIn,
): Promise<SignedIn> {
  const assurance = assuranceOf(proven)
  const refusal = refusalOf(tenant, account, assurance)
  if (refusal) {
    await recordRefusal(ports, { tenant, account, context, refusal })
    throw new AuthError(refusal)
  }

  const session = await openSession(ports, {
    tenant,
    account,
    assurance,
    context,
    knownDevice,
    effects,
  })
  if (!session) throw new AuthError('INVALID_CREDENTIALS', { reason: 'authority changed' })

  const tokens = await newTokens(ports, tenant, {
    id: session.id,
    account: session.account,
    refreshToken: session.refresh.text,
    amr: assurance.amr,
    acr: assurance.acr,
    authTime: session.authTime,
    refreshExpiresIn: policy.idleLife,
  })
  return { tokens, newDevice: session.newDevice }
}

type Refusal = 'ACCOUNT_DISABLED' | 'EMAIL_NOT_VERIFIED' | 'STEP_UP_REQUIRED'

/** Rules that hold for every way in. Only someone who has proven the first factor hears of them. */
function refusalOf(tenant: Tenant, account: Account, assurance: Assurance): Refusal | null {
  if (account.status === 'disabled') return 'ACCOUNT_DISABLED'
  if (!hasProvenAddress(tenant, account)) return 'EMAIL_NOT_VERIFIED'
  // Until there are factors to ask for, an account that owes one gets no session: the door fails closed.
  if (demandOf(tenant, account, assurance) !== 'nothing') return 'STEP_UP_REQUIRED'
  return null
}

function hasProvenAddress(tenant: Tenant, account: Account): boolean {
  if (account.status !== 'active') return false
  return account.email_verified || account.phone_verified || !tenant.settings.emailVerification
}

async function recordRefusal(
  ports: Pick<Ports, 'database'>,
  {
    tenant,
    account,
    context,
    refusal,
  }: Omit<ProvenSignIn, 'proven' | 'knownDevice' | 'effects'> & { refusal: Refusal },
): Promise<void> {
  await ports.database.run(
    recordEvent(
      {
        action: 'sign_in.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: account.id,
        reason: refusal.toLowerCase(),
      },
      context,
      sql`(select 1) as once`,
    ),
    'idempotent',
  )
}
