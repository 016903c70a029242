import { sql } from 'drizzle-orm'
import { newDenial } from '../assurance/denial.ts'
import { requireStepUp, type StepUp, stepUpColumns } from '../assurance/step-up.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { deletion as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { liveSession } from '../sessions/live.ts'
import { timestampText } from './user.ts'

interface ClosingRow extends StepUp {
  [column: string]: unknown
  last_owner: boolean
  deletes_at: string | null
  message: OutboxRow | null
}

/**
 * Asks for the caller's account to be deleted. Every session ends now; the account becomes a tombstone when its time of
 * grace is over (`bury.ts`), unless its owner signs in before. Answers when that is.
 * Throws `TOKEN_INVALID`, `STEP_UP_REQUIRED`, `LAST_OWNER`.
 */
export async function closeAccount(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  { tenant, claims, context }: Caller,
): Promise<string> {
  const denial = await newDenial()
  const now = ports.clock.now()
  const message = await draft(ports, {
    when: new Date(now).toISOString(),
    place: context.country,
    deletes_at: new Date(now + policy.grace * 1_000).toISOString(),
    denial_token: denial.token,
  })
  // All owners are locked, in one order: of two last ones who leave at one moment the second sees that the first has.
  const [row] = await ports.database.run<ClosingRow>(
    sql`with owners as (
        select u.id from users u
        where u.tenant_id = ${tenant.id} and 'owner' = any(u.roles) and u.status = 'active' and u.deletes_at is null
          and exists (select from users o where o.id = ${claims.userId} and 'owner' = any(o.roles))
        order by u.id for no key update
      ), caller as (
        select u.*, ${stepUpColumns('close_account', tenant)}
        from sessions s join users u on u.id = s.user_id
        where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
          and (select count(*) from owners) >= 0
        for no key update of u, s
      ), verdict as (
        select caller.*, 'owner' = any(caller.roles)
          and not exists (select from owners where owners.id <> caller.id) as last_owner
        from caller
      ), closing as (
        update users u set deletes_at = now() + make_interval(secs => ${policy.grace}),
          authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp()
        from verdict where u.id = verdict.id and verdict.stepped_up and not verdict.last_owner
        returning u.*
      ), ended as (
        update sessions s set revoked_at = now(), revoked_reason = 'account_closing' from closing
        where s.user_id = closing.id and s.revoked_at is null
      ), told as (
        select tenant_id, id as user_id, email as recipient, locale,
          case when email is null then 'none' else 'account_closing' end as letter
        from closing
      ), message as (${outboxInsert(message, policy.grace, sql`told`)}
      ), denial as (${denial.insert(sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'account.closing',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`closing.id`,
          sessionId: claims.sessionId,
        },
        context,
        sql`closing`,
      )})
      select verdict.stepped_up, verdict.asked_level, verdict.asked_age, verdict.last_owner,
        (select ${timestampText(sql`closing.deletes_at`)} from closing) as deletes_at,
        (select to_jsonb(message) from message) as message
      from verdict`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  requireStepUp(row)
  if (row.last_owner) throw new AuthError('LAST_OWNER')
  if (!row.deletes_at) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (row.message) deliverSoon(ports, [row.message])
  return row.deletes_at
}
