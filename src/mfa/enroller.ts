import { type SQL, sql } from 'drizzle-orm'
import { type Account, type AccountRow, accountColumn } from '../accounts/user.ts'
import { mayAddFactor, mayEnrolFirst } from '../assurance/first-factor.ts'
import { livePending, pendingHash, shownAlone } from '../assurance/pending.ts'
import { isSteppedUp } from '../assurance/step-up.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller, EnrollerProof } from '../sessions/caller.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { addingHolder, sessionHeld } from './holder.ts'
import { type CodePlace, type OpenCodes, openCodes } from './mailed-code.ts'

export interface Enroller {
  tenant: Tenant
  account: Account
  context: RequestContext
  /** Whoever knows no more than the password cannot hold up the owner, who enrols from here. */
  knownDevice: string | null
  hasTotp: boolean
  /** What a sign-in that must enrol has begun with; of a session, the mailbox or number that is all it has shown. */
  proven: readonly string[]
  /** What a code sent to them is bound to. */
  place: CodePlace
  placeId: string
  /** What was sent for it and is open. */
  codes: OpenCodes
  /** A CTE `enroller` (user_id, session_id, pending_id), locked: empty as soon as the right is gone. */
  live: SQL
}

/** Throws `TOKEN_INVALID`, `STEP_UP_REQUIRED`, `MAILBOX_PROOF_REQUIRED`. One read. */
export async function enrollerOf(
  ports: Pick<Ports, 'database'>,
  proof: EnrollerProof,
): Promise<Enroller> {
  if ('caller' in proof) return bySession(ports, proof.caller)
  return byEnrolmentToken(ports, proof)
}

async function bySession(ports: Pick<Ports, 'database'>, caller: Caller): Promise<Enroller> {
  const { tenant } = caller
  const holder = await addingHolder(ports, caller)
  const holds = sql`${isSteppedUp('add_factor', tenant)} and ${mayAddFactor(tenant)}`
  return {
    tenant,
    account: holder.account,
    context: caller.context,
    knownDevice: holder.knownDevice,
    hasTotp: holder.factors.totp !== null,
    proven: shownAlone(caller.claims.amr),
    place: holder.place,
    placeId: holder.placeId,
    codes: holder.codes,
    live: sessionHeld(caller, holds),
  }
}

/**
 * Opens only what leads to a first factor: an account that has one by now must show it. Throws `MAILBOX_PROOF_REQUIRED`
 * where a password is all that was shown.
 */
async function byEnrolmentToken(
  ports: Pick<Ports, 'database'>,
  { enrolmentToken, tenant, context }: Exclude<EnrollerProof, { caller: Caller }>,
): Promise<Enroller> {
  const hash = await pendingHash('enrolment', enrolmentToken)
  const live = sql`select p.user_id, null::uuid as session_id, p.id as pending_id
    from pending_sign_ins p join users u on u.id = p.user_id
    where p.token_hash = ${hash ? toBytea(hash) : null}::bytea and p.tenant_id = ${tenant.id}
      and p.kind = 'enrolment' and not u.mfa_enabled and ${livePending}`
  const [row] = hash
    ? await ports.database.run<EnrolmentRow>(
        sql`with enroller as (${live})
          select ${accountColumn('u')}, p.id as pending_id, p.proven, p.device_id as known_device, ${mayEnrolFirst(sql`u`, sql`p.proven`)} as may, ${openCodes(sql`p.id`)} as codes from enroller
            join users u on u.id = enroller.user_id join pending_sign_ins p on p.id = enroller.pending_id`,
        'idempotent',
      )
    : []
  if (!hash || !row) throw new AuthError('TOKEN_INVALID')
  if (!row.may) throw new AuthError('MAILBOX_PROOF_REQUIRED')
  const place = { pending: hash }
  // The first of two who bind by it makes the account one that has a factor: the lock lets the second see that.
  const locked = sql`${live} and ${mayEnrolFirst(sql`u`, sql`p.proven`)} for no key update of u, p`
  const { account, proven, codes } = row
  return {
    tenant,
    account,
    context,
    knownDevice: row.known_device,
    hasTotp: false,
    proven,
    place,
    placeId: row.pending_id,
    codes,
    live: locked,
  }
}

interface EnrolmentRow extends AccountRow {
  pending_id: string
  proven: string[]
  known_device: string | null
  /** See {@link mayEnrolFirst}. */
  may: boolean
  codes: OpenCodes
}
