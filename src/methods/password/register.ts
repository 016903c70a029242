import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { type Account, accountColumn } from '../../accounts/user.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError } from '../../errors.ts'
import type { Body } from '../../forms/field-reader.ts'
import type { Registration } from '../../forms/registration.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { countedWindow } from '../../messages/mail-budget.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { mailBudget, oneTime } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import { completeSignIn, type SignInOutcome } from '../../sessions/complete-sign-in.ts'
import { settingsHold, settingsHoldColumn } from '../../tenants/current.ts'
import { requireMethod } from '../../tenants/methods.ts'
import { byTodaysSettings } from '../../tenants/resolve.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { installProof } from '../../tokens/install-id.ts'
import { acceptRegistration } from './check-registration.ts'
import { registerByPhone } from './register-by-phone.ts'
import { newVerification, type Verification } from './verification.ts'
import { deviceOf, toPayload, type WaitingRegistration } from './waiting-registration.ts'

type RegisterPorts = Pick<
  Ports,
  | 'background'
  | 'clock'
  | 'codes'
  | 'config'
  | 'database'
  | 'egress'
  | 'hasher'
  | 'mailer'
  | 'passwordLists'
  | 'tenantMemory'
>

export interface Registered {
  /** What must be proven, as the answer names it. */
  address:
    | { email: string }
    | { phone_e164: string; sent_to: string; expires_in: number; retry_after: number }
  /** Null where the address must be proven first. */
  signedIn: SignInOutcome | null
}

/**
 * Registers an account by the tenant's form. The statement that writes holds only by the settings that the form was
 * judged by; where they have moved, the body is judged once more by those of today: a field or a text that is asked for
 * since then is asked for here. Throws `VALIDATION_FAILED`, `USER_EXISTS`, `SIGN_IN_METHOD_CLOSED`, `BUSY`.
 */
export async function register(
  ports: RegisterPorts,
  tenant: Tenant,
  body: Body,
  context: RequestContext,
): Promise<Registered> {
  return byTodaysSettings(ports, tenant, (today) => registerBy(ports, today, body, context))
}

/** Null where the settings are no longer the tenant's: nothing was written. */
async function registerBy(
  ports: RegisterPorts,
  tenant: Tenant,
  body: Body,
  requestContext: RequestContext,
): Promise<Registered | null> {
  requireMethod(tenant, 'password')
  // A full queue refuses before any work, but no place is held while other services are asked.
  ports.hasher.reserve().release()
  const registration = await acceptRegistration(ports, tenant, body, requestContext)
  const slot = ports.hasher.reserve()
  try {
    // Costs the same for a new, a waiting and a taken address.
    const hash = await slot.hash(registration.password)
    const email = registration.email ?? ''
    const context = await withDevice(requestContext, registration)
    const request = { tenant, registration, hash, email, context }
    const { phone } = registration
    // A number is always proven: one that nobody proved is no way back in.
    if (!registration.email && phone) {
      const address = await registerByPhone(ports, { ...request, phone })
      return address && { address, signedIn: null }
    }
    if (!tenant.settings.emailVerification) {
      const signedIn = await registerAtOnce(ports, request)
      return signedIn && { address: { email }, signedIn }
    }
    return (await registerPending(ports, request)) ? { address: { email }, signedIn: null } : null
  } finally {
    slot.release()
  }
}

/** A form may carry what an app cannot put into headers; headers win. */
async function withDevice(
  context: RequestContext,
  { platform, appVersion, installId }: Registration,
): Promise<RequestContext> {
  return {
    ...context,
    platform: context.platform ?? platform,
    appVersion: context.appVersion ?? appVersion,
    device: context.device ?? (await installProof(installId ?? '')),
  }
}

interface Request extends WaitingRegistration {
  email: string
}

/**
 * An account that waits for proof of its address. A new address, a waiting one and a taken one answer the same;
 * only the mailbox learns which it was.
 *
 * What was typed (profile, consents, password) is kept with the token and takes effect when that token is spent:
 * whoever registers an address of someone else cannot change what its owner proves later. False: the settings moved.
 */
