import { sql } from 'drizzle-orm'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { secretHash } from '../tokens/secret.ts'

/**
 * Cancels whatever recovery of the account is waiting, and the links that could start another. The letter of an earlier
 * one will do: whoever starts a second and hides its letter gains nothing. Throws `TOKEN_INVALID_LINK`.
 */
export async function cancelRecovery(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  token: string,
  context: RequestContext,
): Promise<void> {
  const hash = await secretHash('cancelRecovery', token)
  if (!hash) throw new AuthError('TOKEN_INVALID_LINK')
  const [row] = await ports.database.run(
    sql`with owner as (
        select u.id from recoveries r join users u on u.id = r.user_id
        where r.cancel_hash = ${toBytea(hash)}::bytea and r.tenant_id = ${tenant.id}
        for no key update of u
      ), shown as (
        select r.id, r.user_id from recoveries r join owner on owner.id = r.user_id
        where r.cancel_hash = ${toBytea(hash)}::bytea and r.expires_at > now()
          and (r.closed_at is null or r.closed_reason = 'superseded')
          and exists (select 1 from recoveries o where o.user_id = r.user_id and o.closed_at is null)
        for update of r
      ), cancelled as (
        update recoveries r set closed_at = now(), closed_reason = 'cancelled', hash = null, pepper_id = null
        from shown where r.user_id = shown.user_id and (r.closed_at is null or r.id = shown.id)
        returning r.id
      ), voided as (
        update one_time_tokens t set used_at = now() from shown
        where t.user_id = shown.user_id and t.purpose = 'recover' and t.used_at is null
      ), recorded as (${recordEvent(
        {
          action: 'recovery.cancelled',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`shown.user_id`,
          reason: 'link',
        },
        context,
        sql`shown`,
      )})
      select shown.id from shown where exists (select 1 from cancelled)`,
    'once',
  )
  if (!row) throw new AuthError('TOKEN_INVALID_LINK')
}
