import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { emptied, neverProven, provenByNumberAlone, waysInDropped } from '../accounts/emptied.ts'
import { type Account, accountColumn } from '../accounts/user.ts'
import { factorsJustDenied } from '../assurance/factors-denied.ts'
import type { Proof } from '../assurance/levels.ts'
import { isRemembered } from '../assurance/remembered-device.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import type { Consent } from '../forms/consents.ts'
import type { OutboxRow } from '../messages/outbox.ts'
import { countVerified } from '../messages/text-budget.ts'
import { ConstraintError, type Ports } from '../ports.ts'
import type { TenantPorts } from '../tenants/resolve.ts'
import type { SignInMethod } from '../tenants/sign-in-methods.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { toBytea } from '../tokens/encoding.ts'
import { completeSignIn, type SignInOutcome } from './complete-sign-in.ts'

/** Somebody has shown that a mailbox or a number is theirs, and signs in by that. */
export interface AddressProof extends AddressClaim {
  method: SignInMethod
}

/** Somebody has shown that a mailbox or a number is theirs. */
export interface AddressClaim {
  tenant: Tenant
  kind: 'email' | 'phone'
  /** CTEs that end in `shown` (address): what is spent for it. Without a row nothing happens. */
  shown: SQL
  /** Of a text that was answered: what it counted against. */
  prefix: string | null
  consents: readonly Consent[]
  context: RequestContext
  /** What the account is given beside: roles, and CTEs that read `holder`, the account as it is then. */
  given?: { roles: readonly string[]; effects: SQL; letters: SQL }
}

export interface AddressSignIn {
  outcome: SignInOutcome
  userCreated: boolean
  /** The row of `shown`. */
  shown: Record<string, unknown>
}

const proofs = { email: 'email', phone: 'text' } as const satisfies Record<string, Proof>

export interface Claim {
  [column: string]: unknown
  account: Account | null
  created: boolean
  known_device: string | null
  device_remembered: boolean | null
  taken_over: boolean
  /** See {@link factorsJustDenied}. */
  factors_denied: boolean
  shown: Record<string, unknown> | null
  letters: OutboxRow[] | null
}

/**
 * Signs in whoever proved an address, and opens an account where it has none. Null where nothing was shown.
 * Two round trips: the proof takes effect, then the session is opened.
 */
export async function signInByAddress(
  ports: TenantPorts,
  proof: AddressProof,
): Promise<AddressSignIn | null> {
  const claim = await claimAddress(ports, proof)
  if (!claim?.shown || !claim.account) return null
  const outcome = await completeSignIn(ports, {
    tenant: proof.tenant,
    method: proof.method,
    account: claim.account,
    proven: [proofs[proof.kind]],
    context: proof.context,
    knownDevice: claim.known_device,
    deviceRemembered: claim.device_remembered ?? false,
    closed: proof.kind === 'email' && claim.factors_denied,
    effects: claim.taken_over ? waysInDropped(sql`account`) : null,
  })
  return { outcome, userCreated: claim.created, shown: claim.shown }
}

/**
 * Somebody else may open the same account at this moment, or prove the address for theirs: then the statement finds that
 * at the second look.
 */
export async function claimAddress(
  ports: Pick<Ports, 'database'>,
  proof: AddressClaim,
): Promise<Claim | null> {
  const [first] = await claimOnce(ports, proof).catch((error: unknown) => {
    // Nothing of it was done: what it would have spent can be spent once more.
    if (error instanceof ConstraintError) return claimOnce(ports, proof)
    throw error
  })
  if (!first?.shown || first.account) return first ?? null
  const shown = sql`shown as (select ${String(first.shown.address)}::text as address)`
  const [second] = await claimOnce(ports, { ...proof, shown })
  if (!second?.account) throw new AuthError('UNAVAILABLE', { retryAfter: 1, reason: 'claim raced' })
  return { ...second, shown: first.shown }
}

function claimOnce({ database }: Pick<Ports, 'database'>, claim: AddressClaim): Promise<Claim[]> {
  return database.run<Claim>(claimStatement(claim), 'once')
}

/** How an account is found by each kind of address, and what its proof is. */
const kinds = {
  email: {
    // An address that was typed into the account of a number is not that account's: see `released`.
    finds: sql`u.email = shown.address and not ${provenByNumberAlone(sql`u`)}`,
    column: sql`email`,
    provenAt: sql`email_verified_at`,
  },
  phone: {
    // A number that nobody proved claims nothing, but a registration that waits for this very proof.
    finds: sql`u.phone_e164 = shown.address
      and (u.phone_verified_at is not null or (u.status = 'pending' and u.email is null))`,
    column: sql`phone_e164`,
    provenAt: sql`phone_verified_at`,
  },
} as const

