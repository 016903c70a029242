import { sql } from 'drizzle-orm'
import { type MayBeOvertaken, untilCurrent } from '../accounts/until-current.ts'
import { timestampText } from '../accounts/user.ts'
import { newDenial } from '../assurance/denial.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow } from '../messages/outbox.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Bytes, toBytea } from '../tokens/encoding.ts'
import { secretHash } from '../tokens/secret.ts'
import { recoveredUser, takeEffect } from './take-effect.ts'

interface Completion extends OutboxRow, MayBeOvertaken {
  due: boolean
  completes_at: string
}

/**
 * Lets a recovery that has waited take effect: second factors go, the password is the one chosen at its start, every
 * session ends. The database's clock decides. Throws `TOKEN_INVALID_LINK`, `RECOVERY_PENDING`, `UNAVAILABLE`.
 */
export async function completeRecovery(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  tenant: Tenant,
  token: string,
  context: RequestContext,
): Promise<void> {
  const tokenHash = await secretHash('recover', token)
  if (!tokenHash) throw new AuthError('TOKEN_INVALID_LINK')
  const row = await untilCurrent(() => tryComplete(ports, tenant, tokenHash, context))
  if (!row) throw new AuthError('TOKEN_INVALID_LINK')
  if (!row.due) {
    throw new AuthError('RECOVERY_PENDING', { extensions: { completes_at: row.completes_at } })
  }
  deliverSoon(ports, [row])
}

async function tryComplete(
  ports: Pick<Ports, 'clock' | 'config' | 'database'>,
  tenant: Tenant,
  tokenHash: Bytes,
  context: RequestContext,
): Promise<Completion | undefined> {
  const denial = await newDenial()
  const when = new Date(ports.clock.now()).toISOString()
  const message = await draft(ports, { when, denial_token: denial.token })
  const hash = { phc: sql`holder.hash`, pepperId: sql`holder.pepper_id` }
  const [row] = await ports.database.run<Completion>(
    sql`with begun as (
        select u.xmin::text as version from recoveries r join users u on u.id = r.user_id
        where r.token_hash = ${toBytea(tokenHash)}::bytea and r.tenant_id = ${tenant.id}
      ), locked as (
        select r.id, r.user_id, r.hash, r.pepper_id, r.completes_at, r.completes_at <= now() as due, u.mfa_enabled,
          u.xmin::text as version
        from recoveries r join users u on u.id = r.user_id
        where r.token_hash = ${toBytea(tokenHash)}::bytea and r.tenant_id = ${tenant.id} and r.closed_at is null
          and r.expires_at > now() and u.status = 'active'
        for update of u, r
      ), pending as (
        select locked.*, locked.version <> begun.version as overtaken from locked, begun
      ), holder as (
        update users u set ${recoveredUser} from pending
        where u.id = pending.user_id and pending.due and not pending.overtaken
        returning u.id, u.tenant_id, u.authority_version, u.email, u.locale, pending.id as token_id,
          pending.mfa_enabled as had_factors, null::text as spent_selector, pending.hash, pending.pepper_id
      ), closed as (
        update recoveries r set closed_at = now(), closed_reason = 'completed', hash = null, pepper_id = null
        from holder where r.id = holder.token_id
      ), ${takeEffect({ tenant, context, message, denial, hash, reason: 'delay' })}
      select message.*, pending.overtaken, pending.due, ${timestampText(sql`pending.completes_at`)} as completes_at
      from pending left join message on true`,
    'once',
  )
  return row
}
