import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { draft, outboxInsert } from '../../messages/outbox.ts'
import { recovery as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { type Bytes, toBytea } from '../../tokens/encoding.ts'
import { newSecret, secretHash } from '../../tokens/secret.ts'
import { displaced } from './displaced.ts'
import { moveAddress } from './move-address.ts'

type UndoPorts = Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>

/**
 * Brings the old address of an account back, by the link of a letter to it, whether the change is done or still waits.
 * Whoever made it had a session and a proof: so all sessions end, the password stops working, and whatever was added
 * since the change began goes with it, as do codes to a mailbox as a second factor. The old address gets a link to recover
 * the account. Throws `TOKEN_INVALID_LINK`, `USER_EXISTS`, `UNAVAILABLE`.
 */
export async function undoEmailChange(
  ports: UndoPorts,
  tenant: Tenant,
  token: string,
  context: RequestContext,
): Promise<void> {
  const hash = await secretHash('undoEmail', token)
  if (!hash) throw new AuthError('TOKEN_INVALID_LINK')
  await moveAddress(ports, () => undoStatement(ports, tenant, hash, context))
}

async function undoStatement(
  ports: Pick<Ports, 'clock' | 'config'>,
  tenant: Tenant,
  hash: Bytes,
  context: RequestContext,
): Promise<SQL> {
  const link = await newSecret('recover')
  const when = new Date(ports.clock.now()).toISOString()
  const toOld = await draft(ports, { token: link.text })
  const toNew = await draft(ports, { when })
  const shown = sql`t.token_hash = ${toBytea(hash)}::bytea and t.tenant_id = ${tenant.id} and t.purpose = 'undo_email'
    and t.used_at is null and t.expires_at > now()`
  return sql`with begun as (
      select u.id, u.xmin::text as version, t.id as token_id, t.payload ->> 'email' as email,
        (t.payload ->> 'since')::timestamptz as since
      from one_time_tokens t join users u on u.id = t.user_id where ${shown} and u.status = 'active'
    ), owner as (
      select u.*, u.xmin::text <> begun.version as overtaken
      from users u join begun on begun.id = u.id where u.status = 'active' for update of u
    ), spent as (
      update one_time_tokens t set used_at = now(), payload = '{}' from owner
      where t.user_id = owner.id and ${shown} and not owner.overtaken
      returning t.user_id
    ), wrong as (
      select begun.*, case when owner.phone_verified_at >= begun.since then owner.phone_e164 end as phone
      from begun join spent on spent.user_id = begun.id join owner on owner.id = begun.id
    ), gone_factors as (
      delete from factors f using wrong
      where f.user_id = wrong.id
        and (f.type = 'email' or f.created_at >= wrong.since or f.phone_e164 = wrong.phone)
    ), gone_keys as (
      delete from webauthn_credentials k using wrong where k.user_id = wrong.id and k.created_at >= wrong.since
    ), gone_identities as (
      delete from oauth_accounts o using wrong where o.user_id = wrong.id and o.created_at >= wrong.since
    ), remaining as (
      select exists (
        select from factors f where f.user_id = wrong.id and f.type <> 'email' and f.created_at < wrong.since
          and (wrong.phone is null or f.phone_e164 is distinct from wrong.phone)
        union all
        select from webauthn_credentials k where k.user_id = wrong.id and k.created_at < wrong.since
      ) as factors
      from wrong
    ), gone_codes as (
      delete from backup_codes b using wrong, remaining
      where b.user_id = wrong.id and (b.created_at >= wrong.since or not remaining.factors)
    ), dropped_codes as (
      delete from factor_codes c using wrong where c.user_id = wrong.id
    ), ${displaced(sql`(select email from wrong)`, tenant, context)}, holder as (
      update users u set email = wrong.email, email_verified_at = now(),
        phone_e164 = case when u.phone_verified_at >= wrong.since then null else u.phone_e164 end,
        phone_verified_at = case when u.phone_verified_at >= wrong.since then null else u.phone_verified_at end,
        mfa_enabled = u.mfa_enabled and remaining.factors, deletes_at = null,
        factors_denied_at = case when u.mfa_enabled and not remaining.factors then now() else u.factors_denied_at end,
        authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp()
      from wrong, remaining where u.id = wrong.id and (select count(*) from displaced) >= 0
      returning u.id, u.tenant_id, u.email, u.locale
    ), remembered as (
      insert into password_history (id, tenant_id, user_id, hash, pepper_id)
      select ${uuidv7()}::uuid, c.tenant_id, c.user_id, c.hash, c.pepper_id
      from password_credentials c join holder on holder.id = c.user_id
    ), unusable as (
      delete from password_credentials c using holder where c.user_id = holder.id
    ), ended as (
      update sessions s set revoked_at = now(), revoked_reason = 'email_restored' from holder
      where s.user_id = holder.id and s.revoked_at is null
    ), forgotten as (
      delete from devices d using holder where d.user_id = holder.id
    ), voided as (
      -- Also what was mailed since: it may have gone to the address that is taken away.
      update one_time_tokens t set used_at = now(), payload = '{}' from wrong, holder
      where t.user_id = holder.id and t.used_at is null and t.id <> wrong.token_id
        and (t.purpose in ('reset_password', 'recover', 'change_email')
          or (t.purpose in ('deny', 'undo_email') and t.created_at >= wrong.since))
    ), superseded as (
      update recoveries r set closed_at = now(), closed_reason = 'superseded', hash = null, pepper_id = null
      from holder where r.user_id = holder.id and r.closed_at is null
    ), started as (
      insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, expires_at)
      select ${uuidv7()}::uuid, tenant_id, id, 'recover', ${toBytea(link.hash)}::bytea,
        now() + make_interval(secs => ${policy.linkLife})
      from holder
    ), old_told as (
      select tenant_id, id as user_id, email as recipient, locale, 'email_restored' as letter from holder
    ), old_message as (${outboxInsert(toOld, policy.linkLife, sql`old_told`)}
    ), new_told as (
      select holder.tenant_id, holder.id as user_id, owner.email as recipient, holder.locale,
        case when owner.email = holder.email or owner.email_verified_at is null then 'none' else 'email_withdrawn' end
          as letter
      from holder, owner
    ), new_message as (${outboxInsert(toNew, policy.linkLife, sql`new_told`)}
    ), recorded as (${recordEvent(
      {
        action: 'account.email_restored',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`holder.id`,
      },
      context,
      sql`holder`,
    )})
    select owner.overtaken, (
      select coalesce(jsonb_agg(to_jsonb(sent)), '[]')
      from (select * from old_message union all select * from new_message) as sent
    ) as messages
    from owner where owner.overtaken or exists (select from spent)`
}
