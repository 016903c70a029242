import { sql } from 'drizzle-orm'
import { timestampText } from '../accounts/user.ts'
import { deliverSoon } from '../messages/deliver.ts'
import type { OutboxRow } from '../messages/outbox.ts'
import { draftToOwners, toOwners } from '../messages/to-owners.ts'
import { webhook as policy } from '../policy.ts'
import type { Ports, Row } from '../ports.ts'

type TellPorts = Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>

interface Untold extends Row {
  id: string
  url: string
  when: string
}

/** Endpoints in one sweep. */
const batch = 20

/** Writes to the owners of a tenant that an endpoint of theirs is off, once. */
export async function tellOwners(ports: TellPorts): Promise<void> {
  const untold = await ports.database.run<Untold>(
    sql`select e.id, e.url, ${timestampText(sql`e.updated_at`)} as when
      from webhook_endpoints e where e.status = 'off' and e.told_at is null
      order by e.updated_at limit ${batch}`,
    'idempotent',
  )
  for (const endpoint of untold) await tell(ports, endpoint)
}

/** The mark that nobody else has told, and a letter for each, in one statement. */
async function tell(ports: TellPorts, { id, url, when }: Untold): Promise<void> {
  const letters = await draftToOwners(ports, { when, host: new URL(url).host })
  const told = await ports.database.run<OutboxRow>(
    sql`with told as (
        update webhook_endpoints set told_at = now() where id = ${id}::uuid and status = 'off' and told_at is null
        returning tenant_id, null::uuid as id
      ), ${toOwners(letters, 'webhook_off', policy.noticeLife, sql`told`)}
      select * from told_owners`,
    'once',
  )
  deliverSoon(ports, told)
}
