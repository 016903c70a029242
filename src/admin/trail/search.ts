import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { timestampText } from '../../accounts/user.ts'
import { before, since } from '../../audit/moments.ts'
import { openedOrigin } from '../../audit/origin.ts'
import { audit as policy } from '../../policy.ts'
import type { Caller } from '../../sessions/caller.ts'
import { startsWith } from '../starts-with.ts'

export const eventSchema = () =>
  z.object({
    id: z.uuid(),
    user_id: z.uuid().nullable(),
    /** Where the account is reached today: its address, else its number; null where it is gone or the event is nobody's. */
    account: z.string().nullable(),
    session_id: z.uuid().nullable(),
    action: z.string(),
    outcome: z.enum(['success', 'failure']),
    reason: z.string().nullable(),
    ip_prefix: z.string().nullable(),
    country: z.string().nullable(),
    user_agent: z.string().nullable(),
    request_id: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    occurred_at: z.string(),
    /** False for about a minute, until the trail is sealed. */
    sealed: z.boolean(),
  })

export type AuditEvent = z.infer<ReturnType<typeof eventSchema>>

export interface AuditSearch {
  user?: string | undefined
  action?: string | undefined
  outcome?: 'success' | 'failure' | undefined
  /** RFC 3339; the first moment, and the first one after. */
  from?: string | undefined
  to?: string | undefined
  /** How the address prefix begins. */
  ip?: string | undefined
  /** Events before this one. */
  cursor?: string | undefined
}

export interface FoundEvents {
  events: AuditEvent[]
  /** Rows that were looked at, and the last of them. */
  scanned: number
  last: string | null
}

/**
 * {@link FoundEvents} of the caller's tenant as one JSON value, newest first. Where somebody acted from is sealed in each
 * row: a search by address opens a bounded number of rows, and goes on from there with the next page.
 */
export function foundEvents(caller: Caller, search: AuditSearch, page: number): SQL {
  const matches =
    search.ip === undefined ? sql`true` : startsWith(sql`origin.opened ->> 'ip_prefix'`, search.ip)
  return sql`select jsonb_build_object('scanned', count(*), 'last', (array_agg(e.id order by e.id))[1],
      'events', coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'user_id', e.user_id,
        'account', coalesce(u.email, u.phone_e164), 'session_id', e.session_id, 'action', e.action,
        'outcome', e.outcome, 'reason', e.reason,
        'ip_prefix', origin.opened -> 'ip_prefix', 'country', origin.opened -> 'country',
        'user_agent', origin.opened -> 'user_agent', 'request_id', e.request_id, 'details', e.details,
        'occurred_at', ${timestampText(sql`e.occurred_at`)}, 'sealed', e.seal is not null)
        order by e.id desc) filter (where ${matches}), '[]'::jsonb))
    from (
      select * from audit_events e
      where e.tenant_id = ${caller.tenant.id} ${sql.join(conditions(search))}
      order by e.id desc limit ${rowsFor(search, page)}
    ) e cross join lateral (select ${openedOrigin} as opened) as origin
      left join users u on u.id = e.user_id and u.tenant_id = e.tenant_id`
}

/** What of it is one page, and where the next one begins: null at the end. */
export function pageOf(
  { events, scanned, last }: FoundEvents,
  search: AuditSearch,
  page: number,
): { events: AuditEvent[]; next: string | null } {
  if (events.length > page) {
    return { events: events.slice(0, page), next: events[page - 1]?.id ?? null }
  }
  return { events, next: scanned < rowsFor(search, page) ? null : last }
}

function rowsFor({ ip }: AuditSearch, page: number): number {
  return ip === undefined ? page + 1 : policy.originScan
}

function conditions({ user, action, outcome, from, to, cursor }: AuditSearch): SQL[] {
  return [
    ...(user === undefined ? [] : [sql` and e.user_id = ${user}::uuid`]),
    ...(action === undefined ? [] : [sql` and e.action = ${action}`]),
    ...(outcome === undefined ? [] : [sql` and e.outcome = ${outcome}`]),
    ...(cursor === undefined ? [] : [sql` and e.id < ${cursor}::uuid`]),
    ...(from === undefined ? [] : [since(Date.parse(from))]),
    ...(to === undefined ? [] : [before(Date.parse(to))]),
  ]
}
