import { type SQL, sql } from 'drizzle-orm'
import { isStrongEnough } from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { draft, outboxInsert } from '../../messages/outbox.ts'
import { emailChange as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { type Bytes, toBytea } from '../../tokens/encoding.ts'
import { secretHash } from '../../tokens/secret.ts'
import { displaced } from './displaced.ts'
import { moveAddress } from './move-address.ts'
import { newUndo } from './undo-link.ts'

type ProvePorts = Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>

/**
 * Makes a new address the account's, by the link that was mailed there. Every session but the one that asked ends, links
 * that went to the old address die, and both addresses are told, the old one with a link that undoes it.
 * Throws `TOKEN_INVALID_LINK`, `UNAVAILABLE`, and `USER_EXISTS` where the address has got an account meanwhile.
 */
export async function proveNewEmail(
  ports: ProvePorts,
  tenant: Tenant,
  token: string,
  context: RequestContext,
): Promise<void> {
  const hash = await secretHash('changeEmail', token)
  if (!hash) throw new AuthError('TOKEN_INVALID_LINK')
  await moveAddress(ports, () => proveStatement(ports, tenant, hash, context))
}

async function proveStatement(
  ports: Pick<Ports, 'clock' | 'config'>,
  tenant: Tenant,
  hash: Bytes,
  context: RequestContext,
): Promise<SQL> {
  const occasion = { when: new Date(ports.clock.now()).toISOString(), place: context.country }
  const undo = await newUndo()
  const toOld = await draft(ports, { ...occasion, token: undo.token })
  const toNew = await draft(ports, occasion)
  return sql`with shown as (
      select t.id, t.user_id, t.created_at, t.payload ->> 'email' as email, (t.payload ->> 'session_id')::uuid as session_id,
        (t.payload ->> 'authority_version')::integer as authority_version, u.xmin::text as version
      from one_time_tokens t join users u on u.id = t.user_id
      where t.token_hash = ${toBytea(hash)}::bytea and t.tenant_id = ${tenant.id} and t.purpose = 'change_email'
        and t.used_at is null and t.expires_at > now()
    ), owner as (
      select u.*, u.xmin::text <> shown.version as overtaken
      from users u join shown on shown.user_id = u.id join sessions s on s.id = shown.session_id
      where u.status = 'active' and u.authority_version = shown.authority_version
        -- As it would be judged today: a second factor may have come since, or the session have ended.
        and ${isStrongEnough('change_email', tenant)} and s.revoked_at is null
      for no key update of u
    ), spent as (
      update one_time_tokens t set used_at = now(), payload = '{}' from shown, owner
      where t.id = shown.id and t.used_at is null and not owner.overtaken
      returning t.user_id
    ), ${displaced(sql`(select shown.email from shown, spent)`, tenant, context)}, changed as (
      update users u set email = shown.email, email_verified_at = now(),
        authority_version = u.authority_version + 1, authority_changed_at = clock_timestamp()
      from shown, spent where u.id = spent.user_id and (select count(*) from displaced) >= 0
      returning u.id, u.tenant_id, u.authority_version, u.email, u.locale
    ), ended as (
      update sessions s set revoked_at = now(), revoked_reason = 'email_changed' from changed, shown
      where s.user_id = changed.id and s.revoked_at is null and s.id <> shown.session_id
    ), kept as (
      update sessions s set authority_version = changed.authority_version from changed, shown
      where s.user_id = changed.id and s.revoked_at is null and s.id = shown.session_id
    ), voided as (
      update one_time_tokens t set used_at = now(), payload = '{}' from changed, shown
      where t.user_id = changed.id and t.used_at is null and t.id <> shown.id
        and t.purpose in ('verify_email', 'reset_password', 'recover', 'change_email', 'deny')
    ), superseded as (
      update recoveries r set closed_at = now(), closed_reason = 'superseded', hash = null, pepper_id = null
      from changed where r.user_id = changed.id and r.closed_at is null
    ), dropped_codes as (
      delete from factor_codes c using changed where c.user_id = changed.id and c.type = 'email'
    ), old_told as (
      select changed.tenant_id, changed.id as user_id, owner.email as recipient, changed.locale,
        case when owner.email_verified_at is null then 'none' else 'email_changed' end as letter
      from changed, owner
    ), old_message as (${outboxInsert(toOld, policy.undoLife, sql`old_told`)}
    ), undo as (${undo.insert(sql`old_told`, sql`(select created_at from shown)`)}
    ), new_told as (
      select tenant_id, id as user_id, email as recipient, locale, 'email_is_new' as letter from changed
    ), new_message as (${outboxInsert(toNew, policy.undoLife, sql`new_told`)}
    ), recorded as (${recordEvent(
      {
        action: 'account.email_changed',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`changed.id`,
        sessionId: sql`(select session_id from shown)`,
      },
      context,
      sql`changed`,
    )})
    select owner.overtaken, (
      select coalesce(jsonb_agg(to_jsonb(sent)), '[]')
      from (select * from old_message union all select * from new_message) as sent
    ) as messages
    from owner where owner.overtaken or exists (select from spent)`
}
