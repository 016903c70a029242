import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../../accounts/user.ts'
import { AuthError } from '../../errors.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { callerSession } from '../../sessions/live.ts'

export const identitySchema = () =>
  z.object({
    id: z.uuid(),
    provider: z.string(),
    email: z.string().nullable(),
    created_at: z.string(),
    last_used_at: z.string().nullable(),
  })

export type Identity = z.infer<ReturnType<typeof identitySchema>>

/** An identity `o` as its owner sees it. */
export const identityObject = sql`jsonb_build_object('id', o.id, 'provider', o.provider, 'email', o.email,
  'created_at', ${timestampText(sql`o.created_at`)}, 'last_used_at', ${timestampText(sql`o.last_used_at`)})`

/** The caller's identities, oldest first. Throws `TOKEN_INVALID`. */
export async function listIdentities(
  { database }: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<Identity[]> {
  const [row] = await database.run<{ identities: Identity[] }>(
    sql`with caller as (${callerSession(caller)})
      select coalesce((
        select jsonb_agg(${identityObject} order by o.created_at, o.id)
        from oauth_accounts o where o.user_id = caller.user_id
      ), '[]'::jsonb) as identities
      from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return row.identities
}
