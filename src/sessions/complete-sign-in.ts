import { type SQL, sql } from 'drizzle-orm'
import type { Account } from '../accounts/user.ts'
import { type Demand, demandOf, mayRememberDevice } from '../assurance/demand.ts'
import { assuranceOf, type Proof } from '../assurance/levels.ts'
import { type PendingKind, pendSignIn } from '../assurance/pending.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import { type TenantPorts, tenantToday } from '../tenants/resolve.ts'
import type { SignInMethod } from '../tenants/sign-in-methods.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { requireServedBuild } from '../versions/gate.ts'
import type { DeviceUse } from './device.ts'
import { type NotOpened, openSession } from './open.ts'
import { newTokens, type Tokens } from './tokens.ts'

export interface ProvenSignIn {
  tenant: Tenant
  /** The way in; null: the second step of a sign-in that was let in before. */
  method: SignInMethod | null
  account: Account
  proven: readonly Proof[]
  context: RequestContext
  knownDevice: string | null
  /** The known device stands for the second factor: whoever reads it must have asked for that. */
  deviceRemembered?: boolean
  /** What was proven is not taken from this account for now. */
  closed?: boolean
  /** Whether a tenant takes what was proven: asked of its settings of today, should they have moved. */
  isTaken?: (tenant: Tenant) => boolean
  /** A second factor was shown, and the device shall stand for it next time. */
  rememberDevice?: boolean
  /** What must be spent for it: see {@link openSession}. Only what a pending sign-in brings. */
  gate?: SQL
  /** What the method writes when the sign-in succeeds, in the same statement: see {@link openSession}. */
  effects: SQL | null
}

export interface SignedIn {
  tokens: Tokens & { refresh_token: string }
  /** A new secret for the browser's device cookie. */
  newDevice: string | null
}

/** A first factor is proven; the token stands for that until the second is. */
export interface SignInPending {
  pending: PendingKind
  token: string
  /** Kinds of factor that are taken next. */
  types: string[]
  /** A first factor is set up by a sign-in that shows the mailbox: this one did not. */
  mailboxFirst: boolean
}

export type SignInOutcome = SignedIn | SignInPending

/**
 * The only door to a session: every way to sign in ends here, and status, proven address, second factor and
 * tenant rules are applied here and nowhere else, so that no second path can forget one.
 * Throws `ACCOUNT_DISABLED`, `EMAIL_NOT_VERIFIED`, `SIGN_IN_METHOD_CLOSED`, `APP_UPDATE_REQUIRED`,
 * `INVALID_CREDENTIALS` (authority changed meanwhile).
 */
export async function completeSignIn(
  ports: TenantPorts,
  signIn: ProvenSignIn,
): Promise<SignInOutcome> {
  const outcome = await judge(ports, signIn)
  if (!('settingsHold' in outcome)) return outcome
  // Nothing was spent. It may have been judged by settings that are no longer the tenant's.
  const again = outcome.settingsHold
    ? outcome
    : await judge(ports, { ...signIn, tenant: await tenantToday(ports, signIn.tenant) })
  if (!('settingsHold' in again)) return again
  throw new AuthError('INVALID_CREDENTIALS', { reason: 'authority changed' })
}

async function judge(ports: TenantPorts, signIn: ProvenSignIn): Promise<SignInOutcome | NotOpened> {
  const { tenant, account, proven, context } = signIn
  requireServedBuild(tenant, context)
  const refusal = refusalOf(signIn)
  if (refusal) {
    await recordRefusal(ports, signIn, refusal)
    throw new AuthError(refusal)
  }
  const pending = pendingKinds[demandOf(tenant, account, assuranceOf(proven))]
  const remember = signIn.rememberDevice && mayRememberDevice(tenant, account)
  if (!pending) return tryOpen(ports, signIn, remember ? 'remember' : 'known')
  // The device saves its owner the second factor, nothing else: the session is worth what was shown. It is a gate of
  // its own, and a sign-in has one.
  const mayPass = signIn.deviceRemembered && !signIn.gate && mayRememberDevice(tenant, account)
  if (pending === 'challenge' && mayPass) {
    const opened = await tryOpen(ports, signIn, 'remembered')
    if (!('settingsHold' in opened)) return opened
  }

  const pended = await pendSignIn(ports, pending, signIn)
  return 'settingsHold' in pended ? pended : { pending, ...pended }
}

const pendingKinds: Readonly<Record<Demand, PendingKind | null>> = {
  nothing: null,
  second_factor: 'challenge',
  enrolment: 'enrolment',
}

async function tryOpen(
  ports: TenantPorts,
  signIn: ProvenSignIn,
  deviceUse: DeviceUse,
): Promise<SignedIn | NotOpened> {
  const assurance = assuranceOf(signIn.proven)
  const gate = signIn.gate ?? null
  const session = await openSession(ports, { ...signIn, assurance, gate, deviceUse })
  if ('settingsHold' in session) return session

  const tokens = await newTokens(ports, signIn.tenant, {
    id: session.id,
    account: session.account,
    refreshToken: session.refresh.text,
    amr: assurance.amr,
    acr: assurance.acr,
    authTime: session.authTime,
    refreshExpiresIn: signIn.tenant.settings.session.idleLife,
  })
  return { tokens, newDevice: session.newDevice }
}

type Refusal = 'ACCOUNT_DISABLED' | 'EMAIL_NOT_VERIFIED' | 'SIGN_IN_METHOD_CLOSED'

/** Rules that hold for every way in. Only someone who has proven the first factor hears of them. */
function refusalOf({ tenant, method, account, closed, isTaken }: ProvenSignIn): Refusal | null {
  if (method && !tenant.settings.signInMethods.includes(method)) return 'SIGN_IN_METHOD_CLOSED'
  if (closed || isTaken?.(tenant) === false) return 'SIGN_IN_METHOD_CLOSED'
  if (account.status === 'disabled') return 'ACCOUNT_DISABLED'
  if (!hasProvenAddress(tenant, account)) return 'EMAIL_NOT_VERIFIED'
  return null
}

function hasProvenAddress(tenant: Tenant, account: Account): boolean {
  if (account.status !== 'active') return false
  return account.email_verified || account.phone_verified || !tenant.settings.emailVerification
}

async function recordRefusal(
  ports: Pick<Ports, 'database'>,
  { tenant, account, context }: ProvenSignIn,
  refusal: Refusal,
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
