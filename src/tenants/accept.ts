import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { provenByNumberAlone, waysInDropped } from '../accounts/emptied.ts'
import type { Account } from '../accounts/user.ts'
import { recordEvent } from '../audit/record.ts'
import type { RequestContext } from '../context.ts'
import { AuthError } from '../errors.ts'
import { deliverSoon } from '../messages/deliver.ts'
import { lettersOf } from '../messages/outbox.ts'
import type { Ports } from '../ports.ts'
import { type Claim, claimAddress } from '../sessions/sign-in-by-address.ts'
import { type Bytes, toBytea } from '../tokens/encoding.ts'
import { secretHash } from '../tokens/secret.ts'
import { stillMeant } from './invite.ts'
import { type TenantPorts, tenantNamed } from './resolve.ts'
import { toldOfRole } from './role-given.ts'
import { type Role, roleNames, rolesOf } from './roles.ts'
import type { Tenant } from './tenant.ts'

export const acceptedInvitationSchema = () =>
  z.object({
    status: z.literal('accepted'),
    /** Sign in there with `X-Tenant`. */
    tenant: z.string(),
    role: z.enum(roleNames),
    /** The account is new and has no password yet: a link, a code or a reset gets into it. */
    user_created: z.boolean(),
  })

export type AcceptedInvitation = z.infer<ReturnType<typeof acceptedInvitationSchema>>

type AcceptPorts = TenantPorts & Pick<Ports, 'mailer'>

interface Offer {
  id: string
  tenant: Tenant
  role: Role
  /** Id of the account of the address, where it is disabled. */
  disabled: string | null
}

/**
 * Takes an offer: the link was mailed, so whoever shows it has that mailbox, and it is the account of that address that
 * gets the role, made where there is none. Nobody is signed in by it, as a link is easily passed on. The owners are told
 * where somebody comes to administer their tenant. For a disabled account the offer stays as it is.
 * Throws `TOKEN_INVALID_LINK`, `ACCOUNT_DISABLED`.
 */
export async function acceptInvitation(
  ports: AcceptPorts,
  token: string,
  context: RequestContext,
): Promise<AcceptedInvitation> {
  const hash = await secretHash('invitation', token)
  const offer = hash && (await findOffer(ports, hash))
  if (!hash || !offer) throw new AuthError('TOKEN_INVALID_LINK', { reason: 'no invitation' })
  if (offer.disabled) throw await refuseDisabled(ports, offer, context)
  const { tenant, role } = offer
  const claim = await claimOffer(ports, offer, hash, context)
  if (!claim?.shown || !claim.account) {
    throw new AuthError('TOKEN_INVALID_LINK', { reason: 'invitation' })
  }
  if (claim.account.status === 'disabled') throw new AuthError('ACCOUNT_DISABLED')
  deliverSoon(ports, claim.letters ?? [])
  if (claim.taken_over) await dropWaysIn(ports, claim.account)
  return { status: 'accepted', tenant: tenant.slug, role, user_created: claim.created }
}

async function findOffer(ports: TenantPorts, hash: Bytes): Promise<Offer | null> {
  const [row] = await ports.database.run<Omit<Offer, 'tenant'> & { slug: string }>(
    sql`select i.id, t.slug, i.role, (${disabledHolder}) as disabled from invitations i join tenants t on t.id = i.tenant_id
      where i.token_hash = ${toBytea(hash)}::bytea and ${open}`,
    'idempotent',
  )
  const tenant = row && (await tenantNamed(ports, row.slug))
  return tenant ? { id: row.id, tenant, role: row.role, disabled: row.disabled } : null
}

/** The disabled account that the address of an offer `i` belongs to. */
const disabledHolder = sql`select u.id from users u
  where u.tenant_id = i.tenant_id and u.email = i.email and u.status = 'disabled' and not ${provenByNumberAlone(sql`u`)}`

async function refuseDisabled(
  { database }: Pick<Ports, 'database'>,
  { id, tenant, disabled }: Offer,
  context: RequestContext,
): Promise<AuthError> {
  const event = {
    action: 'invitation.accepted',
    outcome: 'failure',
    tenantId: tenant.id,
    userId: disabled,
    reason: 'account_disabled',
    details: { invitation: id },
  } as const
  await database.run(recordEvent(event, context, sql`(select 1) as once`), 'idempotent')
  return new AuthError('ACCOUNT_DISABLED')
}

/** Open, and sent by somebody who could send it today. */
const open = sql`i.accepted_at is null and i.revoked_at is null and i.expires_at > now() and ${stillMeant}`

async function claimOffer(
  ports: AcceptPorts,
  { id, tenant, role }: Offer,
  hash: Bytes,
  context: RequestContext,
): Promise<Claim | null> {
  const shown = sql`shown as (
    update invitations i set accepted_at = now()
    where i.token_hash = ${toBytea(hash)}::bytea and i.tenant_id = ${tenant.id} and i.role = ${role} and ${open}
      and not exists (${disabledHolder})
    returning i.email as address, i.id as invitation
  )`
  const record = recordEvent(
    {
      action: 'invitation.accepted',
      outcome: 'success',
      tenantId: tenant.id,
      userId: sql`holder.id`,
      reason: role,
      details: { invitation: id },
    },
    context,
    sql`(select id from holder where status <> 'disabled') as holder`,
  )
  const ownersTold = await toldOfRole(ports, tenant, role)
  const effects = sql`recorded_offer as (${record}), raised as (
      select holder.id, holder.tenant_id from holder where holder.status <> 'disabled'
        and not exists (select from prior where prior.roles @> ${sql.param(rolesOf(role))}::text[])
    ), ${ownersTold(sql`raised`)}`
  const given = { roles: rolesOf(role), effects, letters: lettersOf(sql`told_owners`) }
  const claim = { tenant, kind: 'email', shown, prefix: null, consents: [], context } as const
  return claimAddress(ports, { ...claim, given })
}

/** What a stranger was just adding to the account while it was taken over: see `emptied.ts`. */
async function dropWaysIn({ database }: Pick<Ports, 'database'>, { id }: Account): Promise<void> {
  await database.run(
    sql`with accepter as (select id from users where id = ${id}), ${waysInDropped(sql`accepter`)}
      select id from accepter`,
    'idempotent',
  )
}
