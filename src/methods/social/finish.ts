import { sql } from 'drizzle-orm'
import type { RequestContext } from '../../context.ts'
import { AuthError, publicCode } from '../../errors.ts'
import { log } from '../../log.ts'
import { social as policy } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { settingsHold, settingsHoldColumn } from '../../tenants/current.ts'
import { requireMethod } from '../../tenants/methods.ts'
import { byTodaysSettings, type TenantPorts, tenantNamed } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { type Bytes, toBytea } from '../../tokens/encoding.ts'
import { newSecret } from '../../tokens/secret.ts'
import { type AdmitPorts, type Admitted, admit } from './admit.ts'
import { redeemCode } from './callback.ts'
import type { Names, Person, Provider, ProviderPorts } from './provider.ts'
import { recordRefusal } from './record-refusal.ts'
import { openTransaction, type Transaction } from './transaction.ts'

export type FinishPorts = AdmitPorts & ProviderPorts & TenantPorts

/** What a provider sent back with the browser. */
export interface ProviderAnswer {
  state: string
  /** The transaction, from the cookie of this state; null where the browser has none. */
  sealed: string | null | undefined
  code: string | undefined
  error: string | undefined
  issuer: string | undefined
  /** Apple's first answer only. */
  names: Names
}

/**
 * Takes a provider's answer and gives the address of the app to go on to: with a code that buys a session, or with the
 * code of a refusal. Throws `OAUTH_STATE_INVALID` where it is not known whose answer it is, or the tenant knows the address
 * no longer: then there is no such address.
 */
export async function finish(
  ports: FinishPorts,
  /** Of the callback's address: in its trail stands an answer that is nobody's. */
  tenant: Tenant,
  provider: Provider,
  answer: ProviderAnswer,
  context: RequestContext,
): Promise<string> {
  const transaction = await transactionOf(ports, provider, answer).catch(async (refusal) => {
    await recordRefusal(ports, tenant, provider.name, refusal, context)
    throw refusal
  })
  try {
    const code = await proceed(ports, provider, answer, transaction, context)
    return withParameter(transaction.redirectTo, 'code', code)
  } catch (error) {
    if (!(error instanceof AuthError) || error.code === 'OAUTH_STATE_INVALID') throw error
    const { code, details } = error
    const reason = details.reason ? { reason: details.reason } : {}
    log('info', { event: 'refused', request_id: context.requestId, code, ...reason })
    return withParameter(transaction.redirectTo, 'error', publicCode(code))
  }
}

async function transactionOf(
  { clock, config }: Pick<Ports, 'clock' | 'config'>,
  provider: Provider,
  { state, sealed }: ProviderAnswer,
): Promise<Transaction> {
  const refuse = (reason: string) => new AuthError('OAUTH_STATE_INVALID', { reason })
  if (!sealed) throw refuse('state: no cookie')
  const transaction = await openTransaction(config, state, sealed, clock.now())
  if (!transaction) throw refuse('state: not opened')
  if (transaction.provider !== provider.name) throw refuse('state: another provider')
  return transaction
}

async function proceed(
  ports: FinishPorts,
  provider: Provider,
  answer: ProviderAnswer,
  transaction: Transaction,
  context: RequestContext,
): Promise<string> {
  const known = await tenantNamed(ports, transaction.tenant)
  if (!known) throw new AuthError('OAUTH_STATE_INVALID', { reason: 'tenant' })
  const record = async (refusal: unknown): Promise<never> => {
    await recordRefusal(ports, known, provider.name, refusal, context)
    throw refusal
  }
  await judgeReturn(known, transaction).catch(record)
  const person = await identify(ports, provider, answer, transaction).catch(record)
  const admitted =
    transaction.purpose === 'sign_in'
      ? await admit(ports, { tenant: known, person, context })
      : null
  const { text, hash } = await newSecret('exchange')
  const { isKept } = await byTodaysSettings(ports, known, async (tenant) => {
    await judgeReturn(tenant, transaction).catch(record)
    return keep(ports, { tenant, transaction, person, admitted, hash })
  })
  if (isKept) return text
  return record(new AuthError('PROVIDER_ERROR', { reason: 'answered before' }))
}

/**
 * Since the sign-in began the tenant may have closed this way in, or taken the app's address off its list. To such an
 * address nothing is sent, not even a refusal.
 */
async function judgeReturn(
  tenant: Tenant,
  { purpose, provider, redirectTo }: Transaction,
): Promise<void> {
  if (!tenant.settings.redirectUrls.includes(redirectTo)) {
    throw new AuthError('OAUTH_STATE_INVALID', { reason: 'redirect_to' })
  }
  if (purpose === 'sign_in') requireMethod(tenant, provider)
}

/** Words of the providers for a person who changed their mind. */
const cancelled = new Set(['access_denied', 'user_cancelled_authorize', 'consent_required'])

async function identify(
  ports: ProviderPorts,
  provider: Provider,
  { code, error, issuer, names }: ProviderAnswer,
  { verifier, nonce }: Transaction,
): Promise<Person> {
  // RFC 9207: an answer that names another issuer was meant for another.
  if (issuer !== undefined && !provider.isIssuer(ports.config.social, issuer)) {
    throw new AuthError('PROVIDER_ERROR', { reason: 'iss' })
  }
  if (error && cancelled.has(error)) throw new AuthError('PROVIDER_DENIED')
  if (error || !code) throw new AuthError('PROVIDER_ERROR', { reason: 'no code' })
  const tokens = await redeemCode(ports, provider, { code, verifier })
  const person = await provider.person(ports, tokens, nonce)
  return {
    ...person,
    firstName: person.firstName ?? names.firstName,
    lastName: person.lastName ?? names.lastName,
  }
}

interface ToKeep {
  tenant: Tenant
  transaction: Transaction
  person: Person
  /** Null where the app wants to link: then the code stands for the identity alone. */
  admitted: Admitted | null
  hash: Bytes
}

/**
 * One row for each transaction: an answer that is sent again finds it taken, and is not kept. Null where the tenant's
 * settings have moved.
 */
async function keep(
  { database }: Pick<FinishPorts, 'database'>,
  { tenant, transaction, person, admitted, hash }: ToKeep,
): Promise<{ isKept: boolean } | null> {
  const [row] = await database.run<{ is_kept: boolean; settings_hold: boolean }>(
    sql`with kept as (insert into exchange_codes (id, tenant_id, purpose, code_hash, code_challenge, user_id, authority_version,
        identity_id, user_created, person, expires_at)
      select ${transaction.id}::uuid, ${tenant.id}::uuid, ${transaction.purpose}, ${toBytea(hash)}::bytea,
        ${transaction.challenge}, ${admitted?.account.id ?? null}::uuid,
        ${admitted?.account.authority_version ?? null}::int, ${admitted?.identity ?? null}::uuid,
        ${admitted?.userCreated ?? false}::boolean, ${JSON.stringify(admitted ? {} : person)}::jsonb,
        now() + make_interval(secs => ${policy.exchangeLife})
      where ${settingsHold(tenant)}
      on conflict (id) do update set id = excluded.id where exchange_codes.code_hash = excluded.code_hash
      returning id)
      select exists (select from kept) as is_kept, ${settingsHoldColumn(tenant)}`,
    'idempotent',
  )
  return row?.settings_hold ? { isKept: row.is_kept } : null
}

function withParameter(address: string, name: string, value: string): string {
  const url = new URL(address)
  url.searchParams.set(name, value)
  return url.href
}
