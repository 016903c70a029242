import { sql } from 'drizzle-orm'
import { requireStepUp, type StepUp, stepUpColumns } from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import type { VisibleKey } from './list.ts'
import { visibleKey } from './store.ts'

/** Gives a key another name. Throws `STEP_UP_REQUIRED`, `NOT_FOUND`, `TOKEN_INVALID`. */
export async function renameKey(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  id: string,
  name: string,
): Promise<VisibleKey> {
  const { tenant, claims, context } = caller
  const [row] = await ports.database.run<RenameRow>(
    sql`with caller as (
        select u.id, ${stepUpColumns('rename_key', tenant)}
        from sessions s join users u on u.id = s.user_id
        where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
      ), renamed as (
        update webauthn_credentials k set name = ${name} from caller
        where k.id = ${id} and k.user_id = caller.id and caller.stepped_up
        returning ${visibleKey} as key
      ), recorded as (${recordEvent(
        {
          action: 'webauthn.renamed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: claims.userId,
          sessionId: claims.sessionId,
        },
        context,
        sql`renamed`,
      )})
      select caller.stepped_up, caller.asked_level, caller.asked_age, renamed.key from caller left join renamed on true`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  requireStepUp(row)
  if (!row.key) throw new AuthError('NOT_FOUND')
  return row.key
}

interface RenameRow extends StepUp {
  [column: string]: unknown
  key: VisibleKey | null
}
