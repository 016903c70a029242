import { type SQL, sql } from 'drizzle-orm'
import type { Proof } from '../assurance/levels.ts'
import { readBackupCode } from '../methods/backup-codes/codes.ts'
import { matchingStep, stepAt } from '../methods/totp/code.ts'
import { openSeed } from '../methods/totp/seed.ts'
import type { Ports } from '../ports.ts'
import { toBytea } from '../tokens/encoding.ts'
import type { Holder } from './holder.ts'

export type CheckPorts = Pick<Ports, 'clock' | 'config' | 'hasher'>

/**
 * Compares what was shown. A right one answers the CTE `spent` that uses it up, for the holder of the CTE `holder`;
 * null for any other. Counting has happened before.
 */
type Check = (ports: CheckPorts, holder: Holder, code: string) => Promise<SQL | null>

interface Checker {
  /** Grows with each success: see `Attempt.epoch`. */
  epoch(holder: Holder): number
  check: Check
}

export const checkers: Readonly<Record<Proof, Checker>> = {
  totp: { epoch: ({ factors }) => factors.totp?.epoch ?? 0, check: checkTotp },
  backup_code: { epoch: ({ factors }) => factors.backup_epoch, check: checkBackupCode },
  password: { epoch: ({ factors }) => factors.password?.epoch ?? 0, check: checkPassword },
}

async function checkTotp(ports: CheckPorts, holder: Holder, code: string): Promise<SQL | null> {
  const { tenant, account, factors } = holder
  if (!factors.totp) return null
  const { id, sealed, last_step: lastStep } = factors.totp
  const place = { tenantId: tenant.id, userId: account.id, factorId: id }
  const seed = await openSeed(ports.config.keys.totp, place, sealed)
  const now = ports.clock.now()
  const step = seed ? matchingStep(seed, code, lastStep, now) : null
  if (step === null) return null

  // The condition on the step decides between two who show one code, or two codes in the wrong order.
  return sql`spent as (
    update factors f set last_step = ${step}, drift = ${step - stepAt(now)}, last_used_at = now()
    from holder where f.id = ${id} and f.user_id = holder.user_id and f.last_step < ${step}
    returning f.user_id
  )`
}

async function checkBackupCode(
  ports: CheckPorts,
  { account }: Holder,
  code: string,
): Promise<SQL | null> {
  const read = await readBackupCode(ports.config.keys.codes, account.id, code)
  if (!read) return null
  return sql`spent as (
    update backup_codes b set used_at = now()
    from holder where b.user_id = holder.user_id and b.selector = ${read.selector}
      and b.code_hash = any(${sql.param(read.hashes.map(toBytea))}::bytea[]) and b.used_at is null
    returning b.user_id
  )`
}

/** A password raises only an account that has nothing stronger to show. */
async function checkPassword(
  ports: CheckPorts,
  { account, factors }: Holder,
  code: string,
): Promise<SQL | null> {
  if (account.mfa_enabled || !factors.password) return null
  const slot = ports.hasher.reserve()
  try {
    if (!(await slot.verify(code, factors.password))) return null
  } finally {
    slot.release()
  }
  return sql`spent as (
    update password_credentials c set proven_at = now()
    from holder where c.user_id = holder.user_id and c.hash = ${factors.password.phc}
    returning c.user_id
  )`
}
