import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { requireStepUp, type StepUp, stepUpColumns } from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { emailChange as policy } from '../../policy.ts'
import type { Destination, Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { newSecret } from '../../tokens/secret.ts'
import { acceptAddress } from '../fields/reachable-address.ts'
import { touched } from '../until-current.ts'
import { newUndo } from './undo-link.ts'

type RequestPorts = Pick<
  Ports,
  'background' | 'clock' | 'codes' | 'config' | 'database' | 'egress' | 'mailer'
>

interface RequestedRow extends StepUp {
  [column: string]: unknown
  messages: OutboxRow[]
}

/**
 * Begins a change of the caller's address: a link goes to the new one, and a notice with a link that undoes it to the
 * old. Nothing changes yet. An address that has an account gets a letter that says so, by the same work.
 * Throws `TOKEN_INVALID`, `STEP_UP_REQUIRED`, `VALIDATION_FAILED`, `RATE_LIMITED`.
 */
export async function requestEmailChange(
  ports: RequestPorts,
  caller: Caller,
  email: string,
): Promise<void> {
  await acceptAddress(ports, 'email', email)
  const { tenant } = caller
  const destination: Destination = { tenantId: tenant.id, kind: 'link', address: email }
  const id = crypto.randomUUID()
  await ports.codes.issue(destination, { id, hash: null, purpose: 'link' })
  try {
    const statement = await requestStatement(ports, caller, email)
    const [row] = await ports.database.run<RequestedRow>(statement, 'once')
    if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
    requireStepUp(row)
    deliverSoon(ports, row.messages)
  } catch (error) {
    await ports.codes.withdraw(destination, id)
    throw error
  }
}

/**
 * The link holds as long as the session that asked and its authority: its end, a new password, a denial, a factor that was
 * added or removed takes it back.
 */
async function requestStatement(
  ports: Pick<Ports, 'clock' | 'config'>,
  { tenant, claims, context }: Caller,
  email: string,
): Promise<SQL> {
  const when = new Date(ports.clock.now()).toISOString()
  const [token, undo] = [await newSecret('changeEmail'), await newUndo()]
  const toNew = await draft(ports, { token: token.text })
  const toOld = await draft(ports, { when, place: context.country, token: undo.token })
  return sql`with caller as (
      select u.*, s.authority_version as session_version, ${stepUpColumns('change_email', tenant)}
      from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
      for no key update of u, s
    ), asked as (
      select caller.*, exists (
        select from users o where o.tenant_id = ${tenant.id} and o.email = ${email} and o.status in ('active', 'disabled')
      ) as taken
      from caller where stepped_up
    ), ${touched(sql`asked`)}, superseded as (
      update one_time_tokens t set used_at = now(), payload = '{}' from asked
      where t.user_id = asked.id and t.purpose = 'change_email' and t.used_at is null
    ), link as (
      insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, payload, expires_at)
      select ${uuidv7()}::uuid, asked.tenant_id, asked.id, 'change_email', ${toBytea(token.hash)}::bytea,
        jsonb_build_object('email', ${email}::text, 'session_id', ${claims.sessionId}::uuid,
          'authority_version', asked.session_version),
        now() + make_interval(secs => ${policy.linkLife})
      from asked
    ), new_told as (
      select tenant_id, id as user_id, ${email}::text as recipient, locale,
        case when taken then 'email_taken' else 'change_email' end as letter
      from asked
    ), new_message as (${outboxInsert(toNew, policy.linkLife, sql`new_told`)}
    ), old_told as (
      -- An address that was never proven may be a stranger's: whoever reads there must not get hold of the account.
      select tenant_id, id as user_id, email as recipient, locale,
        case when email_verified_at is null then 'none' else 'email_changing' end as letter
      from asked
    ), old_message as (${outboxInsert(toOld, policy.undoLife, sql`old_told`)}
    ), undo as (${undo.insert(sql`old_told`, sql`now()`)}
    ), recorded as (${recordEvent(
      {
        action: 'account.email_change_requested',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`asked.id`,
        sessionId: claims.sessionId,
      },
      context,
      sql`asked`,
    )})
    select caller.stepped_up, caller.asked_level, caller.asked_age, (
      select coalesce(jsonb_agg(to_jsonb(sent)), '[]')
      from (select * from new_message union all select * from old_message) as sent
    ) as messages
    from caller`
}
