import { sql } from 'drizzle-orm'
import { phonePrefix } from '../accounts/fields/phone-number.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError, fieldError } from '../errors.ts'
import { oneTimeCode as policy } from '../policy.ts'
import type { Destination, Ports } from '../ports.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { codeHash, newCode } from '../tokens/code.ts'
import { toBase64url } from '../tokens/encoding.ts'
import { deliverSoon } from './deliver.ts'
import type { OutboxRow } from './outbox.ts'
import { mayText } from './route.ts'
import { budgetSpent } from './text-budget.ts'

/** What a code is good for. */
export type CodePurpose = 'sign_in' | 'register' | 'factor' | 'change_phone'

export interface FreshCode {
  /** UUID: names the code, and says nothing else. */
  id: string
  code: string
}

/** What the statement that writes a message answers. */
export interface Written {
  [column: string]: unknown
  /** Of `allowed`: see {@link import('./text-budget.ts').countText}. */
  reason: string | null
  message: OutboxRow | null
}

export interface CodeOrder {
  tenant: Tenant
  destination: Destination
  purpose: CodePurpose
  /** What the hash is bound to, beside tenant and purpose; null: the id of the code. */
  binding: string | null
  context: RequestContext
}

type IssuePorts = Pick<Ports, 'background' | 'codes' | 'config' | 'database' | 'mailer'>

/**
 * Makes a code, counts it at its destination, and lets `write` put it into the outbox, in one call and one round trip.
 * What is not written is taken back there. Throws `RATE_LIMITED`; every refusal is in the trail.
 */
export async function issueCode<T extends Written>(
  ports: IssuePorts,
  order: CodeOrder,
  write: (fresh: FreshCode) => Promise<T>,
): Promise<T & { id: string }> {
  const { tenant, destination, purpose, context } = order
  const fresh = { id: crypto.randomUUID(), code: newCode() }
  const key = ports.config.keys.codes.current
  const hash = await codeHash(key, bindingOf(order, fresh.id), fresh.code)
  try {
    await ports.codes.issue(destination, { id: fresh.id, hash: toBase64url(hash), purpose })
  } catch (error) {
    if (isRateLimited(error)) await recordRefusedCode(ports, tenant, 'destination_budget', context)
    throw error
  }
  const written = await write(fresh).catch(async (error: unknown) => {
    await ports.codes.withdraw(destination, fresh.id)
    throw error
  })
  if (written.reason || !written.message) {
    await ports.codes.withdraw(destination, fresh.id)
    throw budgetSpent(tenant, written.reason ?? 'refused')
  }
  deliverSoon(ports, [written.message])
  return { ...written, id: fresh.id }
}

/** What a shown code may be stored as: one hash for each key that may have made it. */
export function shownHashes(
  ports: Pick<Ports, 'config'>,
  order: Pick<CodeOrder, 'tenant' | 'purpose' | 'binding'>,
  id: string,
  code: string,
): Promise<string[]> {
  const { all } = ports.config.keys.codes
  return Promise.all(
    all.map(async (key) => toBase64url(await codeHash(key, bindingOf(order, id), code))),
  )
}

function bindingOf(
  { tenant, purpose, binding }: Pick<CodeOrder, 'tenant' | 'purpose' | 'binding'>,
  id: string,
): string[] {
  return ['one_time_code', tenant.id, purpose, binding ?? id]
}

/** Throws `VALIDATION_FAILED` for a country that the tenant does not send to; the refusal is in the trail. */
export async function refuseRegion(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  field: string,
  phone: string,
  context: RequestContext,
): Promise<void> {
  if (mayText(tenant, phone)) return
  await recordRefusedCode(ports, tenant, `region ${phonePrefix(phone).prefix}`, context)
  const message = 'Codes are not sent to numbers of this country.'
  throw new AuthError('VALIDATION_FAILED', {
    errors: [fieldError(field, 'DESTINATION_NOT_ALLOWED', message)],
  })
}

async function recordRefusedCode(
  ports: Pick<Ports, 'database'>,
  tenant: Tenant,
  reason: string,
  context: RequestContext,
): Promise<void> {
  await ports.database.run(
    recordEvent(
      { action: 'code.refused', outcome: 'failure', tenantId: tenant.id, userId: null, reason },
      context,
      sql`(select 1) as once`,
    ),
    'idempotent',
  )
}

function isRateLimited(error: unknown): boolean {
  return error instanceof AuthError && error.code === 'RATE_LIMITED'
}

/** What every sending of a code answers. */
export const sentCode = { expires_in: policy.life, retry_after: policy.resendAfter } as const
