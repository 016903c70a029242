import { sql } from 'drizzle-orm'
import { recordEvent, unattended } from '../audit/record.ts'
import { deletion as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import { leftBehind, tombstoned } from './tombstone.ts'

/**
 * Makes tombstones of the accounts whose time of grace is over, one statement each: a sign-in at that moment either
 * cancels the deletion before or finds nobody. Then, for a while, takes what a request that was under way has left.
 */
export async function buryDeleted(ports: Pick<Ports, 'database'>): Promise<void> {
  const due = await ports.database.run<{ id: string; tenant_id: string }>(
    sql`select id, tenant_id from users where deletes_at <= now() and status <> 'deleted'
      order by deletes_at limit ${policy.batch}`,
    'idempotent',
  )
  for (const account of due) await bury(ports, account)
  await ports.database.run(
    sql`with gone as (
        select id from users where status = 'deleted'
          and deletes_at > now() - make_interval(secs => ${policy.leftBehindFor})
      ), ${leftBehind(sql`gone`)}
      select 1`,
    'idempotent',
  )
}

async function bury(
  ports: Pick<Ports, 'database'>,
  { id, tenant_id: tenantId }: { id: string; tenant_id: string },
): Promise<void> {
  await ports.database.run(
    sql`with owner as (
        select id from users
        where id = ${id} and tenant_id = ${tenantId} and deletes_at <= now() and status <> 'deleted'
        for update
      ), ${tombstoned(sql`owner`)}, recorded as (${recordEvent(
        {
          action: 'account.deleted',
          outcome: 'success',
          tenantId,
          userId: sql`tombstone.id`,
          reason: 'requested',
        },
        unattended,
        sql`tombstone`,
      )})
      select id from tombstone`,
    'idempotent',
  )
}
