import { sql } from 'drizzle-orm'
import { tombstoned } from '../../accounts/tombstone.ts'
import { recordEvent } from '../../audit/record.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import type { OutboxRow } from '../../messages/outbox.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { administer, toWrite } from '../authority.ts'
import { lockedTarget, overreach, refuse, type Verdict } from './target.ts'
import { draftNotice, told } from './tell.ts'

/**
 * Deletes an account at once, without the grace of those who leave by themselves: nothing of it is left but a tombstone,
 * and its address is free. Throws `FORBIDDEN`, `LAST_OWNER`, and as {@link administer}.
 */
export async function removeUser(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  caller: Caller,
  userId: string,
): Promise<void> {
  const notice = await draftNotice(ports, ['deleted'])
  const row = await administer<Verdict & { message: OutboxRow | null }>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with ${lockedTarget(administrator, caller, userId)}, verdict as (
        select target.id, target.is_last_owner as last_owner,
          'owner' = any(administrator.roles) or not 'owner' = any(target.roles) as allowed
        from target, administrator
      ), leaving as (
        select u.* from users u join verdict on verdict.id = u.id
        where verdict.allowed and not verdict.last_owner
      ), ${tombstoned(sql`leaving`)}, recorded as (${recordEvent(
        {
          action: 'admin.user_deleted',
          outcome: 'success',
          tenantId: caller.tenant.id,
          userId: sql`tombstone.id`,
          details: { administrator: caller.claims.userId },
        },
        caller.context,
        sql`tombstone`,
      )}), departed as (
        -- The letter is no longer the account's, which keeps none.
        select tenant_id, id, email, email_verified_at, locale from leaving
      ), ${told(notice, caller, ports.clock.now(), sql`departed`, sql`null::uuid`)}, ${overreach(caller, sql`verdict`)}
      select allowed, last_owner, (select to_jsonb(message) from message) as message from verdict`,
    'once',
  )
  refuse(row)
  if (row.message) deliverSoon(ports, [row.message])
}
