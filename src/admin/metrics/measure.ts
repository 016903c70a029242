import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { before, since } from '../../audit/moments.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { administer, toRead } from '../authority.ts'

const daySchema = () =>
  z.object({
    /** `YYYY-MM-DD`, UTC */
    day: z.string(),
    sign_ins: z.int(),
    failures: z.array(
      z.object({ action: z.string(), reason: z.string().nullable(), count: z.int() }),
    ),
    /** Sign-ins that were asked for a second step. */
    challenged: z.int(),
    /** How many were asked for each that got in; null where nobody did. */
    challenge_rate: z.number().nullable(),
    deliveries: z.array(z.object({ channel: z.string(), status: z.string(), count: z.int() })),
    /** Texts by country, and how many of them somebody used. */
    texts: z.array(
      z.object({
        prefix: z.string(),
        sent: z.int(),
        verified: z.int(),
        verified_share: z.number().nullable(),
      }),
    ),
  })

export const metricsSchema = () => z.object({ days: z.array(daySchema()) })

export type Metrics = z.infer<ReturnType<typeof metricsSchema>>

type Day = Metrics['days'][number]

interface MeasuredRow {
  [column: string]: unknown
  events: { day: string; action: string; reason: string | null; count: number }[]
  deliveries: { day: string; channel: string; status: string; count: number }[]
  texts: { day: string; prefix: string; sent: number; verified: number }[]
}

/** Refusals of what somebody shows to get in. */
const failures = [
  'sign_in.refused',
  'mfa.refused',
  'webauthn.refused',
  'code.refused',
  'link.refused',
] as const

/** What happened in the caller's tenant on each day (UTC) of a range, both ends included. Throws as {@link administer}. */
export async function measure(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  range: { from: string; to: string },
): Promise<Metrics> {
  const row = await administer<MeasuredRow>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with administrator as (${administrator})
      select (${events(caller, range)}) as events, (${deliveries(caller, range)}) as deliveries,
        (${texts(caller, range)}) as texts
      from administrator`,
  )
  return { days: daysOf(range).map((day) => toDay(day, row)) }
}

/** By the index of tenant, action and id: only the events that are counted are read. */
function events({ tenant }: Caller, { from, to }: { from: string; to: string }): SQL {
  return sql`select coalesce(jsonb_agg(counted), '[]'::jsonb) from (
      select to_char(e.occurred_at at time zone 'utc', 'YYYY-MM-DD') as day, e.action,
        case when e.outcome = 'failure' then e.reason end as reason, count(*) as count
      from audit_events e
      where e.tenant_id = ${tenant.id}
        and e.action = any(${sql.param(['session.opened', 'sign_in.pending', ...failures])}::text[])
        ${since(Date.parse(from))} ${before(Date.parse(to) + dayMs)}
      group by 1, 2, 3
    ) as counted`
}

function deliveries({ tenant }: Caller, { from, to }: { from: string; to: string }): SQL {
  return sql`select coalesce(jsonb_agg(counted), '[]'::jsonb) from (
      select to_char(o.created_at at time zone 'utc', 'YYYY-MM-DD') as day, o.channel, o.status, count(*) as count
      from outbox o
      where o.tenant_id = ${tenant.id} and o.status <> 'none'
        and o.created_at >= ${from}::date::timestamp at time zone 'utc'
        and o.created_at < (${to}::date + 1)::timestamp at time zone 'utc'
      group by 1, 2, 3
    ) as counted`
}

/** The row `*` is the sum. */
function texts({ tenant }: Caller, { from, to }: { from: string; to: string }): SQL {
  return sql`select coalesce(jsonb_agg(jsonb_build_object('day', t.day, 'prefix', t.prefix, 'sent', t.sent,
      'verified', t.verified) order by t.prefix), '[]'::jsonb)
    from text_counts t
    where t.tenant_id = ${tenant.id} and t.day between ${from}::date and ${to}::date and t.prefix <> '*'`
}

const dayMs = 86_400_000

export function daysOf({ from, to }: { from: string; to: string }): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)]
  const count = Math.max(0, (last - first) / dayMs + 1)
  return Array.from({ length: count }, (_, at) =>
    new Date(first + at * dayMs).toISOString().slice(0, 10),
  )
}

function toDay(day: string, row: MeasuredRow): Day {
  const happened = row.events.filter((event) => event.day === day)
  const count = (action: string) =>
    happened.find((event) => event.action === action && event.reason === null)?.count ?? 0
  const [signIns, challenged] = [count('session.opened'), count('sign_in.pending')]
  return {
    day,
    sign_ins: signIns,
    failures: happened
      .filter(({ action }) => (failures as readonly string[]).includes(action))
      .map(({ action, reason, count: times }) => ({ action, reason, count: times }))
      .sort((left, right) => right.count - left.count),
    challenged,
    challenge_rate: share(challenged, signIns),
    deliveries: row.deliveries
      .filter((delivery) => delivery.day === day)
      .map(({ channel, status, count: times }) => ({ channel, status, count: times })),
    texts: row.texts
      .filter((text) => text.day === day)
      .map(({ prefix, sent, verified }) => ({
        prefix,
        sent,
        verified,
        verified_share: share(verified, sent),
      })),
  }
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1_000) / 1_000
}
