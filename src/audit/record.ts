import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { RequestContext } from '../context.ts'

export type AuditAction =
  | 'account.registered'
  | 'account.verified'
  | 'account.address_released'
  | 'account.profile_changed'
  | 'session.opened'
  | 'session.ended'
  | 'session.all_ended'
  | 'session.refresh_reused'
  | 'sign_in.refused'
  | 'sign_in.pending'
  | 'identity.linked'
  | 'identity.unlinked'
  | 'session.stepped_up'
  | 'mfa.refused'
  | 'mfa.code_sent'
  | 'mfa.factor_added'
  | 'mfa.factor_removed'
  | 'mfa.backup_codes_made'
  | 'webauthn.refused'
  | 'webauthn.renamed'
  | 'device.remembered'
  | 'device.forgotten'
  | 'recovery.requested'
  | 'recovery.refused'
  | 'recovery.started'
  | 'recovery.completed'
  | 'recovery.cancelled'
  | 'recovery.change_denied'
  | 'password.reset_requested'
  | 'password.reset'
  | 'password.changed'
  | 'password.change_refused'
  | 'verification.refused'
  | 'code.sent'
  | 'code.refused'
  | 'link.sent'
  | 'link.refused'

export interface AuditEntry {
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

/**
 * One row of the trail, as the INSERT that stands in the same statement as the effect: `from` names the CTE
 * whose rows are the effect, so that no row is written where nothing happened.
 */
export function recordEvent(entry: AuditEntry, context: RequestContext, from: SQL): SQL {
  return sql`insert into audit_events
    (id, tenant_id, user_id, session_id, action, outcome, reason, ip_prefix, country, user_agent, request_id,
      details)
    select ${uuidv7()}::uuid, ${entry.tenantId}::uuid, ${entry.userId}::uuid, ${entry.sessionId ?? null}::uuid,
      ${entry.action}, ${entry.outcome}, ${entry.reason ?? null}::text, ${context.ipPrefix}, ${context.country},
      ${context.userAgent}, ${context.requestId}, ${JSON.stringify(entry.details ?? {})}::jsonb
    from ${from}
    on conflict (id) do nothing`
}
