import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { timestampText } from '../accounts/user.ts'
import { administer, toRead, toWrite } from '../admin/authority.ts'
import { overreach } from '../admin/users/target.ts'
import { day, fewEvents } from '../audit/few-events.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../messages/outbox.ts'
import { invitation as policy, serviceName } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { toBytea } from '../tokens/encoding.ts'
import { newSecret } from '../tokens/secret.ts'
import { publicName } from './public-name.ts'
import { type Role, roleNames } from './roles.ts'

export const invitationSchema = () =>
  z.object({
    id: z.uuid(),
    email: z.string(),
    role: z.enum(roleNames),
    status: z.enum(['open', 'accepted', 'revoked', 'expired']),
    expires_at: z.string(),
    created_at: z.string(),
  })

export type Invitation = z.infer<ReturnType<typeof invitationSchema>>

/**
 * Whether who sent an offer `i` could send it today. Who administers by it is let in by the authority that the sender had:
 * one who has got rid of a thief since, by a new password or by signing out everywhere, has taken it back.
 */
export const stillMeant = sql`exists (
  select from users inviter where inviter.id = i.invited_by and inviter.status = 'active' and inviter.deletes_at is null
    and (i.role = 'member' or inviter.authority_changed_at <= i.created_at)
    and inviter.roles && case i.role when 'owner' then '{owner}'::text[] else '{owner,admin}'::text[] end)`

/** An {@link Invitation} as one JSON value, of the row source `i`. */
const invitationValue = sql`jsonb_build_object('id', i.id, 'email', i.email, 'role', i.role,
  'status', case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
    when i.expires_at <= now() then 'expired' when ${stillMeant} then 'open' else 'revoked' end,
  'expires_at', ${timestampText(sql`i.expires_at`)}, 'created_at', ${timestampText(sql`i.created_at`)})`

interface InvitedRow {
  [column: string]: unknown
  allowed: boolean
  few_enough: boolean
  invitation: Invitation | null
  message: OutboxRow | null
}

/**
 * Mails an offer of a role; an open one to the same address is replaced, and its link dies.
 * Throws `FORBIDDEN` (only owners make owners), `RATE_LIMITED`, and as {@link administer}.
 */
export async function invite(
  ports: Pick<Ports, 'background' | 'clock' | 'config' | 'database' | 'mailer'>,
  caller: Caller,
  { email, role }: { email: string; role: Role },
): Promise<Invitation> {
  const { tenant, context } = caller
  const id = uuidv7()
  const token = await newSecret('invitation')
  const message = await draft(ports, {
    token: token.text,
    tenant: publicName(tenant) ?? serviceName,
    role,
  })
  const row = await administer<InvitedRow>(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with caller as (${administrator}
      ), verdict as (
        select 'owner' = any(caller.roles) or ${role}::text <> 'owner' as allowed,
          may_invite(${tenant.id}, ${email}, ${policy.perDay}, ${policy.perAddress})
            and ${fewEvents(tenant, ports.clock.now() - day, ['invitation.sent'], policy.perDay)} as few_enough
        from caller
      ), made as (
        insert into invitations (id, tenant_id, email, role, token_hash, invited_by, expires_at)
        select ${id}::uuid, ${tenant.id}::uuid, ${email}, ${role}, ${toBytea(token.hash)}::bytea, caller.user_id,
          now() + make_interval(secs => ${policy.life})
        from caller, verdict where verdict.allowed and verdict.few_enough
        on conflict (tenant_id, email) where accepted_at is null and revoked_at is null
        do update set id = excluded.id, role = excluded.role, token_hash = excluded.token_hash,
          invited_by = excluded.invited_by, expires_at = excluded.expires_at, created_at = now(),
          sends = case when invitations.created_at > now() - interval '1 day' then invitations.sends + 1 else 1 end
        returning *
      ), told as (
        select made.tenant_id, known.id as user_id, made.email as recipient, 'invitation' as letter,
          coalesce(known.locale, ${context.locale}) as locale
        from made left join users known on known.tenant_id = made.tenant_id and known.email = made.email
      ), message as (${outboxInsert(message, policy.life, sql`told`)}
      ), recorded as (${recordEvent(
        {
          action: 'invitation.sent',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`caller.user_id`,
          sessionId: sql`caller.session_id`,
          reason: role,
          details: { invitation: id },
        },
        context,
        sql`made, caller`,
      )}), ${overreach(caller, sql`verdict`)}
      select verdict.allowed, verdict.few_enough, (select ${invitationValue} from made i) as invitation,
        (select to_jsonb(message) from message) as message
      from verdict`,
    'once',
  )
  if (!row.allowed) throw new AuthError('FORBIDDEN')
  if (!row.invitation || !row.message) {
    throw new AuthError('RATE_LIMITED', { retryAfter: policy.retryAfter, limit })
  }
  deliverSoon(ports, [row.message])
  return row.invitation
}

const limit = { name: 'invitations', quota: policy.perDay, windowSeconds: day / 1_000 }

/** The newest offers of the caller's tenant. Throws as {@link administer}. */
export async function listInvitations(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
): Promise<Invitation[]> {
  const { invitations } = await administer<{ invitations: Invitation[] }>(
    ports,
    caller,
    toRead,
    (administrator) => sql`with caller as (${administrator})
      select coalesce((
        select jsonb_agg(${invitationValue} order by i.created_at desc, i.id)
        from (
          select * from invitations where tenant_id = ${caller.tenant.id}
          order by created_at desc limit ${policy.page}
        ) i
      ), '[]'::jsonb) as invitations
      from caller`,
  )
  return invitations
}

/** Takes an open offer back. Throws `NOT_FOUND`, and as {@link administer}. */
export async function revokeInvitation(
  ports: Pick<Ports, 'database'>,
  caller: Caller,
  id: string,
): Promise<void> {
  const { tenant, context } = caller
  await administer(
    ports,
    caller,
    toWrite,
    (administrator) => sql`with caller as (${administrator}
      ), revoked as (
        update invitations i set revoked_at = now() from caller
        where i.id = ${id}::uuid and i.tenant_id = ${tenant.id} and i.accepted_at is null and i.revoked_at is null
        returning i.id
      ), recorded as (${recordEvent(
        {
          action: 'invitation.revoked',
          outcome: 'success',
          tenantId: tenant.id,
          userId: sql`caller.user_id`,
          sessionId: sql`caller.session_id`,
          details: { invitation: id },
        },
        context,
        sql`revoked, caller`,
      )})
      select id from revoked`,
    'once',
  )
}
