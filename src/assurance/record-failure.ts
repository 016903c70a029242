import { type SQL, sql } from 'drizzle-orm'
import type { Account } from '../accounts/user.ts'
import type { AuditAction } from '../audit/actions.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { session, throttle } from '../policy.ts'
import type { Admission, Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'

export interface Failure {
  action: AuditAction
  reason: string
  tenant: Tenant
  /** Null for an unknown address: the statement is the same, the row says `none`. */
  account: Account | null
  /** Of a session that was to prove more. */
  sessionId?: string
  admission: Admission
  /** Tells the owner whatever the count says, once an hour: this failure is no guess. */
  alarm?: boolean
  /** CTEs that belong to the same statement. */
  effects?: SQL | undefined
  context: RequestContext
}

/** A wrong secret in the trail and, at some counts, a letter to the owner. */
export async function recordFailure(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  {
    action,
    reason,
    tenant,
    account,
    sessionId,
    admission,
    alarm = false,
    effects,
    context,
  }: Failure,
): Promise<void> {
  const notify = alarm || throttle.noticesAt.includes(admission.count)
  const message = await draft(ports, { count: admission.count })
  const letter = notify ? (account?.email ? 'sign_in_failures' : 'none') : null
  const rows = await ports.database.run<OutboxRow>(
    sql`with told as (
        select ${tenant.id}::uuid as tenant_id, ${account?.id ?? null}::uuid as user_id,
          ${letter}::text as letter, ${account?.email ?? null}::text as recipient,
          ${account?.locale ?? context.locale}::text as locale
        where ${letter}::text is not null and (not ${alarm}::boolean or not exists (
          select from outbox o where o.user_id = ${account?.id ?? null}::uuid and o.letter = 'sign_in_failures'
            and o.created_at > now() - interval '1 hour'))
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action,
          outcome: 'failure',
          tenantId: tenant.id,
          userId: account?.id ?? null,
          sessionId: sessionId ?? null,
          reason,
        },
        context,
        sql`(select 1) as once`,
      )})${effects ? sql`, ${effects}` : sql``}
      select * from message`,
    // A lost answer must not make one wrong code count twice.
    effects ? 'once' : 'idempotent',
  )
  deliverSoon(ports, rows)
}

/**
 * Counts an attempt that has failed already. What is an alarm goes into the trail, with its letter, also where the count
 * refuses to count further: whoever fills it first would silence the alarm. Throws `TOO_MANY_ATTEMPTS`.
 */
export async function admitFailed(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  admit: () => Promise<Admission>,
  failure: Omit<Failure, 'admission'>,
): Promise<Admission> {
  try {
    return await admit()
  } catch (error) {
    if (failure.alarm) {
      await recordFailure(ports, { ...failure, admission: { count: 1, disabled: false } })
    }
    throw error
  }
}
