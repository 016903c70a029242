import { sql } from 'drizzle-orm'
import { type MayBeOvertaken, untilCurrent } from '../accounts/until-current.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Ports, Row } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Bytes, toBytea } from '../tokens/encoding.ts'
import { secretHash } from '../tokens/secret.ts'

/**
 * Cancels whatever recovery of the account is waiting, and the links that could start another. The letter of an earlier
 * one will do: whoever starts a second and hides its letter gains nothing. Throws `TOKEN_INVALID_LINK`, `UNAVAILABLE`.
 */
export async function cancelRecovery(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  token: string,
  context: RequestContext,
): Promise<void> {
  const hash = await secretHash('cancelRecovery', token)
  if (!hash) throw new AuthError('TOKEN_INVALID_LINK')
  const row = await untilCurrent(() => tryCancel(ports, tenant, hash, context))
  if (!row) throw new AuthError('TOKEN_INVALID_LINK')
}

async function tryCancel(
  { database }: Pick<Ports, 'database'>,
  tenant: Tenant,
  hash: Bytes,
  context: RequestContext,
): Promise<MayBeOvertaken | undefined> {
  const [row] = await database.run<MayBeOvertaken & Row>(
    sql`with begun as (
        select u.id, u.xmin::text as version from recoveries r join users u on u.id = r.user_id
        where r.cancel_hash = ${toBytea(hash)}::bytea and r.tenant_id = ${tenant.id}
      ), owner as (
        select u.id, u.xmin::text <> begun.version as overtaken from users u join begun on begun.id = u.id
        for no key update of u
      ), shown as (
        select r.id, r.user_id from recoveries r join owner on owner.id = r.user_id
        where not owner.overtaken and r.cancel_hash = ${toBytea(hash)}::bytea and r.expires_at > now()
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
      select owner.overtaken from owner where owner.overtaken or exists (select 1 from cancelled)`,
    'once',
  )
  return row
}
