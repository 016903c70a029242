import { type SQL, sql } from 'drizzle-orm'
import { requireStepUp, type StepUp, stepUpColumns } from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { issueCode, refuseRegion, sentCode, type Written } from '../../messages/issue-code.ts'
import { masked } from '../../messages/mask.ts'
import { draft, outboxInsert, type Route } from '../../messages/outbox.ts'
import { textRoute } from '../../messages/route.ts'
import { countText } from '../../messages/text-budget.ts'
import { oneTimeCode as policy } from '../../policy.ts'
import type { Destination, Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { sealChallenge } from '../../tokens/challenge.ts'

type RequestPorts = Pick<Ports, 'background' | 'codes' | 'config' | 'database' | 'mailer'>

export interface PhoneCodeSent {
  challenge_id: string
  sent_to: string
  expires_in: number
  retry_after: number
}

interface RequestedRow extends Written, StepUp {}

/** The object that counts and keeps codes of a number. */
export function phoneDestination(tenant: Tenant, phone: string): Destination {
  return { tenantId: tenant.id, kind: 'code', address: phone }
}

/**
 * Texts a code to the number that shall be the account's, whoever has it now. The code is bound to the session that asks.
 * Throws `TOKEN_INVALID`, `STEP_UP_REQUIRED`, `VALIDATION_FAILED`, `RATE_LIMITED`.
 */
export async function requestPhoneChange(
  ports: RequestPorts,
  caller: Caller,
  phone: string,
): Promise<PhoneCodeSent> {
  const { tenant, claims, context } = caller
  await refuseRegion(ports, tenant, 'phone_e164', phone, context)
  const route = textRoute(tenant, phone, null)
  const destination = phoneDestination(tenant, phone)
  const binding = claims.sessionId
  const order = { tenant, destination, purpose: 'change_phone', binding, context } as const
  const { id } = await issueCode<RequestedRow>(ports, order, async ({ code }) => {
    const message = await draft(ports, { code })
    const statement = requestStatement(caller, phone, route, message)
    const [row] = await ports.database.run<RequestedRow>(statement, 'idempotent')
    if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
    requireStepUp(row)
    return row
  })
  const challenge = {
    id,
    tenantId: tenant.id,
    channel: route.channel,
    address: phone,
    device: null,
  }
  return {
    challenge_id: await sealChallenge(ports.config.keys.codes, challenge),
    sent_to: masked(phone),
    ...sentCode,
  }
}

function requestStatement(
  { tenant, claims, context }: Caller,
  phone: string,
  route: Route,
  message: Parameters<typeof outboxInsert>[0],
): SQL {
  const entry = { tenantId: tenant.id, userId: sql`caller.id`, sessionId: claims.sessionId }
  return sql`with caller as (
      select u.id, u.tenant_id, u.locale, ${stepUpColumns('change_phone', tenant)}
      from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
    ), ${countText(tenant, route.prefix, sql`exists (select from caller where stepped_up)`)}, told as (
      select caller.tenant_id, caller.id as user_id, 'verify_phone' as letter, ${phone}::text as recipient,
        caller.locale
      from caller, allowed where caller.stepped_up and allowed.reason is null
    ), message as (${outboxInsert(message, policy.life, sql`told`, route)}
    ), recorded as (${recordEvent(
      { ...entry, action: 'code.sent', outcome: 'success', reason: route.channel },
      context,
      sql`caller join told on true`,
    )}), refused as (${recordEvent(
      { ...entry, action: 'code.refused', outcome: 'failure', reason: sql`allowed.reason` },
      context,
      sql`caller join allowed on caller.stepped_up and allowed.reason is not null`,
    )})
    select caller.stepped_up, caller.asked_level, caller.asked_age, allowed.reason,
      (select to_jsonb(message) from message) as message
    from caller, allowed`
}
