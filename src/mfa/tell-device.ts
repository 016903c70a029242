import { type SQL, sql } from 'drizzle-orm'
import { newDenial } from '../assurance/denial.ts'
import type { RequestContext } from '../context.ts'
import { deliver } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxColumns, outboxInsert } from '../messages/outbox.ts'
import { session } from '../policy.ts'
import type { Ports } from '../ports.ts'

export interface DeviceTold {
  /** CTEs that may read `account` and `device`, of the sign-in that remembers the device. */
  effects: SQL
  /** Sends the letter, after the answer: the sign-in answers its own rows only, so the letter is read once more. */
  deliver(): void
}

/** Tells the owner of a device that stands for the second factor from now on. */
export async function tellDevice(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  context: RequestContext,
): Promise<DeviceTold> {
  const denial = await newDenial()
  const message = await draft(ports, {
    when: new Date(ports.clock.now()).toISOString(),
    place: context.country,
    denial_token: denial.token,
  })
  return {
    effects: sql`told as (
      select account.tenant_id, account.id as user_id, account.locale, account.email as recipient,
        case when account.email is null then 'none' else 'device_remembered' end as letter
      from account join device on device.id is not null
    ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
    ), denial as (${denial.insert(sql`told`)})`,
    deliver: () =>
      ports.background.run('device letter', async () => {
        const rows = await ports.database.run<OutboxRow>(
          sql`select ${outboxColumns} from outbox where id = ${message.id}::uuid`,
          'idempotent',
        )
        for (const row of rows) await deliver(ports, row, 1)
      }),
  }
}
