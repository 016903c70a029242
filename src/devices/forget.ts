import { sql } from 'drizzle-orm'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession } from '../sessions/live.ts'

/**
 * Forgets one of the caller's devices: its secret is unknown from now on. Sessions on it live on; they are ended by
 * themselves. Throws `NOT_FOUND` for another's, `TOKEN_INVALID`.
 */
export async function forgetDevice(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  deviceId: string,
): Promise<void> {
  const { tenant, claims, context } = caller
  const [row] = await ports.database.run<{ found: boolean }>(
    sql`with caller as (${callerSession(caller)}
      ), forgotten as (
        delete from devices d using caller
        where d.id = ${deviceId} and d.user_id = caller.user_id and d.tenant_id = ${tenant.id}
        returning d.user_id
      ), recorded as (${recordEvent(
        {
          action: 'device.forgotten',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`forgotten.user_id`,
          sessionId: claims.sessionId,
        },
        context,
        sql`forgotten`,
      )})
      select exists (select 1 from forgotten) as found from caller`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (!row.found) throw new AuthError('NOT_FOUND')
}
