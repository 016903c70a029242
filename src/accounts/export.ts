import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { newDenial } from '../assurance/denial.ts'
import { requireStepUp, type StepUp, stepUpColumns } from '../assurance/step-up.ts'
import { type Activity, activitySchema, ownEvents, toPage } from '../audit/activity.ts'
import { fewEvents } from '../audit/few-events.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { lazily } from '../lazily.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { mailBudget, accountExport as policy, session } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { callerSession, liveSession } from '../sessions/live.ts'
import { type ExportedName, exported, exportedColumn, withheldOfUser } from './exported.ts'
import { timestampText } from './user.ts'

const rows = lazily(() => z.array(z.record(z.string(), z.unknown())))
const names = Object.keys(exported) as ExportedName[]

export const exportSchema = () =>
  z.object({
    exported_at: z.string(),
    tenant: z.object({ slug: z.string(), name: z.string() }),
    account: z.record(z.string(), z.unknown()),
    ...(Object.fromEntries(names.map((name) => [name, rows])) as Record<ExportedName, typeof rows>),
    activity: activitySchema(),
  })

export type AccountExport = z.infer<ReturnType<typeof exportSchema>>

interface ExportRow extends StepUp {
  [column: string]: unknown
  exported_at: string
  tenant_name: string
  account: Record<string, unknown>
  lists: Record<ExportedName, Record<string, unknown>[]>
  events: Activity['events']
  message: OutboxRow | null
}

type ExportPorts = Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>

/**
 * Everything that is kept of the caller, but for secrets. One statement reads it, with the newest part of the trail; a
 * long trail takes more of them, each bounded, and goes on by its cursor where even they end. The owner is told, as
 * whoever has a session could carry all of it away. Throws `TOKEN_INVALID`, `STEP_UP_REQUIRED`.
 */
export async function exportAccount(ports: ExportPorts, caller: Caller): Promise<AccountExport> {
  const row = await readAll(ports, caller)
  requireStepUp(row)
  if (row.message) deliverSoon(ports, [row.message])
  const activity = toPage(row.events, policy.eventsPage)
  for (let page = 1; page < policy.eventPages && activity.next_cursor; page += 1) {
    const more = await readMore(ports, caller, activity.next_cursor)
    activity.events.push(...more.events)
    activity.next_cursor = more.next_cursor
  }
  return {
    exported_at: row.exported_at,
    tenant: { slug: caller.tenant.slug, name: row.tenant_name },
    account: row.account,
    ...row.lists,
    activity,
  }
}

async function readAll(
  ports: ExportPorts,
  { tenant, claims, context }: Caller,
): Promise<ExportRow> {
  const denial = await newDenial()
  const when = new Date(ports.clock.now()).toISOString()
  const message = await draft(ports, { when, place: context.country, denial_token: denial.token })
  const mayRead = sql`caller.stepped_up`
  // A thief must not bury another letter under a thousand of these.
  const { window, perWindow } = mailBudget
  const begun = ports.clock.now() - window * 1_000
  const few = fewEvents(tenant, begun, ['account.exported'], perWindow, sql`e.user_id = caller.id`)
  const [row] = await ports.database.run<ExportRow>(
    sql`with caller as (
        select u.id, u.tenant_id, u.email, u.email_verified_at, u.locale, ${stepUpColumns('export_account', tenant)}
        from sessions s join users u on u.id = s.user_id
        where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
      ), told as (
        select tenant_id, id as user_id, email as recipient, locale,
          case when email_verified_at is null or not ${few} then 'none' else 'account_exported' end as letter
        from caller where ${mayRead}
      ), message as (${outboxInsert(message, session.idleLife, sql`told`)}
      ), denial as (${denial.insert(sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'account.exported',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`told.user_id`,
          sessionId: claims.sessionId,
        },
        context,
        sql`told`,
      )})
      select caller.stepped_up, caller.asked_level, caller.asked_age, ${timestampText(sql`now()`)} as exported_at,
        (select t.name from tenants t where t.id = caller.tenant_id) as tenant_name,
        (select to_jsonb(u) - ${sql.param(withheldOfUser)}::text[] from users u
          where u.id = caller.id and ${mayRead}) as account,
        (select ${exportedColumn()} from users u where u.id = caller.id and ${mayRead}) as lists,
        case when ${mayRead} then ${ownEvents(tenant, sql`caller.id`, null, policy.eventsPage)} end as events,
        (select to_jsonb(message) from message) as message
      from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return row
}

async function readMore(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  cursor: string,
): Promise<Activity> {
  const [row] = await ports.database.run<{ events: Activity['events'] }>(
    sql`with caller as (${callerSession(caller)})
      select ${ownEvents(caller.tenant, sql`caller.user_id`, cursor, policy.eventsPage)} as events from caller`,
    'idempotent',
  )
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  return toPage(row.events, policy.eventsPage)
}
