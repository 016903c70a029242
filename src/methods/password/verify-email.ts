import { type SQL, sql } from 'drizzle-orm'
import { phonePrefix } from '../../accounts/fields/phone-number.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { shownHashes } from '../../messages/issue-code.ts'
import { countVerified } from '../../messages/text-budget.ts'
import { oneTime } from '../../policy.ts'
import { ConstraintError, type Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { secretHash } from '../../tokens/secret.ts'
import { numberOf } from './register-by-phone.ts'
import { verificationCodeHashes } from './verification.ts'

export type Proof =
  | { token: string }
  | { email: string; code: string }
  | { phone_e164: string; code: string }

/**
 * Proves an address by link or by code and lets its registration take effect, in one statement.
 * Answers whether the account has a password now: a link that was sent again may prove the address only.
 * Throws `TOKEN_INVALID_LINK` for wrong, used and expired alike.
 */
export async function verifyEmail(
  ports: Pick<Ports, 'codes' | 'config' | 'database' | 'throttle'>,
  tenant: Tenant,
  proof: Proof,
  context: RequestContext,
): Promise<{ password_set: boolean }> {
  if ('phone_e164' in proof) return verifyPhone(ports, tenant, proof, context)
  const spent =
    'token' in proof
      ? await spendByToken(proof.token, tenant)
      : await spendByCode(ports, proof, tenant)
  const statement = spent && applied(spent, tenant, context)
  const [row] = statement
    ? await ports.database.run<{ password_set: boolean }>(statement, 'once')
    : []
  if (!row) throw new AuthError('TOKEN_INVALID_LINK')
  return { password_set: row.password_set }
}

/**
 * By the code that was sent to a number: the number's object counts, compares and spends, and what waited takes effect.
 * Somebody else may have proven the number meanwhile: then it is theirs.
 */
async function verifyPhone(
  ports: Pick<Ports, 'codes' | 'config' | 'database'>,
  tenant: Tenant,
  { phone_e164: phone, code }: { phone_e164: string; code: string },
  context: RequestContext,
): Promise<{ password_set: boolean }> {
  const purpose = 'register'
  const destination = numberOf(tenant, phone)
  const hashes = await shownHashes(ports, { tenant, purpose, binding: phone }, '', code)
  const id = await ports.codes.redeem(destination, { id: null, purpose, hashes, device: null })
  const spent = sql`owner as (
      select u.id from one_time_tokens t join users u on u.id = t.user_id
      where t.id = ${id}::uuid and t.tenant_id = ${tenant.id}
      for no key update of u
    ), found as (
      select t.* from one_time_tokens t join owner on owner.id = t.user_id
      where t.id = ${id}::uuid and t.tenant_id = ${tenant.id} and t.purpose = 'verify_phone'
        and t.used_at is null and t.expires_at > now()
      for update of t
    ), ${spending(sql`found`)}, ${countVerified(tenant, phonePrefix(phone).prefix, sql`spent`)}`
  try {
    const statement = applied(spent, tenant, context, 'phone')
    const [row] = await ports.database.run<{ password_set: boolean }>(statement, 'once')
    if (row) return { password_set: row.password_set }
  } catch (error) {
    const isDown = error instanceof AuthError && error.code === 'UNAVAILABLE'
    if (id && isDown) await ports.codes.restore(destination, id)
    if (!(error instanceof ConstraintError)) throw error
  }
  throw new AuthError('TOKEN_INVALID_LINK', { reason: 'phone code' })
}

async function spendByToken(text: string, tenant: Tenant): Promise<SQL | null> {
  const hash = await secretHash('verifyEmail', text)
  if (!hash) return null
  // The account is locked before its tokens, here and everywhere: two links of one account would deadlock otherwise.
  return sql`owner as (
    select u.id from one_time_tokens t join users u on u.id = t.user_id
    where t.token_hash = ${toBytea(hash)}::bytea and t.tenant_id = ${tenant.id}
    for no key update of u
  ), found as (
    select t.* from one_time_tokens t join owner on owner.id = t.user_id
    where t.token_hash = ${toBytea(hash)}::bytea and t.purpose = 'verify_email'
      and t.used_at is null and t.expires_at > now()
    for update of t
  ), ${spending(sql`found`)}`
}

/** Spends the row of a CTE and hands on what it held; the row itself keeps no password hash. */
function spending(source: SQL): SQL {
  return sql`spent as (
    update one_time_tokens t set used_at = now(), payload = '{}' from ${source} as source
    where t.id = source.id and t.used_at is null
    returning source.*
  )`
}

/** A wrong code counts against every open code of the address: asking for a new one resets nothing. */
async function spendByCode(
  ports: Pick<Ports, 'config' | 'throttle'>,
  { email, code }: { email: string; code: string },
  tenant: Tenant,
): Promise<SQL> {
  const { disabled } = await ports.throttle.admit({
    tenantId: tenant.id,
    authenticator: 'email_code',
    identifier: email,
    device: null,
    epoch: null,
  })
  const made = await verificationCodeHashes(ports.config, tenant.id, email, code)
  // After a hundred failures no code counts any more: the link does.
  const hashes = disabled ? [] : made
  return sql`owner as (
    select id from users where tenant_id = ${tenant.id} and email = ${email} for no key update
  ), open as (
    select t.* from one_time_tokens t join owner on owner.id = t.user_id
    where t.purpose = 'verify_email'
      and t.used_at is null and t.expires_at > now() and t.code_failures < ${oneTime.codeFailures}
    order by t.created_at desc limit ${oneTime.openCodes}
    for update of t
  ), matched as (
    select * from open where code_hash = any(${sql.param(hashes.map(toBytea))}::bytea[]) limit 1
  ), missed as (
    update one_time_tokens t set code_failures = t.code_failures + 1
    from open where t.id = open.id and not exists (select 1 from matched)
  ), ${spending(sql`matched`)}`
}

const provenAt = { email: sql`email_verified_at`, phone: sql`phone_verified_at` } as const

function applied(
  spent: SQL,
  tenant: Tenant,
  context: RequestContext,
  kind: keyof typeof provenAt = 'email',
): SQL {
  return sql`with ${spent}, proven as (
      update users set status = 'active', ${provenAt[kind]} = now(),
        first_name = p.payload->>'first_name', last_name = p.payload->>'last_name',
        date_of_birth = (p.payload->>'date_of_birth')::date, gender = p.payload->>'gender',
        mobile = p.payload->>'mobile', phone_e164 = p.payload->>'phone_e164',
        locale = coalesce(p.payload->>'locale', users.locale), extra = coalesce(p.payload->'extra', '{}')
      from spent p where users.id = p.user_id and users.status = 'pending'
      returning users.id, users.tenant_id, p.id as token_id, p.payload
    ), credential as (
      insert into password_credentials (user_id, tenant_id, hash, pepper_id)
      select id, tenant_id, payload->>'hash', payload->>'pepper_id' from proven
      where jsonb_exists(payload, 'hash')
      on conflict (user_id) do update set hash = excluded.hash, pepper_id = excluded.pepper_id
    ), dropped as (
      delete from password_credentials c using proven
      where c.user_id = proven.id and not jsonb_exists(proven.payload, 'hash')
    ), consented as (
      insert into consents (id, tenant_id, user_id, kind, version, ip_prefix, accepted_at)
      select (consent->>'id')::uuid, proven.tenant_id, proven.id, consent->>'kind', consent->>'version',
        proven.payload->>'ip_prefix', (consent->>'accepted_at')::timestamptz
      from proven, jsonb_array_elements(proven.payload->'consents') as consent
    ), voided as (
      update one_time_tokens t set used_at = now(), payload = '{}'
      from proven where t.user_id = proven.id and t.purpose in ('verify_email', 'verify_phone')
        and t.used_at is null and t.id <> proven.token_id
    ), recorded as (${recordEvent(
      {
        action: 'account.verified',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`proven.id`,
      },
      context,
      sql`proven`,
    )}), refused as (${recordEvent(
      {
        action: 'verification.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: null,
      },
      context,
      sql`(select 1 where not exists (select 1 from proven)) as once`,
    )})
    select jsonb_exists(payload, 'hash') as password_set from proven`
}
