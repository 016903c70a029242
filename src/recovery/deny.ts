import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { type Draft, draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { database as databasePolicy, recovery as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { type Bytes, toBytea } from '../tokens/encoding.ts'
import { newSecret, type Secret, secretHash } from '../tokens/secret.ts'

/** More often than an account changes at one moment. */
const tries = 3

interface Denied extends OutboxRow {
  /** The account's row is not the one that the statement began with. */
  overtaken: boolean
}

/**
 * "This was not me", by the link of a letter about a change. Whoever made it knows the password or holds a session: all
 * sessions end, no device is trusted, the password works no more, the factor or identity that the letter told of is gone,
 * and the owner gets a link to recover the account. Other factors stay, but no backup codes that were made with the
 * change or after it; where the last factor goes, the recovery waits as if it stood. Only a proven address has this say.
 * Throws `TOKEN_INVALID_LINK`, `UNAVAILABLE`.
 */
export async function denyChange(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  tenant: Tenant,
  token: string,
  context: RequestContext,
): Promise<void> {
  const hash = await secretHash('denial', token)
  if (!hash) throw new AuthError('TOKEN_INVALID_LINK')
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const link = await newSecret('recover')
    const message = await draft(ports, { token: link.text })
    const [row] = await ports.database.run<Denied>(
      statement({ tenant, context, hash, link, message }),
      'once',
    )
    if (!row) throw new AuthError('TOKEN_INVALID_LINK')
    if (!row.overtaken) return deliverSoon(ports, [row])
  }
  const { retryAfter } = databasePolicy
  throw new AuthError('UNAVAILABLE', { retryAfter, reason: 'account is busy' })
}

interface Denying {
  tenant: Tenant
  context: RequestContext
  hash: Bytes
  link: Secret
  message: Draft
}

/** Whether the address of a user `u` is its owner's: a proven one, or any where the tenant asks for no proof. */
function hasSay({ settings }: Tenant): SQL {
  return sql`(u.email_verified_at is not null
    or (u.phone_verified_at is null and not ${settings.emailVerification}::boolean))`
}

/**
 * A factor that another statement has added while this one waited for the account would not be seen among those that
 * are left: as in the removal of a factor, the version of the locked row tells, and nothing is done.
 */
function statement({ tenant, context, hash, link, message }: Denying): SQL {
  const shown = sql`t.token_hash = ${toBytea(hash)}::bytea and t.tenant_id = ${tenant.id} and t.purpose = 'deny'
    and t.used_at is null and t.expires_at > now()`
  const event = { outcome: 'success', tenantId: tenant.id } as const
  return sql`with begun as (
      select u.id, u.xmin::text as version
      from one_time_tokens t join users u on u.id = t.user_id
      where ${shown} and u.status = 'active' and ${hasSay(tenant)}
    ), owner as (
      select u.id, u.mfa_enabled, u.xmin::text <> begun.version as overtaken
      from users u join begun on begun.id = u.id where u.status = 'active' for update of u
    ), spent as (
      update one_time_tokens t set used_at = now() from owner
      where t.user_id = owner.id and ${shown} and not owner.overtaken
      returning t.user_id, t.created_at, t.payload ->> 'letter' as letter, (t.payload ->> 'factor_id')::uuid as factor_id,
        (t.payload ->> 'identity_id')::uuid as identity_id,
        t.payload ->> 'phone' as phone
    ), remaining as (
      select spent.user_id, spent.phone, spent.created_at, exists (
        select 1 from factors f where f.user_id = spent.user_id and f.id is distinct from spent.factor_id
          and (spent.phone is null or f.phone_e164 is distinct from spent.phone)
        union all
        select 1 from webauthn_credentials k where k.user_id = spent.user_id and k.id is distinct from spent.factor_id
      ) as factors
      from spent
    ), holder as (
      update users u set authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp(),
        mfa_enabled = u.mfa_enabled and remaining.factors, deletes_at = null,
        factors_denied_at = case when u.mfa_enabled and not remaining.factors then now() else u.factors_denied_at end,
        phone_e164 = case when u.phone_e164 = remaining.phone then null else u.phone_e164 end,
        phone_verified_at = case when u.phone_e164 = remaining.phone then null else u.phone_verified_at end
      from remaining where u.id = remaining.user_id
      returning u.id, u.tenant_id, u.email, u.locale
    ), removed_codes as (
      -- A changed number took the factors of the old one with it.
      delete from factors f using spent
      where f.user_id = spent.user_id and (f.id = spent.factor_id or f.phone_e164 = spent.phone) returning f.type
    ), removed_keys as (
      delete from webauthn_credentials k using spent where k.user_id = spent.user_id and k.id = spent.factor_id
      returning 'webauthn' as type
    ), removed as (
      select type from removed_codes union all select type from removed_keys
    ), unlinked as (
      delete from oauth_accounts o using spent where o.user_id = spent.user_id and o.id = spent.identity_id
      returning o.provider, o.user_id
    ), cleared as (
      delete from backup_codes b using remaining where b.user_id = remaining.user_id
        and (not remaining.factors or b.created_at >= remaining.created_at)
    ), remembered as (
      insert into password_history (id, tenant_id, user_id, hash, pepper_id)
      select ${uuidv7()}::uuid, c.tenant_id, c.user_id, c.hash, c.pepper_id
      from password_credentials c join spent on spent.user_id = c.user_id
    ), unusable as (
      delete from password_credentials c using spent where c.user_id = spent.user_id
    ), ended as (
      update sessions s set revoked_at = now(), revoked_reason = 'change_denied' from spent
      where s.user_id = spent.user_id and s.revoked_at is null
    ), forgotten as (
      delete from devices d using spent where d.user_id = spent.user_id
    ), voided as (
      update one_time_tokens t set used_at = now() from spent
      where t.user_id = spent.user_id and t.purpose in ('reset_password', 'recover') and t.used_at is null
    ), superseded as (
      update recoveries r set closed_at = now(), closed_reason = 'superseded', hash = null, pepper_id = null from spent
      where r.user_id = spent.user_id and r.closed_at is null
    ), started as (
      insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, expires_at)
      select ${uuidv7()}::uuid, tenant_id, id, 'recover', ${toBytea(link.hash)}::bytea,
        now() + make_interval(secs => ${policy.linkLife})
      from holder
    ), told as (
      select tenant_id, id as user_id, email as recipient, locale,
        case when email is null then 'none' else 'recover' end as letter
      from holder
    ), message as (${outboxInsert(message, policy.linkLife, sql`told`)}
    ), recorded as (${recordEvent(
      {
        ...event,
        action: 'recovery.change_denied',
        userId: sql`denied.user_id`,
        reason: sql`denied.letter`,
      },
      context,
      sql`spent as denied`,
    )}
    ), recorded_removal as (${recordEvent(
      {
        ...event,
        action: 'mfa.factor_removed',
        userId: sql`gone.user_id`,
        reason: sql`gone.type`,
        details: { by: 'denial' },
      },
      context,
      sql`(select removed.type, spent.user_id from removed, spent) as gone`,
    )}
    ), recorded_unlinking as (${recordEvent(
      {
        ...event,
        action: 'identity.unlinked',
        userId: sql`unlinked.user_id`,
        reason: sql`unlinked.provider`,
        details: { by: 'denial' },
      },
      context,
      sql`unlinked`,
    )})
    select message.*, owner.overtaken from owner left join message on true
    where owner.overtaken or exists (select 1 from spent)`
}
