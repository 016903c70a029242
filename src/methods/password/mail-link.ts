import { type SQL, sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { provenByNumberAlone } from '../../accounts/emptied.ts'
import type { AuditAction } from '../../audit/actions.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { type Budget, countMail } from '../../messages/mail-budget.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import type { Ports } from '../../ports.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { toBytea } from '../../tokens/encoding.ts'
import { newSecret, type SecretKind } from '../../tokens/secret.ts'

/** A link that anyone may ask for, for any address. */
export interface LinkKind {
  /** Purpose of the token and name of the letter. */
  purpose: 'reset_password' | 'recover'
  secret: SecretKind
  budget: Budget
  /** Seconds. */
  life: number
  action: AuditAction
}

/**
 * Mails a link to an active account that the address reaches. An unknown address costs the same statement and a row that
 * sends nothing.
 */
export async function mailLink(
  ports: Pick<Ports, 'background' | 'config' | 'database' | 'mailer'>,
  { purpose, secret, budget, life, action }: LinkKind,
  tenant: Tenant,
  email: string,
  context: RequestContext,
): Promise<void> {
  const token = await newSecret(secret)
  const message = await draft(ports, { token: token.text })
  const rows = await ports.database.run<OutboxRow>(
    sql`with account as (${countMail(budget, tenant, email, reachable(tenant))}
      ), token as (
        insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, expires_at)
        select ${uuidv7()}::uuid, tenant_id, id, ${purpose}, ${toBytea(token.hash)}::bytea,
          now() + make_interval(secs => ${life})
        from account where within_budget
        returning user_id
      ), told as (
        select ${tenant.id}::uuid as tenant_id, account.id as user_id,
          case when token.user_id is null then 'none' else ${purpose}::text end as letter,
          account.email as recipient, coalesce(account.locale, ${context.locale}) as locale
        from (select 1) as once left join account on true left join token on true
      ), message as (${outboxInsert(message, life, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action,
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

/**
 * Where addresses are not proven at registration, the link itself is the first proof; but it opens no account whose
 * owner has proven a number.
 */
function reachable(tenant: Tenant): SQL {
  const isAnothers = provenByNumberAlone(sql`users`)
  if (!tenant.settings.emailVerification) return sql`status = 'active' and not ${isAnothers}`
  return sql`status = 'active' and email_verified_at is not null`
}
