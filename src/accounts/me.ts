import { sql } from 'drizzle-orm'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { liveSession } from '../sessions/live.ts'
import { type AccountRow, accountColumn, toUser, type User } from './user.ts'

/** The caller's account. Throws `TOKEN_INVALID` where the session has ended. */
export async function me(ports: Pick<Ports, 'database'>, caller: Caller): Promise<User> {
  const { tenant, claims } = caller
  const [row] = await ports.database.run<AccountRow>(
    sql`select ${accountColumn('u')} from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return toUser(tenant, row.account)
}