/**
 * Finds the account of a proven address, or makes it. An account of which nothing was ever proven is the prover's from
 * here on: whoever registered it without a proof leaves no password, key, factor, session or profile behind.
 */
function claimStatement(claim: AddressClaim): SQL {
  const { tenant, kind, shown, prefix, consents, context, given } = claim
  const roles = given?.roles ?? ['member']
  const { finds, column, provenAt } = kinds[kind]
  const deviceHash = context.device ? toBytea(context.device.hash) : null
  const unproven = neverProven(sql`prior`)
  // What a stranger typed is not the owner's; the address that was just shown is.
  const typed = ['first_name', 'last_name', 'date_of_birth', 'gender', 'mobile']
    .concat(kind === 'email' ? ['phone_e164'] : [])
    .map(
      (name) =>
        sql`${sql.identifier(name)} = case when not ${unproven} then u.${sql.identifier(name)} end`,
    )
  return sql`with ${shown}, prior as (
      select u.* from users u join shown on ${finds}
      where u.tenant_id = ${tenant.id} and u.status <> 'deleted'
      order by u.phone_verified_at nulls last limit 1
      for no key update of u
    ), released as (
      update users u set email = null from shown
      where ${kind === 'email'}::boolean and u.tenant_id = ${tenant.id} and u.email = shown.address
        and u.status <> 'deleted' and ${provenByNumberAlone(sql`u`)}
      returning u.id
    ), made as (
      insert into users (id, tenant_id, status, ${column}, ${provenAt}, locale, roles)
      select ${uuidv7()}::uuid, ${tenant.id}::uuid, 'active', shown.address, now(), ${context.locale},
        ${sql.param(roles)}::text[]
      -- Asking for its rows makes the release come first: then the address is free.
      from shown where not exists (select from prior) and (select count(*) from released) >= 0
      on conflict do nothing
      returning *
    ), proven as (
      update users u set status = 'active', ${provenAt} = coalesce(u.${provenAt}, now()),
        extra = case when ${unproven} then '{}' else u.extra end,
        mfa_enabled = u.mfa_enabled and not ${unproven},
        roles = array(select unnest(u.roles) union select unnest(${sql.param(roles)}::text[]) order by 1), ${sql.join(typed, sql`, `)},
        authority_version = u.authority_version + case when ${unproven} then 1 else 0 end,
        authority_changed_at = case when ${unproven} then clock_timestamp() else u.authority_changed_at end
      from prior where u.id = prior.id and prior.status in ('pending', 'active')
      returning u.*
    ), taken_over as (
      select id from prior where ${unproven}
    ), ${emptied(sql`taken_over`)}, new_here as (
      select id, tenant_id from made union all select p.id, p.tenant_id from proven p join taken_over t on t.id = p.id
    ), consented as (
      insert into consents (id, tenant_id, user_id, kind, version, ip_prefix, accepted_at)
      select consent.id, new_here.tenant_id, new_here.id, consent.kind, consent.version, ${context.ipPrefix}::text,
        consent.accepted_at
      from new_here, jsonb_to_recordset(${JSON.stringify(consents)}::jsonb)
        as consent (id uuid, kind text, version text, accepted_at timestamptz)
    ), ${countVerified(tenant, prefix, sql`shown`)}, registered as (${recordEvent(
      {
        action: 'account.registered',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`made.id`,
        reason: kind,
      },
      context,
      sql`made`,
    )}), verified as (${recordEvent(
      {
        action: 'account.verified',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`taken_over.id`,
        reason: kind,
      },
      context,
      sql`taken_over`,
    )}), let_go as (${recordEvent(
      {
        action: 'account.address_released',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`released.id`,
      },
      context,
      sql`released`,
    )}), holder as (
      select made.*, true as created from made
      union all select proven.*, false from proven
      union all select prior.*, false from prior where prior.status = 'disabled'
    )${given ? sql`, ${given.effects}` : sql``}
    select case when u.id is not null then (select holder_row.account from (select ${accountColumn('u')}) as holder_row) end as account,
      coalesce(u.created, false) as created, ${factorsJustDenied(sql`u`)} as factors_denied, d.id as known_device, ${isRemembered} as device_remembered,
      exists (select from taken_over) as taken_over, (select to_jsonb(shown) from shown) as shown,
      ${given?.letters ?? null}::jsonb as letters
    from (select 1) as once left join holder u on true
      left join devices d on d.user_id = u.id and d.token_hash = ${deviceHash}::bytea
        and not exists (select from taken_over)`
}
