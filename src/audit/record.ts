import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { RequestContext } from '../context.ts'
import type { AuditAction } from './actions.ts'
import { sealedOrigin } from './origin.ts'

export interface AuditEntry {
  /** A new one unless told otherwise. */
  id?: string
  action: AuditAction
  outcome: 'success' | 'failure'
  tenantId: string
  /** Column or value of the account concerned. */
  userId: SQL | string | null
  sessionId?: SQL | string | null
  reason?: SQL | string | null
  /** Further facts: never a secret, never a value that someone may want erased. */
  details?: Record<string, string | null>
}

/** Where something comes from, as far as the trail keeps it. */
export type EventContext = Pick<RequestContext, 'country' | 'userAgent'> & {
  ipPrefix: string | null
  requestId: string | null
}

/** What the service does by itself. */
export const unattended: EventContext = {
  country: null,
  userAgent: null,
  ipPrefix: null,
  requestId: null,
}

/**
 * One row of the trail, as the INSERT that stands in the same statement as the effect: `from` names the CTE
 * whose rows are the effect, so that no row is written where nothing happened.
 */
export function recordEvent(entry: AuditEntry, context: EventContext, from: SQL): SQL {
  return sql`insert into audit_events
    (id, tenant_id, user_id, session_id, action, outcome, reason, origin, request_id, details)
    select ${entry.id ?? uuidv7()}::uuid, ${entry.tenantId}::uuid, concerned.user_id, ${entry.sessionId ?? null}::uuid,
      ${entry.action}, ${entry.outcome}, ${entry.reason ?? null}::text, ${sealedOrigin(context, sql`concerned.user_id`)},
      ${context.requestId}, ${JSON.stringify(entry.details ?? {})}::jsonb
    from ${from} cross join lateral (select ${entry.userId}::uuid as user_id) as concerned
    on conflict (id) do nothing`
}
