import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { isRemembered } from '../assurance/remembered-device.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession } from '../sessions/live.ts'

export const deviceSchema = () =>
  z.object({
    id: z.uuid(),
    user_agent: z.string().nullable(),
    platform: z.string().nullable(),
    created_at: z.string(),
    last_seen_at: z.string(),
    remembered_until: z.string(),
    /** The one that the caller's session was opened on. */
    current: z.boolean(),
  })

export type DeviceView = z.infer<ReturnType<typeof deviceSchema>>

/** The devices that stand for the caller's second factor, newest use first. Throws `TOKEN_INVALID`. */
export async function listDevices(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<DeviceView[]> {
  const [row] = await ports.database.run<{ devices: DeviceView[] }>(
    sql`with caller as (${callerSession(caller)})
      select coalesce((
        select jsonb_agg(jsonb_build_object('id', d.id, 'user_agent', d.user_agent, 'platform', d.platform,
          'created_at', ${timestampText(sql`d.created_at`)},
          'last_seen_at', ${timestampText(sql`d.last_seen_at`)},
          'remembered_until', ${timestampText(sql`d.remembered_until`)},
          'current', s.device_id is not distinct from d.id) order by d.last_seen_at desc, d.id)
        from devices d join users u on u.id = d.user_id join sessions s on s.id = caller.session_id
        where d.user_id = caller.user_id and ${isRemembered}
      ), '[]'::jsonb) as devices
      from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return row.devices
}
