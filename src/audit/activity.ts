import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { AuthError } from '../errors.ts'
import { audit as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession } from '../sessions/live.ts'
import { openedOrigin } from './origin.ts'

export const activitySchema = z.object({
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

export type Activity = z.infer<typeof activitySchema>

/** The caller's own audit trail, newest first. Throws `TOKEN_INVALID` where the session has ended. */
export async function listActivity(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  cursor: string | null,
): Promise<Activity> {
  const [row] = await ports.database.run<{ events: Activity['events'] }>(
    sql`with caller as (${callerSession(caller)})
      select coalesce((
        select jsonb_agg(jsonb_build_object('id', e.id, 'action', e.action, 'outcome', e.outcome, 'reason', e.reason,
          'session_id', e.session_id, 'ip_prefix', origin.opened -> 'ip_prefix', 'country', origin.opened -> 'country',
          'user_agent', origin.opened -> 'user_agent', 'occurred_at', ${timestampText(sql`e.occurred_at`)}) order by e.id desc)
        from (
          select * from audit_events
          where tenant_id = ${caller.tenant.id} and user_id = caller.user_id
            and (${cursor}::uuid is null or id < ${cursor}::uuid)
          order by id desc limit ${policy.activityPage + 1}
        ) e cross join lateral (select ${openedOrigin} as opened) as origin
      ), '[]'::jsonb) as events
      from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  const events = row.events.slice(0, policy.activityPage)
  const more = row.events.length > policy.activityPage
  return { events, next_cursor: more ? (events.at(-1)?.id ?? null) : null }
}
