import { sql } from 'drizzle-orm'
import { recordEvent } from '../../audit/record.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import type { OutboxRow } from '../../messages/outbox.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { administer, toWrite } from '../authority.ts'
import { lockedTarget, overreach, refuse, signedOut, type Verdict } from './target.ts'
import { draftNotice, told } from './tell.ts'

/** Ends every session of an account, and what is half done. Throws `FORBIDDEN`, and as {@link administer}. */
export async function revokeSessions(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  caller: Caller,
  userId: string,
): Promise<void> {
  const notice = await draftNotice(ports, ['signed_out'])
  const row = await administer<Verdict & { message: OutboxRow | null }>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with ${lockedTarget(administrator, caller, userId)}, verdict as (
        select target.id, 'owner' = any(administrator.roles) or not 'owner' = any(target.roles) as allowed
        from target, administrator
      ), changed as (
        update users u set authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp()
        from verdict where u.id = verdict.id and verdict.allowed
        returning u.*
      ), ${signedOut(sql`changed`, 'revoked_by_administrator')}, recorded as (${recordEvent(
        {
          action: 'admin.sessions_revoked',
          outcome: 'success',
          tenantId: caller.tenant.id,
          userId: sql`changed.id`,
          details: { administrator: caller.claims.userId },
        },
        caller.context,
        sql`changed`,
      )}), ${told(notice, caller, ports.clock.now(), sql`changed`)}, ${overreach(caller, sql`verdict`)}
      select verdict.allowed, false as last_owner, (select to_jsonb(message) from message) as message from verdict`,
    'once',
  )
  refuse(row)
  if (row.message) deliverSoon(ports, [row.message])
}
