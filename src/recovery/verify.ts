import { sql } from 'drizzle-orm'
import { type AccountRow, accountColumn } from '../accounts/user.ts'
import { recordFailure } from '../assurance/record-failure.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { readBackupCode } from '../methods/backup-codes/codes.ts'
import { acceptNewPassword } from '../methods/password/accept.ts'
import {
  contextWords,
  type Holder,
  holderColumns,
  presentedLink,
  refuseUsed,
} from '../methods/password/replace.ts'
import { epochOf } from '../methods/password/store.ts'
import type { Admission, Ports, StoredHash } from '../ports.ts'
import { settingsHoldColumn } from '../tenants/current.ts'
import { byTodaysSettings, type TenantPorts } from '../tenants/resolve.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { secretHash } from '../tokens/secret.ts'
import { begin, type Reachable } from './begin.ts'
import { isLive, type Link, waits } from './link.ts'
import { recoverNow } from './recover-now.ts'

type VerifyPorts = TenantPorts &
  Pick<Ports, 'egress' | 'hasher' | 'mailer' | 'throttle' | 'passwordLists'>

export interface Wish {
  token: string
  new_password: string
  backup_code?: string | undefined
}

export type Recovery =
  | { status: 'recovered' }
  | { status: 'recovery_pending'; completes_at: string }

interface LinkHolder extends Holder, Reachable {
  backup_epoch: string
  /** The mailbox alone is not enough. */
  waits: boolean
  settings_hold: boolean
}

/**
 * Redeems a mailed recovery link with a new password. The mailbox alone recovers an account without second factors.
 * With one, or with one that a denial by mail has just taken, a backup code is what recovers at once; without a code the
 * wish waits, and the owner is told of it and can cancel: a stolen mailbox must not be worth more than both factors. A
 * refused password or code leaves the link open, until it was presented too often without a code; a rule that was made
 * stricter a moment ago refuses too.
 * Throws `TOKEN_INVALID_LINK`, `VALIDATION_FAILED`, `MFA_CODE_INVALID`, `TOO_MANY_ATTEMPTS`, `UNAVAILABLE`.
 */
export async function verifyRecovery(
  ports: VerifyPorts,
  tenant: Tenant,
  { token, ...wish }: Wish,
  context: RequestContext,
): Promise<Recovery> {
  // A full queue refuses before any work, but no place is held while other services are asked.
  ports.hasher.reserve().release()
  const tokenHash = await secretHash('recover', token)
  if (!tokenHash) throw new AuthError('TOKEN_INVALID_LINK')
  return byTodaysSettings(ports, tenant, (today) =>
    verifyBy(ports, { tenant: today, context, tokenHash }, wish),
  )
}

/** Null where the settings are no longer the tenant's: nothing was written. */
async function verifyBy(
  ports: VerifyPorts,
  link: Link,
  { new_password: password, backup_code: code }: Omit<Wish, 'token'>,
): Promise<Recovery | null> {
  const { tenant } = link
  const holder = await findHolder(ports, link, code)
  if (!holder) throw new AuthError('TOKEN_INVALID_LINK')
  if (!holder.settings_hold) return null
  await acceptNewPassword(ports, tenant, 'new_password', password, contextWords(holder.account))

  const slot = ports.hasher.reserve()
  try {
    // Counted before anything is compared: a wrong code leaves the link open, which would try passwords without end.
    const guess = await admitCode(ports, link, holder, code)
    await refuseUsed(slot, tenant, holder, 'new_password', password)
    const hash = await slot.hash(password)
    if (guess) return await recoverByCode(ports, link, holder, guess, hash)
    if (!holder.waits) return await recoverWithoutFactor(ports, link, hash)
    const completesAt = await begin(ports, link, holder, hash)
    return completesAt === null ? null : { status: 'recovery_pending', completes_at: completesAt }
  } finally {
    slot.release()
  }
}

/** A code that was counted and may now be compared. */
interface Guess {
  code: string
  admission: Admission
}

/** Null where no code is asked for, or none was given. Throws `TOO_MANY_ATTEMPTS`. */
async function admitCode(
  { throttle }: Pick<Ports, 'throttle'>,
  { tenant }: Link,
  { waits, account, backup_epoch: epoch }: LinkHolder,
  code: string | undefined,
): Promise<Guess | null> {
  if (!waits || !account.mfa_enabled || code === undefined) return null
  const admission = await throttle.admit({
    tenantId: tenant.id,
    authenticator: 'recovery',
    identifier: account.id,
    device: null,
    epoch: Number(epoch),
  })
  return { code, admission }
}

/** The link is counted, but where a code is, at the throttle: see {@link admitCode}. */
async function findHolder(
  ports: VerifyPorts,
  link: Link,
  code: string | undefined,
): Promise<LinkHolder | null> {
  const isCounted = sql`not (${code !== undefined}::boolean and u.mfa_enabled)`
  const [row] = await ports.database.run<LinkHolder & AccountRow>(
    sql`with ${presentedLink(isLive(link), isCounted)}
      select ${accountColumn('u')}, ${holderColumns}, ${settingsHoldColumn(link.tenant)}, ${waits} as waits,
        (select f.phone_e164 from factors f where f.user_id = u.id and f.phone_e164 is not null order by f.type limit 1) as factor_number,
        (select ${epochOf(sql`max(greatest(b.used_at, b.created_at))`)} from backup_codes b where b.user_id = u.id) as backup_epoch
      from presented join users u on u.id = presented.user_id`,
    'idempotent',
  )
  return row ?? null
}

async function recoverWithoutFactor(
  ports: VerifyPorts,
  link: Link,
  hash: StoredHash,
): Promise<Recovery | null> {
  const ready = sql`select user_id, null as selector from link where not overtaken`
  const row = await recoverNow(ports, link, hash, ready, 'no_second_factor')
  return row && { status: 'recovered' }
}

/** The mailbox and a backup code are two proofs. The code is spent by the statement that it lets through. */
async function recoverByCode(
  ports: VerifyPorts,
  link: Link,
  { account }: LinkHolder,
  { code, admission }: Guess,
  hash: StoredHash,
): Promise<Recovery | null> {
  const { tenant, context } = link
  const read = admission.disabled
    ? null
    : await readBackupCode(ports.config.keys.codes, account.id, code)
  const ready = sql`delete from backup_codes b using link
    where b.user_id = link.user_id and not link.overtaken and b.selector = ${read?.selector ?? null} and b.used_at is null
      and b.code_hash = any(${sql.param((read?.hashes ?? []).map(toBytea))}::bytea[])
    returning b.user_id, b.selector`
  const row = await recoverNow(ports, link, hash, ready, 'backup_code')
  if (!row) return null
  if (row.id) return { status: 'recovered' }

  const action = 'recovery.refused'
  await recordFailure(ports, { action, reason: 'backup_code', tenant, account, admission, context })
  throw new AuthError('MFA_CODE_INVALID', { reason: 'backup_code' })
}
