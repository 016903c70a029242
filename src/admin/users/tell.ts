import { type SQL, sql } from 'drizzle-orm'
import type { AuditAction } from '../../audit/actions.ts'
import { day, fewEvents } from '../../audit/few-events.ts'
import type { Act } from '../../messages/letters/changed-by-administrator.ts'
import { type Draft, draft, outboxInsert } from '../../messages/outbox.ts'
import { administration, mailBudget, session } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import type { Tenant } from '../../tenants/tenant.ts'

/** The letter that tells an owner what an administrator has done. */
export function draftNotice(ports: Pick<Ports, 'clock' | 'config'>, acts: Act[]): Promise<Draft> {
  return draft(ports, { when: new Date(ports.clock.now()).toISOString(), acts })
}

/**
 * CTEs that write the letter to the account of `changed` (a row of `users`), and end in one named `message`. Beyond a
 * budget the act is done without a letter: ten an hour to one account, and those of the tenant to strangers.
 * @param keptBy whose the letter is; a deleted account keeps none
 */
export function told(
  notice: Draft,
  { tenant }: Caller,
  now: number,
  changed: SQL,
  keptBy = sql`c.id`,
): SQL {
  const { window, perWindow } = mailBudget
  return sql`told as (
      select c.tenant_id, ${keptBy} as user_id, c.email as recipient, c.locale,
        case when c.email is null or not ${fewEvents(tenant, now - window * 1_000, acts, perWindow, sql`e.user_id = c.id`)}
            or (${isStranger(sql`c`)} and not ${mayTellStranger(tenant, now)}) then 'none'
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
]

/** True for an account `c` whose address nobody has proven here: anybody may found a tenant and import whom they like. */
export function isStranger(account: SQL): SQL {
  return sql`(${account}.email_verified_at is null or exists (
    select from audit_events e where e.tenant_id = ${account}.tenant_id and e.user_id = ${account}.id
      and e.action = 'account.imported' and e.occurred_at >= ${account}.email_verified_at))`
}

/** Whether the administrators of a tenant may cause one more letter to a stranger today. */
export function mayTellStranger(tenant: Tenant, now: number): SQL {
  const { strangersPerDay } = administration
  return fewEvents(tenant, now - day, [...acts, 'admin.reset_started'], strangersPerDay)
}
