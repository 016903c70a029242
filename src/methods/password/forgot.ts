import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { oneTime } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { newSecret } from '../../tokens/secret.ts'
import { countMail } from './mail-budget.ts'

/** Mails a link to set a new password. An unknown address costs the same statement and a row that sends nothing. */
export async function forgotPassword(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  tenant: Tenant,
  email: string,
  context: RequestContext,
): Promise<void> {
  const token = await newSecret('resetPassword')
  const message = await draft(ports, { token: token.text })
  const rows = await ports.database.run<OutboxRow>(
    sql`with account as (${countMail('reset', tenant, email, reachable(tenant))}
      ), token as (
        insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, expires_at)
        select ${uuidv7()}::uuid, tenant_id, id, 'reset_password', ${toBytea(token.hash)}::bytea,
          now() + make_interval(secs => ${oneTime.resetPasswordLife})
        from account where within_budget
        returning user_id
      ), told as (
        select ${tenant.id}::uuid as tenant_id, account.id as user_id,
          case when token.user_id is null then 'none' else 'reset_password' end as letter,
          account.email as recipient, coalesce(account.locale, ${context.locale}) as locale
        from (select 1) as once left join account on true left join token on true
      ), message as (${outboxInsert(message, oneTime.resetPasswordLife, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'password.reset_requested',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`told.user_id`,
          reason: sql`told.letter`,
        },
        context,
        sql`told`,
      )})
      select * from message`,
    'once',
  )
  deliverSoon(ports, rows)
}

/** Where addresses are not proven at registration, the link itself is the first proof. */
function reachable(tenant: Tenant): SQL {
  if (!tenant.settings.emailVerification) return sql`status = 'active'`
  return sql`status = 'active' and email_verified_at is not null`
}
