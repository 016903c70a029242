import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import type { RequestContext } from '../../context.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { countMail } from '../../messages/mail-budget.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { oneTime } from '../../policy.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { newVerification } from './verification.ts'

/** Sends the newest registration's mail again, with a new link and code. Unknown and proven addresses cost the same. */
export async function resendVerification(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  tenant: Tenant,
  email: string,
  context: RequestContext,
): Promise<void> {
  const verification = await newVerification(ports.config, tenant.id, email)
  const message = await draft(ports, {
    token: verification.token.text,
    code: verification.code,
  })
  const rows = await ports.database.run<OutboxRow>(
    sql`with account as (${countMail('registration', tenant, email, sql`status = 'pending'`)}
      ), token as (
        insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, code_hash, code_failures, payload, expires_at)
        select ${uuidv7()}::uuid, account.tenant_id, account.id, 'verify_email',
          ${toBytea(verification.token.hash)}::bytea, ${toBytea(verification.codeHash)}::bytea,
          latest.code_failures, latest.payload, now() + make_interval(secs => ${oneTime.verifyEmailLife})
        from account cross join lateral (
          select max(code_failures) as code_failures, case
              when count(distinct payload->>'hash') = 1 then (jsonb_agg(payload order by created_at desc))->0
              else ${addressOnly}::jsonb end as payload
          from one_time_tokens
          where user_id = account.id and purpose = 'verify_email' and used_at is null
          having count(*) > 0
        ) as latest
        where account.within_budget
        returning user_id
      ), told as (
        select ${tenant.id}::uuid as tenant_id, account.id as user_id,
          case when token.user_id is null then 'none' else 'verify_email' end as letter,
          account.email as recipient, coalesce(account.locale, ${context.locale}) as locale
        from (select 1) as once left join account on true left join token on true
      ), message as (${outboxInsert(message, oneTime.verifyEmailLife, sql`told`)})
      select * from message`,
    'once',
  )
  deliverSoon(ports, rows)
}

/**
 * Where several people registered one address, "send it again" must not pick whose password takes effect: such a link
 * proves the address only, and its owner sets a password by a reset.
 */
const addressOnly = JSON.stringify({ consents: [] })
