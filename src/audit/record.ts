import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { RequestContext } from '../context.ts'
import { sealedOrigin } from './origin.ts'

/** What the trail tells of. Webhooks offer all of it. */
export const auditActions = [
  'account.registered',
  'account.verified',
  'account.address_released',
  'account.profile_changed',
  'account.email_change_requested',
  'account.email_changed',
  'account.email_restored',
  'account.phone_changed',
  'account.exported',
  'account.closing',
  'account.closing_cancelled',
  'account.deleted',
  'account.imported',
  'admin.user_disabled',
  'admin.user_enabled',
  'admin.user_deleted',
  'admin.roles_changed',
  'admin.sessions_revoked',
  'admin.reset_started',
  'admin.refused',
  'admin.users_imported',
  'admin.audit_exported',
  'admin.audit_verified',
  'tenant.created',
  'tenant.changed',
  'invitation.sent',
  'invitation.revoked',
  'invitation.accepted',
  'session.opened',
  'session.ended',
  'session.all_ended',
  'session.refresh_reused',
  'sign_in.refused',
  'sign_in.pending',
  'identity.linked',
  'identity.unlinked',
  'session.stepped_up',
  'mfa.refused',
  'mfa.code_sent',
  'mfa.factor_added',
  'mfa.factor_removed',
  'mfa.backup_codes_made',
  'webauthn.refused',
  'webauthn.renamed',
  'device.remembered',
  'device.forgotten',
  'recovery.requested',
  'recovery.refused',
  'recovery.started',
  'recovery.completed',
  'recovery.cancelled',
  'recovery.change_denied',
  'password.reset_requested',
  'password.reset',
  'password.changed',
  'password.change_refused',
  'verification.refused',
  'code.sent',
  'code.refused',
  'link.sent',
  'link.refused',
  'app_version.changed',
  'webhook.added',
  'webhook.changed',
  'webhook.secret_rotated',
  'webhook.removed',
  'webhook.tested',
  'webhook.replayed',
  'webhook.switched_off',
] as const
export type AuditAction = (typeof auditActions)[number]

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
