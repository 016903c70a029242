import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { newDenial } from '../assurance/denial.ts'
import { fewEvents } from '../audit/few-events.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { newBackupCodes } from '../methods/backup-codes/codes.ts'
import { mailBudget, database as policy, session } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { toBytea } from '../tokens/encoding.ts'
import { actingHolder, type SessionHolder } from './holder.ts'

/** More often than an account's codes are made anew at one moment. */
const tries = 3

/**
 * Ten new codes; the old ones die in the same statement, and the owner is told: each opens the account beside a password.
 * Throws `STEP_UP_REQUIRED`, `FORBIDDEN` (no second factor), `TOKEN_INVALID`, `UNAVAILABLE`.
 */
export async function renewBackupCodes(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  caller: Caller,
): Promise<string[]> {
  const holder = await actingHolder(ports, caller, 'renew_backup_codes')
  if (!holder.account.mfa_enabled) {
    throw new AuthError('FORBIDDEN', {
      detail: 'Backup codes stand in for a second factor: add one first.',
    })
  }
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const codes = await tryRenew(ports, caller, holder)
    if (codes) return codes
  }
  throw new AuthError('UNAVAILABLE', { retryAfter: policy.retryAfter, reason: 'account is busy' })
}

/**
 * Null where another statement wrote to the account meanwhile: codes that it has made would not be seen here, and would
 * live on beside these.
 */
async function tryRenew(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  { tenant, claims, context }: Caller,
  holder: SessionHolder,
): Promise<string[] | null> {
  const codes = await newBackupCodes(ports.config.keys.codes.current, holder.account.id)
  const rows = codes.map(
    ({ selector, hash }) => sql`(${uuidv7()}::uuid, ${selector}::text, ${toBytea(hash)}::bytea)`,
  )
  // A new selector may be that of an old code: that row is taken over, as one statement cannot remove and insert it.
  const denial = await newDenial()
  // As many as anybody may make an address receive.
  const { window, perWindow } = mailBudget
  const since = ports.clock.now() - window * 1_000
  const few = fewEvents(
    tenant,
    since,
    ['mfa.backup_codes_made'],
    perWindow,
    sql`e.user_id = holder.user_id`,
  )
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
    denial_token: denial.token,
  })
  const [row] = await ports.database.run<{ done: boolean; message: OutboxRow | null }>(
    sql`with live as (${holder.live}
      ), begun as (
        select u.id, u.xmin as version from users u join live on live.user_id = u.id
      ), holder as (
        update users u set backup_codes_told_at = null from begun where u.id = begun.id and u.xmin = begun.version
        returning u.id as user_id, u.tenant_id, u.email, u.locale
      ), made as (
        select code.*, holder.user_id from holder, (values ${sql.join(rows, sql`, `)}) as code (id, selector, hash)
      ), removed as (
        delete from backup_codes b using holder
        where b.user_id = holder.user_id and b.selector not in (select selector from made)
      ), coded as (
        insert into backup_codes (id, tenant_id, user_id, selector, code_hash)
        select id, ${tenant.id}::uuid, user_id, selector, hash from made
        on conflict (user_id, selector) do update set code_hash = excluded.code_hash, used_at = null, created_at = now()
      ), told as (
        select tenant_id, user_id, email as recipient, locale,
          case when email is null or not ${few} then 'none' else 'backup_codes_made' end as letter
        from holder
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), denial as (${denial.insert(sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'mfa.backup_codes_made',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`holder.user_id`,
          sessionId: claims.sessionId,
        },
        context,
        sql`holder`,
      )})
      select exists (select 1 from holder) as done, (select to_jsonb(message) from message) as message from live`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (!row.done) return null
  if (row.message) deliverSoon(ports, [row.message])
  return codes.map(({ text }) => text)
}
