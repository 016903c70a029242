import { type SQL, sql } from 'drizzle-orm'
import { isRefusedMailbox } from '../../accounts/fields/disposable-domain.ts'
import { recordEvent } from '../../audit/record.ts'
import type { RequestContext } from '../../context.ts'
import { AuthError, fieldError } from '../../errors.ts'
import { deliverSoon } from '../../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../../messages/outbox.ts'
import { oneTimeCode, signInLink as policy } from '../../policy.ts'
import type { Destination, Ports } from '../../ports.ts'
import { requireMethod } from '../../tenants/methods.ts'
import type { Tenant } from '../../tenants/tenant.ts'
import { newCode } from '../../tokens/code.ts'
import { type Bytes, toBytea } from '../../tokens/encoding.ts'
import { newSecret } from '../../tokens/secret.ts'
import { confirmationHash } from './confirmation.ts'

type SendPorts = Pick<Ports, 'background' | 'codes' | 'config' | 'database' | 'mailer'>

export interface LinkRequest {
  email: string
  redirectTo: string | null
  /** What the asking browser or app will be known by; null where it has nothing. */
  asker: Bytes | null
}

export interface LinkSent {
  status: 'accepted'
  challenge_id: string
  /** For a browser that did not ask: to be shown here and typed there. */
  confirmation_code: string
  expires_in: number
  retry_after: number
}

/**
 * Mails a link that signs in. Whoever proves the mailbox gets an account, so known and unknown addresses get the same
 * mail by the same work. Throws `RATE_LIMITED`, and `VALIDATION_FAILED` for a page that is not on the tenant's list.
 */
export async function sendSignInLink(
  ports: SendPorts,
  tenant: Tenant,
  request: LinkRequest,
  context: RequestContext,
): Promise<LinkSent> {
  requireMethod(tenant, 'magic_link')
  const { email, redirectTo } = request
  if (redirectTo !== null && !tenant.settings.redirectUrls.includes(redirectTo)) {
    throw notAllowed()
  }
  const id = crypto.randomUUID()
  const destination: Destination = { tenantId: tenant.id, kind: 'link', address: email }
  await ports.codes.issue(destination, { id, hash: null, purpose: 'link' })
  const [token, code] = [await newSecret('signInLink'), newCode()]
  const made = { id, tokenHash: token.hash, code }
  const message = await draft(ports, { token: token.text })
  try {
    const statement = await sendStatement(ports, tenant, request, made, message, context)
    deliverSoon(ports, await ports.database.run<OutboxRow>(statement, 'idempotent'))
  } catch (error) {
    await ports.codes.withdraw(destination, id)
    throw error
  }
  return {
    status: 'accepted',
    challenge_id: id,
    confirmation_code: code,
    expires_in: policy.life,
    retry_after: oneTimeCode.resendAfter,
  }
}

async function sendStatement(
  ports: Pick<Ports, 'config'>,
  tenant: Tenant,
  { email, redirectTo, asker }: LinkRequest,
  { id, tokenHash, code }: { id: string; tokenHash: Bytes; code: string },
  message: Parameters<typeof outboxInsert>[0],
  context: RequestContext,
): Promise<SQL> {
  const key = ports.config.keys.codes.current
  const codeHash = await confirmationHash(key, tenant, tokenHash, code)
  return sql`with known as (
      select id, locale from users
      -- Who only typed the address hears nothing of who asks with it, and from where.
      where tenant_id = ${tenant.id} and email = ${email} and email_verified_at is not null and status <> 'deleted'
    ), link as (
      insert into sign_in_links
        (id, tenant_id, email, token_hash, asker_hash, code_hash, redirect_to, expires_at)
      values (${id}::uuid, ${tenant.id}::uuid, ${email}, ${toBytea(tokenHash)}::bytea,
        ${asker ? toBytea(asker) : null}::bytea, ${toBytea(codeHash)}::bytea, ${redirectTo},
        now() + make_interval(secs => ${policy.life}))
      on conflict (id) do nothing
    ), told as (
      select ${tenant.id}::uuid as tenant_id, known.id as user_id,
        case when ${isRefusedMailbox(ports.config, email)}::boolean and known.id is null then 'none'
          else 'sign_in_link' end as letter,
        ${email}::text as recipient, coalesce(known.locale, ${context.locale}) as locale
      from (select 1) as once left join known on true
    ), message as (${outboxInsert(message, policy.life, sql`told`)}
    ), recorded as (${recordEvent(
      {
        action: 'link.sent',
        outcome: 'success',
        tenantId: tenant.id,
        userId: sql`sent.user_id`,
      },
      context,
      sql`(select user_id from told where letter <> 'none') as sent`,
    )}), turned_away as (${recordEvent(
      {
        action: 'link.refused',
        outcome: 'failure',
        tenantId: tenant.id,
        userId: null,
        reason: 'disposable',
      },
      context,
      sql`(select from told where letter = 'none') as unsent`,
    )})
    select * from message`
}

function notAllowed(): AuthError {
  const message = 'Sign-ins do not lead back to this address.'
  return new AuthError('VALIDATION_FAILED', {
    errors: [fieldError('redirect_to', 'REDIRECT_NOT_ALLOWED', message)],
  })
}
