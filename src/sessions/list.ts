import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from './caller.ts'
import { callerSession, liveSession } from './live.ts'

export const sessionSchema = () =>
  z.object({
    id: z.uuid(),
    current: z.boolean(),
    created_at: z.string(),
    last_seen_at: z.string(),
    ip_prefix: z.string().nullable(),
    country: z.string().nullable(),
    user_agent: z.string().nullable(),
    platform: z.string().nullable(),
    amr: z.array(z.string()),
  })

export type SessionView = z.infer<ReturnType<typeof sessionSchema>>

/** The caller's live sessions, newest use first. Throws `TOKEN_INVALID` where the caller's own has ended. */
export async function listSessions(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<SessionView[]> {
  const [row] = await ports.database.run<{ sessions: SessionView[] }>(
    sql`with caller as (${callerSession(caller)})
      select coalesce((
        select jsonb_agg(jsonb_build_object('id', s.id, 'current', s.id = caller.session_id,
          'created_at', ${timestampText(sql`s.created_at`)},
          'last_seen_at', ${timestampText(sql`s.last_seen_at`)}, 'ip_prefix', s.ip_prefix,
          'country', s.country, 'user_agent', s.user_agent, 'platform', s.platform, 'amr', s.amr)
          order by s.last_seen_at desc, s.id)
        from sessions s join users u on u.id = s.user_id
        where s.user_id = caller.user_id and ${liveSession}
      ), '[]'::jsonb) as sessions
      from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return row.sessions
}
