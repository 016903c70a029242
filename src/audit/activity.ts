import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { AuthError } from '../errors.ts'
import { audit as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession } from '../sessions/live.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { openedOrigin } from './origin.ts'

export const activitySchema = () =>
  z.object({
    events: z.array(
      z.object({
        id: z.uuid(),
        action: z.string(),
        outcome: z.enum(['success', 'failure']),
        reason: z.string().nullable(),
        session_id: z.uuid().nullable(),
        ip_prefix: z.string().nullable(),
        country: z.string().nullable(),
        user_agent: z.string().nullable(),
        occurred_at: z.string(),
      }),
    ),
    /** Pass as `cursor` for the next page; null on the last. */
    next_cursor: z.string().nullable(),
  })

export type Activity = z.infer<ReturnType<typeof activitySchema>>

/** The caller's own audit trail, newest first. Throws `TOKEN_INVALID` where the session has ended. */
export async function listActivity(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  cursor: string | null,
): Promise<Activity> {
  const [row] = await ports.database.run<{ events: Activity['events'] }>(
    sql`with caller as (${callerSession(caller)})
      select ${ownEvents(caller.tenant, sql`caller.user_id`, cursor, policy.activityPage)} as events from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return toPage(row.events, policy.activityPage)
}

/** JSON of a page of a user's events, newest first, and of the first one beyond it. */
export function ownEvents(
  { id: tenantId }: Pick<Tenant, 'id'>,
  userId: SQL,
  cursor: string | null,
  limit: number,
): SQL {
  return sql`coalesce((
    select jsonb_agg(jsonb_build_object('id', e.id, 'action', e.action, 'outcome', e.outcome, 'reason', e.reason,
      'session_id', e.session_id, 'ip_prefix', origin.opened -> 'ip_prefix', 'country', origin.opened -> 'country',
      'user_agent', origin.opened -> 'user_agent', 'occurred_at', ${timestampText(sql`e.occurred_at`)}) order by e.id desc)
    from (
      select * from audit_events
      where tenant_id = ${tenantId} and user_id = ${userId}
        and (${cursor}::uuid is null or id < ${cursor}::uuid)
      order by id desc limit ${limit + 1}
    ) e cross join lateral (
      -- Where an administrator acted from is not for the account that it was done to.
      select case when e.action not like 'admin.%' then ${openedOrigin} end as opened
    ) as origin
  ), '[]'::jsonb)`
}

/** What {@link ownEvents} has read, as a page. */
export function toPage(read: Activity['events'], limit: number): Activity {
  const events = read.slice(0, limit)
  return { events, next_cursor: read.length > limit ? (events.at(-1)?.id ?? null) : null }
}
