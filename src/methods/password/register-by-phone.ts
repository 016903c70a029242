import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '../../audit/record.ts'
import { issueCode, refuseRegion, sentCode, type Written } from '../../messages/issue-code.ts'
import { masked } from '../../messages/mask.ts'
import { type Draft, draft, outboxInsert } from '../../messages/outbox.ts'
import { textRoute } from '../../messages/route.ts'
import { countText } from '../../messages/text-budget.ts'
import { oneTimeCode as policy } from '../../policy.ts'
import type { Destination, Ports } from '../../ports.ts'
import { settingsHold, settingsHoldColumn } from '../../tenants/current.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { newSecret } from '../../tokens/secret.ts'
import { deviceOf, toPayload, type WaitingRegistration } from './waiting-registration.ts'

type RegisterPorts = Pick<Ports, 'background' | 'codes' | 'config' | 'database' | 'mailer'>

interface PhoneRegistration extends WaitingRegistration {
  phone: string
}

/** Codes of a number are counted together, whatever they are for. */
export function numberOf(tenant: Tenant, phone: string): Destination {
  return { tenantId: tenant.id, kind: 'code', address: phone }
}

/**
 * An account that waits for the proof of its number, by a code sent there. As with mail, what was typed waits with the
 * code; a number that has an account gets a text that says so, and the same answer.
 * Null where the settings have moved. Throws `RATE_LIMITED`, and `VALIDATION_FAILED` for a country that texts are not
 * sent to.
 */
export async function registerByPhone(ports: RegisterPorts, request: PhoneRegistration) {
  const { tenant, phone, context } = request
  await refuseRegion(ports, tenant, 'phone_e164', phone, context)
  const destination = numberOf(tenant, phone)
  const order = { tenant, destination, purpose: 'register', binding: phone, context } as const
  const issued = issueCode<Written>(ports, order, async ({ id, code }) => {
    const message = await draft(ports, { code })
    const { hash } = await newSecret('verifyEmail')
    const statement = waitStatement(request, { id, tokenHash: toBytea(hash) }, message)
    const [row] = await ports.database.run<Written & { settings_hold: boolean }>(
      statement,
      'idempotent',
    )
    if (row?.settings_hold === false) throw new SettingsMoved()
    return row ?? { reason: 'refused', message: null }
  })
  try {
    await issued
  } catch (error) {
    if (error instanceof SettingsMoved) return null
    throw error
  }
  return { phone_e164: phone, sent_to: masked(phone), ...sentCode }
}

/** The code that was counted is taken back, as for whatever is not written. */
class SettingsMoved extends Error {}

function waitStatement(
  request: PhoneRegistration,
  /** The id of the code is that of its token; nobody gets a link, so its hash is of nothing. */
  token: { id: string; tokenHash: string },
  message: Draft,
): SQL {
  const { tenant, registration, phone, context } = request
  const route = textRoute(tenant, phone, null)
  const entry = { tenantId: tenant.id, userId: sql`told.user_id`, details: deviceOf(context) }
  const holds = settingsHold(tenant)
  // By settings that are no longer the tenant's nothing is counted and nothing written.
  return sql`with ${countText(tenant, route.prefix, holds)}, taken as (
      select id, locale from users
      where tenant_id = ${tenant.id} and phone_e164 = ${phone} and phone_verified_at is not null
    ), tried as (
      insert into users (id, tenant_id, status, phone_e164, locale)
      select ${uuidv7()}::uuid, ${tenant.id}::uuid, 'pending', ${phone}, ${registration.locale}
      from allowed where reason is null and ${holds} and not exists (select from taken)
      on conflict (tenant_id, phone_e164) where status = 'pending' and email is null
        do update set locale = excluded.locale
      returning id, tenant_id, locale
    ), token as (
      insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, payload, expires_at)
      select ${token.id}::uuid, tenant_id, id, 'verify_phone', ${token.tokenHash}::bytea,
        ${JSON.stringify(toPayload(request))}::jsonb, now() + make_interval(secs => ${policy.life})
      from tried on conflict (id) do nothing
    ), told as (
      select ${tenant.id}::uuid as tenant_id, coalesce(taken.id, tried.id) as user_id,
        case when taken.id is null then 'verify_phone' else 'already_registered' end as letter,
        ${phone}::text as recipient, coalesce(taken.locale, tried.locale) as locale
      from allowed left join taken on true left join tried on true
      where allowed.reason is null and ${holds}
    ), message as (${outboxInsert(message, policy.life, sql`told`, route)}
    ), recorded as (${recordEvent(
      {
        ...entry,
        action: 'account.registered',
        outcome: 'success',
        reason: sql`case when told.letter = 'verify_phone' then null else 'address_taken' end`,
      },
      context,
      sql`told`,
    )}), refused as (${recordEvent(
      {
        ...entry,
        userId: null,
        action: 'code.refused',
        outcome: 'failure',
        reason: sql`over.reason`,
      },
      context,
      sql`(select reason from allowed where reason is not null) as over`,
    )})
    select allowed.reason, (select to_jsonb(message) from message) as message,
      ${settingsHoldColumn(tenant)} from allowed`
}
