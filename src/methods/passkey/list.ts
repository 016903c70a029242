import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { AuthError } from '../../errors.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { callerSession } from '../../sessions/live.ts'
import { keyKinds } from './fields.ts'
import { visibleKey } from './store.ts'

export const keySchema = () =>
  z.object({
    id: z.uuid(),
    name: z.string(),
    kind: z.enum(keyKinds),
    transports: z.array(z.string()),
    aaguid: z.uuid(),
    backup_eligible: z.boolean(),
    backed_up: z.boolean(),
    created_at: z.string(),
    last_used_at: z.string().nullable(),
  })

export type VisibleKey = z.infer<ReturnType<typeof keySchema>>

/** The caller's passkeys and security keys, the oldest first. Throws `TOKEN_INVALID`. */
export async function listKeys(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<VisibleKey[]> {
  const [row] = await ports.database.run<{ keys: VisibleKey[] }>(
    sql`with caller as (${callerSession(caller)})
      select (select coalesce(jsonb_agg(${visibleKey} order by k.created_at, k.id), '[]')
        from webauthn_credentials k where k.user_id = caller.user_id) as keys
      from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return row.keys
}
