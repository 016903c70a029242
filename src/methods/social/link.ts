import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { requireStepUp, type StepUp, stepUpColumns } from '../../assurance/step-up.ts'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import type { OutboxRow } from '../../messages/outbox.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { liveSession } from '../../sessions/live.ts'
import { type Exchange, spendCode } from './exchange.ts'
import type { FinishPorts } from './finish.ts'
import { type Identity, identityObject } from './identities.ts'
import { readNative } from './native.ts'
import type { NativeProof, Provider } from './provider.ts'
import { tellLinked, toldColumns } from './tell.ts'

type LinkPorts = FinishPorts & Pick<Ports, 'background' | 'mailer'>

export type LinkProof = NativeProof | ({ kind: 'code' } & Exchange)

interface LinkRow extends OutboxRow, StepUp {
  proven: boolean
  identity: Identity | null
}

/**
 * Adds an identity to the caller's account: it is shown by a token of the provider, or by the code of a sign-in that
 * was begun with `link`. Its address counts for nothing here: the caller has proven who they are.
 * Throws `STEP_UP_REQUIRED`, `IDENTITY_TAKEN`, `EXCHANGE_INVALID`, `PROVIDER_TOKEN_INVALID`, `TOKEN_INVALID`.
 */
export async function linkIdentity(
  ports: LinkPorts,
  caller: Caller,
  provider: Provider,
  proof: LinkProof,
): Promise<Identity> {
  const shown = await shownBy(ports, caller, provider, proof)
  const message = await tellLinked(ports, caller.context, { provider: provider.name })
  const [row] = await ports.database.run<LinkRow>(linking(caller, provider, shown, message), 'once')
  if (!row) throw new AuthError('TOKEN_INVALID', { reason: 'session is over' })
  requireStepUp(row)
  if (!row.proven) throw new AuthError('EXCHANGE_INVALID')
  if (!row.identity) throw new AuthError('IDENTITY_TAKEN')
  if (row.id) deliverSoon(ports, [row])
  return row.identity
}

/** CTEs that end in `spent`, of one row with the person in JSON at most. */
async function shownBy(
  ports: LinkPorts,
  caller: Caller,
  provider: Provider,
  proof: LinkProof,
): Promise<SQL> {
  if (proof.kind === 'code') {
    const spent = await spendCode(proof, caller.tenant, 'link', sql`exists (select 1 from able)`)
    if (!spent) throw new AuthError('EXCHANGE_INVALID')
    return spent
  }
  const { person } = await readNative(ports, caller.tenant, provider, proof)
  return sql`spent as (select ${JSON.stringify(person)}::jsonb as person from able)`
}

/**
 * The code is spent only for a session that may link; the unique key decides who has an identity. Linking one's own
 * again changes nothing and tells nobody. The account's row is written with each new one: a recovery that waits behind
 * it sees by that to look again.
 */
function linking(
  { tenant, claims, context }: Caller,
  provider: Provider,
  spent: SQL,
  message: SQL,
): SQL {
  return sql`with caller as (
      select u.*, ${stepUpColumns('link_identity', tenant)}
      from sessions s join users u on u.id = s.user_id
      where s.id = ${claims.sessionId} and s.tenant_id = ${tenant.id} and u.id = ${claims.userId} and ${liveSession}
      for update of u
    ), able as (select * from caller where stepped_up
    ), ${spent}, shown as (
      select person from spent where person->>'provider' = ${provider.name}
    ), linked as (
      insert into oauth_accounts (id, tenant_id, user_id, provider, subject, email)
      select ${uuidv7()}::uuid, able.tenant_id, able.id, shown.person->>'provider', shown.person->>'subject',
        shown.person->>'email'
      from able, shown
      on conflict (tenant_id, provider, subject) do update set email = excluded.email
        where oauth_accounts.user_id = excluded.user_id
      returning *, (xmax = 0) as fresh
    ), named as (
      update users set first_name = coalesce(users.first_name, shown.person->>'firstName'),
        last_name = coalesce(users.last_name, shown.person->>'lastName')
      from linked, shown
      where users.id = linked.user_id and linked.fresh
    ), told as (
      select ${toldColumns('identity_linked', sql`able`)} from able, linked where linked.fresh
    ), ${message}, recorded as (${recordEvent(
      {
        action: 'identity.linked',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`fresh.user_id`,
        sessionId: claims.sessionId,
        reason: provider.name,
      },
      context,
      sql`(select * from linked where linked.fresh) as fresh`,
    )})
    select message.*, caller.stepped_up, caller.asked_level, caller.asked_age, exists (select 1 from shown) as proven,
      (select ${identityObject} from linked o) as identity
    from caller left join message on true`
}
