import { sql } from 'drizzle-orm'
import { timestampText } from '../accounts/user.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports, Row } from '../ports.ts'

type TellPorts = Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>

interface Untold extends Row {
  id: string
  url: string
  when: string
  owners: string[]
}

/** Endpoints in one sweep. */
const batch = 20

/** Writes to the owners of a tenant that an endpoint of theirs is off, once. */
export async function tellOwners(ports: TellPorts): Promise<void> {
  const untold = await ports.database.run<Untold>(
    sql`select e.id, e.url, ${timestampText(sql`e.updated_at`)} as when, coalesce((
        select jsonb_agg(o.id) from (
          select u.id from users u
          where u.tenant_id = e.tenant_id and u.status = 'active' and 'owner' = any(u.roles)
            and u.email_verified_at is not null
          order by u.created_at limit ${policy.ownersTold}
        ) o
      ), '[]'::jsonb) as owners
      from webhook_endpoints e where e.status = 'off' and e.told_at is null
      order by e.updated_at limit ${batch}`,
    'idempotent',
  )
  for (const endpoint of untold) await tell(ports, endpoint)
}

/** The mark that nobody else has told, and a letter for each, in one statement. */
async function tell(ports: TellPorts, { id, url, when, owners }: Untold): Promise<void> {
  const letters = await Promise.all(
    owners.map(async (owner) => ({
      owner,
      message: await draft(ports, { when, host: new URL(url).host }),
    })),
  )
  const parts = letters.map(({ owner, message }, at) => ({
    recipient: sql.raw(`owner_${at}`),
    letter: sql.raw(`letter_${at}`),
    owner,
    message,
  }))
  const written = parts.map(
    ({ recipient, letter, owner, message }) => sql`, ${recipient} as (
      select u.tenant_id, u.id as user_id, 'webhook_off' as letter, u.email as recipient, u.locale
      from users u join told on told.tenant_id = u.tenant_id where u.id = ${owner}::uuid
    ), ${letter} as (${outboxInsert(message, policy.noticeLife, recipient)})`,
  )
  const rows = parts.map(({ letter }) => sql`select * from ${letter}`)
  const outbox = sql.join(
    [sql`select * from ${sql.raw('letter_0')}`, ...rows.slice(1)],
    sql` union all `,
  )
  const told = sql`with told as (
      update webhook_endpoints set told_at = now() where id = ${id}::uuid and status = 'off' and told_at is null
      returning tenant_id
    )${sql.join(written)}`
  const statement =
    rows.length > 0 ? sql`${told} ${outbox}` : sql`${told} select tenant_id from told where false`
  deliverSoon(ports, await ports.database.run<OutboxRow>(statement, 'once'))
}
