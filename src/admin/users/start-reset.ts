import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '../../audit/record.ts'
import { AuthError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { countedWindow } from '../../messages/mail-budget.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { mailBudget, oneTime } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Caller } from '../../sessions/caller.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { newSecret } from '../../tokens/secret.ts'
import { administer, toWrite } from '../authority.ts'
import { overreach, refuse, type Verdict } from './target.ts'
import { isStranger, mayTellStranger } from './tell.ts'

/**
 * Mails the owner of an account a link to choose a new password: nobody chooses one for somebody else, and until the
 * link is used everything is as it was. Counted as what anybody may ask for.
 * Throws `FORBIDDEN`, `USER_NOT_REACHABLE`, `RATE_LIMITED`, and as {@link administer}.
 */
export async function startReset(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  caller: Caller,
  userId: string,
): Promise<void> {
  const { tenant } = caller
  const token = await newSecret('resetPassword')
  const message = await draft(ports, { token: token.text })
  const row = await administer<Verdict & { reachable: boolean; message: OutboxRow | null }>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with ordered as (
        -- In the order of their ids: of two who mail each other neither waits for the other.
        select u.id from users u
        where u.tenant_id = ${tenant.id} and u.id in (${userId}::uuid, ${caller.claims.userId}::uuid)
          and exists (select from users a where a.id = ${caller.claims.userId} and a.roles && '{owner,admin}'::text[])
        order by u.id for no key update of u
      ), administrator as (
        select acting.* from (${administrator}) as acting where (select count(*) from ordered) > 0
      ), target as (
        select u.id, u.tenant_id, u.email, u.locale,
          'owner' = any(a.roles) or not 'owner' = any(u.roles) as allowed,
          -- An address that nobody proved, on an account that a number has proven, may be a stranger's.
          u.status = 'active' and u.email is not null and (u.email_verified_at is not null
            or u.phone_verified_at is null or not ${tenant.settings.emailVerification}::boolean) as reachable
        from administrator a join users u on u.id = ${userId}::uuid and u.tenant_id = ${tenant.id} and u.status <> 'deleted'
        for no key update of u
      ), counted as (
        update users u set ${countedWindow('reset', sql`u`)} from target
        where u.id = target.id and target.allowed and target.reachable
        returning u.reset_window_count <= ${mailBudget.perWindow}
          and (not ${isStranger(sql`u`)} or ${mayTellStranger(tenant, ports.clock.now())}) as within_budget
      ), token as (
        insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, expires_at)
        select ${uuidv7()}::uuid, tenant_id, id, 'reset_password', ${toBytea(token.hash)}::bytea,
          now() + make_interval(secs => ${oneTime.resetPasswordLife})
        from target, counted where counted.within_budget
        returning user_id
      ), told as (
        select t.tenant_id, t.id as user_id, 'reset_password' as letter, t.email as recipient, t.locale
        from target t join token on token.user_id = t.id
      ), message as (${outboxInsert(message, oneTime.resetPasswordLife, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'admin.reset_started',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`told.user_id`,
          details: { administrator: caller.claims.userId },
        },
        caller.context,
        sql`told`,
      )}), ${overreach(caller, sql`target`)}
      select allowed, reachable, false as last_owner, (select to_jsonb(message) from message) as message from target`,
    'once',
  )
  refuse(row)
  if (!row.reachable) throw new AuthError('USER_NOT_REACHABLE')
  if (!row.message) throw new AuthError('RATE_LIMITED', { retryAfter: mailBudget.window, limit })
  deliverSoon(ports, [row.message])
}

const limit = {
  name: 'letters',
  quota: mailBudget.perWindow,
  windowSeconds: mailBudget.window,
}
