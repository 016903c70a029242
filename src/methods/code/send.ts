import { sql } from 'drizzle-orm'
import { isRefusedMailbox } from '../../accounts/fields/disposable-domain.ts'
import { recordEvent } from '../../audit/record.ts'
import type { TextChannel } from '../../config.ts'
import type { RequestContext } from '../../context.ts'
import { issueCode, refuseRegion, sentCode, type Written } from '../../messages/issue-code.ts'
import { masked } from '../../messages/mask.ts'
import { draft, outboxInsert, type Route } from '../../messages/outbox.ts'
import { textRoute } from '../../messages/route.ts'
import { countText } from '../../messages/text-budget.ts'
import { oneTimeCode as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { sealChallenge } from '../../tokens/challenge.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { type CodeAddress, destinationOf, methodOf } from './address.ts'

type SendPorts = Pick<Ports, 'background' | 'codes' | 'config' | 'database' | 'mailer'>

export interface CodeRequest {
  address: CodeAddress
  /** As asked for; null: the first that the tenant has. */
  channel: TextChannel | null
  /** The field that names the address. */
  field: string
}

export interface CodeSent {
  challenge_id: string
  sent_to: string
  expires_in: number
  retry_after: number
}

/**
 * Sends a code to an address, known or not: whoever proves it gets an account, so both get the same code by the same
 * work. Throws `RATE_LIMITED`, and `VALIDATION_FAILED` for a channel or a country that is not served.
 */
export async function sendSignInCode(
  ports: SendPorts,
  tenant: Tenant,
  { address, channel, field }: CodeRequest,
  context: RequestContext,
): Promise<CodeSent> {
  const { kind, value } = address
  if (kind === 'phone') await refuseRegion(ports, tenant, field, value, context)
  const route = kind === 'phone' ? textRoute(tenant, value, channel) : byMail
  requireMethod(tenant, methodOf(route.channel))
  const destination = destinationOf(tenant, value)
  const order = { tenant, destination, purpose: 'sign_in', binding: null, context } as const
  const { id, device } = await issueCode<SentRow>(ports, order, async ({ code }) => {
    const message = await draft(ports, { code })
    const opensNone = kind === 'email' && isRefusedMailbox(ports.config, value)
    const statement = sendStatement({ tenant, address, opensNone, route, context }, message)
    const [row] = await ports.database.run<SentRow>(statement, 'idempotent')
    return row ?? { reason: 'refused', message: null, device: null }
  })
  const challenge = { id, tenantId: tenant.id, channel: route.channel, address: value, device }
  return {
    challenge_id: await sealChallenge(ports.config.keys.codes, challenge),
    sent_to: masked(value),
    ...sentCode,
  }
}

const byMail: Route = { channel: 'email', fallback: [], prefix: null }

interface SentRow extends Written {
  device: string | null
}

interface Sending {
  tenant: Tenant
  address: CodeAddress
  /** A throw-away mailbox: it signs in to the account that it has, and opens none. Whoever asks hears the same. */
  opensNone: boolean
  route: Route
  context: RequestContext
}

function sendStatement(
  { tenant, address, opensNone, route, context }: Sending,
  message: Parameters<typeof outboxInsert>[0],
) {
  const deviceHash = context.device ? toBytea(context.device.hash) : null
  const isTheirs =
    address.kind === 'email'
      ? sql`u.email = ${address.value} and u.email_verified_at is not null`
      : sql`u.phone_e164 = ${address.value} and u.phone_verified_at is not null`
  const entry = { tenantId: tenant.id, userId: sql`(select id from known)` }
  return sql`with ${countText(tenant, route.prefix)}, known as (
      select u.id, u.locale, d.id as device from users u
      left join devices d on d.user_id = u.id and d.token_hash = ${deviceHash}::bytea
      where u.tenant_id = ${tenant.id} and ${isTheirs} and u.status <> 'deleted'
    ), told as (
      select ${tenant.id}::uuid as tenant_id, known.id as user_id,
        case when ${opensNone}::boolean and known.id is null then 'none' else 'one_time_code' end as letter,
        ${address.value}::text as recipient, coalesce(known.locale, ${context.locale}) as locale
      from allowed left join known on true where allowed.reason is null
    ), message as (${outboxInsert(message, policy.life, sql`told`, route)}
    ), recorded as (${recordEvent(
      { ...entry, action: 'code.sent', outcome: 'success', reason: route.channel },
      context,
      sql`(select from told where letter <> 'none') as sent`,
    )}), turned_away as (${recordEvent(
      { ...entry, action: 'code.refused', outcome: 'failure', reason: 'disposable' },
      context,
      sql`(select from told where letter = 'none') as unsent`,
    )}), refused as (${recordEvent(
      { ...entry, action: 'code.refused', outcome: 'failure', reason: sql`over.reason` },
      context,
      sql`(select reason from allowed where reason is not null) as over`,
    )})
    select allowed.reason, (select device from known) as device,
      (select to_jsonb(message) from message) as message
    from allowed`
}