async function registerPending(ports: RegisterPorts, request: Request): Promise<boolean> {
  const { tenant, registration, email, hash, context } = request
  const verification = await newVerification(ports.config, tenant.id, email)
  const message = await draft(ports, {
    token: verification.token.text,
    code: verification.code,
    first_name: registration.firstName,
  })
  const rows = await ports.database.run<OutboxRow>(
    sql`with tried as (${upsertPending(request)}
      ), token as (${insertVerification(request, verification)}
      ), credential as (
        insert into password_credentials (user_id, tenant_id, hash, pepper_id)
        select id, tenant_id, ${hash.phc}, ${hash.pepperId} from tried
        where status = 'pending' and mail_window_count <= ${mailBudget.perWindow}
        on conflict (user_id) do update set hash = excluded.hash, pepper_id = excluded.pepper_id, changed_at = now()
      ), told as (
        select tenant_id, id as user_id, email as recipient, locale, case
            when mail_window_count > ${mailBudget.perWindow} then 'none'
            when status = 'pending' then 'verify_email'
            else 'already_registered' end as letter
        from tried
      ), message as (${outboxInsert(message, oneTime.verifyEmailLife, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'account.registered',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`tried.id`,
          details: deviceOf(context),
          reason: sql`case when tried.status = 'pending' then null else 'address_taken' end`,
        },
        context,
        sql`tried`,
      )})
      select * from message`,
    'once',
  )
  deliverSoon(ports, rows)
  return rows.length > 0
}

/** One row per address, whatever the race: the unique key decides. Locks it, so that the mail budget is exact. */
function upsertPending({ tenant, registration, email }: Request): SQL {
  return sql`insert into users (id, tenant_id, status, email, locale, mail_window_count)
    select ${uuidv7()}::uuid, ${tenant.id}::uuid, 'pending', ${email}, ${registration.locale}, 1
    where ${settingsHold(tenant)}
    on conflict (tenant_id, email) do update set ${countedWindow('registration')}
    returning id, tenant_id, email, locale, status, mail_window_count`
}

function insertVerification(request: Request, verification: Verification): SQL {
  return sql`insert into one_time_tokens
      (id, tenant_id, user_id, purpose, token_hash, code_hash, code_failures, payload, expires_at)
    select ${uuidv7()}::uuid, tenant_id, id, 'verify_email', ${toBytea(verification.token.hash)}::bytea,
      ${toBytea(verification.codeHash)}::bytea, ${failuresSoFar}, ${JSON.stringify(toPayload(request))}::jsonb,
      now() + make_interval(secs => ${oneTime.verifyEmailLife})
    from tried where status = 'pending' and mail_window_count <= ${mailBudget.perWindow}`
}

/** A new code is no new set of guesses. */
const failuresSoFar = sql`coalesce((select max(t.code_failures) from one_time_tokens t
  where t.user_id = tried.id and t.purpose = 'verify_email' and t.used_at is null and t.expires_at > now()), 0)`

/** Where no proof is asked for: the account is active at once, and the unique key says whether it was free. */
async function registerAtOnce(
  ports: RegisterPorts,
  request: Request,
): Promise<SignInOutcome | null> {
  const { tenant, context } = request
  const account = await insertActive(ports, request)
  if (!account) return null
  return completeSignIn(ports, {
    tenant,
    method: 'password',
    account,
    proven: ['password'],
    context,
    knownDevice: null,
    effects: null,
  })
}

async function insertActive(
  ports: RegisterPorts,
  { tenant, registration, email, hash, context }: Request,
): Promise<Account | null> {
  const [row] = await ports.database.run<{ account: Account | null; settings_hold: boolean }>(
    sql`with made as (
        insert into users (id, tenant_id, status, email, locale, first_name, last_name, date_of_birth, gender,
          mobile, phone_e164, extra)
        select ${uuidv7()}::uuid, ${tenant.id}::uuid, 'active', ${email}, ${registration.locale},
          ${registration.firstName}, ${registration.lastName}, ${registration.dateOfBirth}::date,
          ${registration.gender}, ${registration.mobile}, ${registration.phone},
          ${JSON.stringify(registration.extra)}::jsonb
        where ${settingsHold(tenant)}
        on conflict (tenant_id, email) do nothing
        returning *
      ), credential as (
        insert into password_credentials (user_id, tenant_id, hash, pepper_id)
        select id, tenant_id, ${hash.phc}, ${hash.pepperId} from made
      ), consented as (
        insert into consents (id, tenant_id, user_id, kind, version, ip_prefix, accepted_at)
        select consent.id, made.tenant_id, made.id, consent.kind, consent.version, ${context.ipPrefix}::text,
          consent.accepted_at
        from made, jsonb_to_recordset(${JSON.stringify(registration.consents)}::jsonb)
          as consent (id uuid, kind text, version text, accepted_at timestamptz)
      ), recorded as (${recordEvent(
        {
          action: 'account.registered',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`made.id`,
          details: deviceOf(context),
        },
        context,
        sql`made`,
      )})
      select (select one.account from (select ${accountColumn('made')} from made) as one) as account,
        ${settingsHoldColumn(tenant)}`,
    'once',
  )
  if (row?.account) return row.account
  if (row?.settings_hold) throw new AuthError('USER_EXISTS')
  return null
}
