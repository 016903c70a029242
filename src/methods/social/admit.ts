import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { emptied, waysInDropped } from '../../accounts/emptied.ts'
import { isRefusedMailbox } from '../../accounts/fields/disposable-domain.ts'
import { type Account, type AccountRow, accountColumn } from '../../accounts/user.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import type { OutboxRow } from '../../messages/outbox.ts'
import { social as policy } from '../../policy.ts'
import { ConstraintError, type Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { judge } from './judge.ts'
import type { Person } from './provider.ts'
import { recordRefusal } from './record-refusal.ts'
import { type DeviceAccount, findAccounts, insertIdentity, isGuarded } from './store.ts'
import { tellLinked, toldColumns } from './tell.ts'

export type AdmitPorts = Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>

export interface Arrival {
  tenant: Tenant
  person: Person
  context: RequestContext
}

export interface Admitted extends DeviceAccount {
  identity: string
  userCreated: boolean
}

/**
 * The account of somebody whom a provider vouches for: known, joined, taken over or new.
 * Two round trips at the first sign-in, one later. Throws `EMAIL_REQUIRED`, `EMAIL_NOT_VERIFIED`, `USER_EXISTS`,
 * `ACCOUNT_DISABLED`.
 */
export async function admit(ports: AdmitPorts, arrival: Arrival): Promise<Admitted> {
  const { tenant, person, context } = arrival
  for (let tries = 0; tries < policy.tries; tries += 1) {
    const found = await findAccounts(ports.database, tenant, person, context.device)
    const refusesMailbox = isRefusedMailbox(ports.config, person.email ?? '')
    const judgement = judge(tenant, person, found, refusesMailbox)
    if (judgement.verdict === 'refuse') {
      const refusal = new AuthError(judgement.code, { reason: judgement.cause })
      await recordRefusal(ports, tenant, person.provider, refusal, context)
      throw refusal
    }
    const admitted = await settle(ports, arrival, judgement)
    if (admitted) return admitted
    // Another sign-in came between reading and writing: its rows are there now.
  }
  throw new AuthError('UNAVAILABLE', { retryAfter: 1, reason: 'identity contended' })
}

type Settled = Exclude<ReturnType<typeof judge>, { verdict: 'refuse' }>

async function settle(
  ports: AdmitPorts,
  arrival: Arrival,
  judgement: Settled,
): Promise<Admitted | null> {
  if (judgement.verdict === 'known') {
    const { found } = judgement
    return { ...found, identity: found.identity ?? '', userCreated: false }
  }
  const identity = uuidv7()
  const account = await write(ports, arrival, judgement, identity)
  if (!account) return null
  if (judgement.verdict !== 'link') {
    const userCreated = true
    return { account, identity, userCreated, knownDevice: null, deviceRemembered: false }
  }
  return { ...judgement.found, account, identity, userCreated: false }
}

/** Null where somebody else was first: the unique keys and the version of the account decide, and nothing is written. */
async function write(
  ports: AdmitPorts,
  arrival: Arrival,
  judgement: Exclude<Settled, { verdict: 'known' }>,
  identity: string,
): Promise<Account | null> {
  try {
    if (judgement.verdict === 'create') return await create(ports, arrival, identity)
    const { account } = judgement.found
    if (judgement.verdict === 'link') return await link(ports, arrival, identity, account)
    return await adopt(ports, arrival, identity, account)
  } catch (error) {
    if (error instanceof ConstraintError) return null
    throw error
  }
}

async function create(
  { database }: AdmitPorts,
  arrival: Arrival,
  identity: string,
): Promise<Account | null> {
  const { tenant, person, context } = arrival
  const [row] = await database.run<AccountRow>(
    sql`with owner as (
        insert into users (id, tenant_id, status, email, email_verified_at, locale, first_name, last_name)
        values (${uuidv7()}, ${tenant.id}, 'active', ${person.email},
          case when ${person.emailVerified}::boolean then now() end, ${context.locale}, ${person.firstName},
          ${person.lastName})
        returning *
      ), linked as (${insertIdentity(identity, person, sql`owner`)}
      ), registered as (${recordEvent(
        {
          action: 'account.registered',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`owner.id`,
          reason: person.provider,
        },
        context,
        sql`owner`,
      )}), recorded as (${recordLink(arrival)})
      select ${accountColumn('owner')} from owner`,
    'once',
  )
  return row?.account ?? null
}

/** Fills in a name that is missing, changes none. A factor that was added since the account was read stops it. */
async function link(
  ports: AdmitPorts,
  arrival: Arrival,
  identity: string,
  { id, authority_version }: Account,
): Promise<Account | null> {
  const { tenant, person } = arrival
  const message = await tellLinked(ports, arrival.context, person)
  const [row] = await ports.database.run<AccountRow & OutboxRow>(
    sql`with owner as (
        update users u set first_name = coalesce(u.first_name, ${person.firstName}),
          last_name = coalesce(u.last_name, ${person.lastName})
        where u.id = ${id} and u.tenant_id = ${tenant.id} and u.status = 'active' and u.email = ${person.email}
          and u.email_verified_at is not null and u.authority_version = ${authority_version}
          and not ${isGuarded(tenant)}
        returning u.*
      ), linked as (${insertIdentity(identity, person, sql`owner`)}
      ), told as (select ${toldColumns('identity_linked', sql`owner`)} from owner
      ), ${message}, recorded as (${recordLink(arrival)})
      select message.*, ${accountColumn('owner')} from owner, message`,
    'once',
  )
  if (!row) return null
  deliverSoon(ports, [row])
  return row.account
}

/**
 * Hands an account that nobody has proven to who has just proven its address. Whatever was typed into it, and
 * everything that opens it, goes: it may have been laid out for its owner by somebody who waits (pre-hijacking).
 */
async function adopt(
  { database }: AdmitPorts,
  arrival: Arrival,
  identity: string,
  { id, authority_version }: Account,
): Promise<Account | null> {
  const { tenant, person, context } = arrival
  const [row] = await database.run<AccountRow>(
    sql`with owner as (
        update users set status = 'active', email_verified_at = now(), authority_version = authority_version + 1,
          authority_changed_at = clock_timestamp(), locale = ${context.locale}, first_name = ${person.firstName},
          last_name = ${person.lastName}, date_of_birth = null, gender = null, mobile = null, phone_e164 = null,
          extra = '{}'
        where id = ${id} and tenant_id = ${tenant.id} and status in ('pending', 'active') and email = ${person.email}
          and email_verified_at is null and phone_verified_at is null and not mfa_enabled
          and authority_version = ${authority_version}
        returning *
      ), ${emptied(sql`owner`)}, linked as (${insertIdentity(identity, person, sql`owner`)}
      ), verified as (${recordEvent(
        {
          action: 'account.verified',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`owner.id`,
          reason: person.provider,
        },
        context,
        sql`owner`,
      )}), recorded as (${recordLink(arrival)})
      select ${accountColumn('owner')} from owner`,
    'once',
  )
  if (!row) return null
  await database.run(
    sql`with owner as (select ${id}::uuid as id), ${waysInDropped(sql`owner`, identity)} select 1`,
    'idempotent',
  )
  return row.account
}

function recordLink({ tenant, person, context }: Arrival): SQL {
  return recordEvent(
    {
      action: 'identity.linked',
      outcome: 'success',
      tenantId: tenant.id,
      userId: sql`linked.user_id`,
      reason: person.provider,
    },
    context,
    sql`linked`,
  )
}
