import { type SQL, sql } from 'drizzle-orm'
import type { Act } from '../../messages/letters/changed-by-administrator.ts'
import { type Draft, draft, outboxInsert } from '../../messages/outbox.ts'
import { session } from '../../policy.ts'
import type { Ports } from '../../ports.ts'

/** The letter that tells an owner what an administrator has done. */
export function draftNotice(ports: Pick<Ports, 'clock' | 'config'>, acts: Act[]): Promise<Draft> {
  return draft(ports, { when: new Date(ports.clock.now()).toISOString(), acts })
}

/** CTEs that write the letter to the account of `changed` (a row of `users`), and end in one named `message`. */
export function told(notice: Draft, changed: SQL): SQL {
  return sql`told as (
      select c.tenant_id, c.id as user_id, case when c.email is null then 'none' else 'changed_by_administrator' end as letter,
        c.email as recipient, c.locale
      from ${changed} as c
    ), message as (${outboxInsert(notice, session.idleLife, sql`told`)}
    )`
}
