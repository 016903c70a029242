import { type SQL, sql } from 'drizzle-orm'
import { outbox as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Letter } from './letters/table.ts'
import { type Draft, draft, outboxInsert } from './outbox.ts'

/** One letter for each owner who may be told: a seal is bound to its row, and who they are is known to the database. */
export function draftToOwners(
  ports: Pick<Ports, 'config'>,
  payload: Letter['payload'],
): Promise<Draft[]> {
  return Promise.all(Array.from({ length: policy.ownersTold }, () => draft(ports, payload)))
}

/**
 * CTEs that write a letter to the owners of the tenant of `occasion` (at most one row with tenant_id and `id`, an account
 * that is not told), the longest-standing first. They end in `told_owners`, rows of the outbox.
 */
export function toOwners(
  drafts: readonly Draft[],
  letter: Letter['letter'],
  life: number,
  occasion: SQL,
): SQL {
  const [ids, seals] = [drafts.map(({ id }) => id), drafts.map(({ sealed }) => sealed)]
  return sql`addressed_owners as (
      select o.tenant_id, o.id as user_id, ${letter}::text as letter, o.email as recipient, o.locale, d.id as draft, d.sealed
      from (
        select u.tenant_id, u.id, u.email, u.locale, row_number() over (order by u.created_at, u.id) as place
        from users u join ${occasion} as c on c.tenant_id = u.tenant_id and c.id is distinct from u.id
        where u.roles && '{owner,admin}'::text[] and 'owner' = any(u.roles) and u.status = 'active'
          and u.deletes_at is null and u.email_verified_at is not null
      ) o join unnest(${sql.param(ids)}::uuid[], ${sql.param(seals)}::text[]) with ordinality as d (id, sealed, place)
        on d.place = o.place
    ), told_owners as (${outboxInsert(
      { id: sql`source.draft`, sealed: sql`source.sealed` },
      life,
      sql`addressed_owners`,
    )}
    )`
}
