import { sql } from 'drizzle-orm'
import { mustHaveSecondFactorColumn } from '../assurance/demand.ts'
import { stepUpColumn } from '../assurance/step-up.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { session } from '../policy.ts'
import type { Caller } from '../sessions/caller.ts'
import { liveSession } from '../sessions/live.ts'
import type { ProvePorts } from './prove.ts'
import { stepUp } from './step-up.ts'

export interface Removal {
  /** Kind of factor to remove. */
  type: string
  id?: string | undefined
  /** A code of any factor of one's own. */
  code: string
}

interface RemovalRow extends OutboxRow {
  found: boolean
  required: boolean
}

/**
 * Removes a second factor for who shows one; showing it raises the session, and a raised session may remove. With the
 * last factor the backup codes go too. Throws `MFA_CODE_INVALID`, `MFA_REQUIRED`, `NOT_FOUND`, `TOKEN_INVALID`.
 */
export async function removeFactor(
  ports: ProvePorts,
  caller: Caller,
  { type, id, code }: Removal,
): Promise<void> {
  const { tenant, claims, context } = caller
  await stepUp(ports, caller, { type: /^\d{6}$/.test(code) ? 'totp' : 'backup_code', code })
  const message = await draft(ports, { when: new Date(ports.clock.now()).toISOString() })
  const [row] = await ports.database.run<RemovalRow>(
    sql`with caller as (
        select u.*, ${stepUpColumn}, ${mustHaveSecondFactorColumn(tenant)}
        from sessions s join users u on u.id = s.user_id
        where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
        for update of u
      ), found as (
        select f.id, f.user_id from factors f join caller on caller.id = f.user_id
        where f.type = ${type} and (${id ?? null}::uuid is null or f.id = ${id ?? null}::uuid)
      ), removed as (
        delete from factors f using found, caller
        where f.id = found.id and caller.stepped_up and not caller.required
        returning f.user_id
      ), disabled as (
        update users set mfa_enabled = false from removed where users.id = removed.user_id
          and not exists (select 1 from factors f where f.user_id = removed.user_id
            and f.id not in (select id from found))
        returning users.id
      ), cleared as (
        delete from backup_codes b using disabled where b.user_id = disabled.id
      ), told as (
        select caller.tenant_id, caller.id as user_id, caller.locale, caller.email as recipient,
          case when caller.email is null then 'none' else 'factor_removed' end as letter
        from caller join removed on removed.user_id = caller.id
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'mfa.factor_removed',
          outcome: 'success',
          tenantId: tenant.id,
          userId: claims.userId,
          sessionId: claims.sessionId,
          reason: type,
        },
        context,
        sql`removed`,
      )})
      select message.*, exists (select 1 from found) as found, caller.required
      from caller left join message on true`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  if (!row.found) throw new AuthError('NOT_FOUND')
  if (row.required) throw new AuthError('MFA_REQUIRED')
  deliverSoon(ports, [row])
}
