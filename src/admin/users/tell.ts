import { type SQL, sql } from 'drizzle-orm'
import type { AuditAction } from '../../audit/actions.ts'
import type { Act } from '../../messages/letters/changed-by-administrator.ts'
import { type Draft, draft, outboxInsert } from '../../messages/outbox.ts'
import { administration, mailBudget, session } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { since } from '../trail/search.ts'

/** Milliseconds */
const day = 86_400_000

/** The letter that tells an owner what an administrator has done. */
export function draftNotice(ports: Pick<Ports, 'clock' | 'config'>, acts: Act[]): Promise<Draft> {
  return draft(ports, { when: new Date(ports.clock.now()).toISOString(), acts })
}

/**
 * CTEs that write the letter to the account of `changed` (a row of `users`, its window of registration counted), and end
 * in one named `message`. Beyond a budget the act is done without a letter.
 */
export function told(notice: Draft, { tenant }: Caller, now: number, changed: SQL): SQL {
  return sql`told as (
      select c.tenant_id, c.id as user_id, c.email as recipient, c.locale,
        case when c.email is null or c.mail_window_count > ${mailBudget.perWindow} or not ${mayTell(tenant, now)} then 'none'
          else 'changed_by_administrator' end as letter
      from ${changed} as c
    ), message as (${outboxInsert(notice, session.idleLife, sql`told`)}
    )`
}

const acts: readonly AuditAction[] = [
  'admin.user_disabled',
  'admin.user_enabled',
  'admin.user_deleted',
  'admin.roles_changed',
  'admin.sessions_revoked',
  'admin.reset_started',
]

/** Whether the administrators of a tenant may cause one more letter by what they do to accounts. */
export function mayTell(tenant: Tenant, now: number): SQL {
  return fewToday(tenant, now, acts, administration.lettersPerDay)
}

/**
 * Whether the trail of a tenant has fewer of these events than so many within a day. Letters to strangers are counted by
 * it, as anybody may found a tenant and import whom they like: the rows that a deletion takes would begin anew.
 * @param now milliseconds since 1970
 */
export function fewToday(
  { id }: Tenant,
  now: number,
  actions: readonly AuditAction[],
  most: number,
): SQL {
  return sql`(select count(*) from (
      select from audit_events e
      where e.tenant_id = ${id} and e.action = any(${sql.param(actions)}::text[])${since(now - day)}
      limit ${most}
    ) as caused) < ${most}`
}
