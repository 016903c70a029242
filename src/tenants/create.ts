import { sql } from 'drizzle-orm'
import { v7 as uuidv7 } from 'uuid'
import { administer, toFound } from '../admin/authority.ts'
import { recordEvent } from '../audit/record.ts'
import { AuthError } from '../errors.ts'
import { tenant as policy } from '../policy.ts'
import type { Ports } from '../ports.ts'
import type { Caller } from '../sessions/caller.ts'
import { rolesOf } from './roles.ts'
import { defaultTenantSlug } from './tenant.ts'
import { type TenantRow, type TenantView, tenantColumns, toView } from './view.ts'

export interface NewTenant {
  slug: string
  name: string
}

type FoundedRow = Partial<TenantRow> & { few_enough: boolean; [column: string]: unknown }

/**
 * Makes a tenant, and its founder's account in it as owner: same proven addresses, same password, none of the factors.
 * The first sign-in there asks for one. Throws `SLUG_TAKEN`, `FORBIDDEN`, and as {@link administer}.
 */
export async function createTenant(
  ports: Pick<Ports, 'config' | 'database'>,
  caller: Caller,
  { slug, name }: NewTenant,
): Promise<TenantView> {
  const { tenant, context } = caller
  if (tenant.slug !== defaultTenantSlug) {
    throw new AuthError('FORBIDDEN', { detail: 'Tenants are founded in the default tenant.' })
  }
  const [id, ownerId] = [uuidv7(), uuidv7()]
  const row = await administer<FoundedRow>(
    ports,
    caller,
    toFound,
    (administrator) => {
      const entry = { action: 'tenant.created', outcome: 'success', reason: slug } as const
      return sql`with caller as (${administrator}
      ), founder as (
        select u.*, p.hash, p.pepper_id,
          may_found(u.id, ${policy.foundedBy}) as few_enough
        from caller join users u on u.id = caller.user_id
          left join password_credentials p on p.user_id = u.id
        where u.email_verified_at is not null or u.phone_verified_at is not null
      ), made as (
        insert into tenants (id, slug, name, founded_by)
        select ${id}::uuid, ${slug}, ${name}, founder.id from founder where founder.few_enough
        on conflict (slug) do nothing returning *
      ), owner as (
        insert into users (id, tenant_id, status, email, email_verified_at, phone_e164, phone_verified_at, first_name,
          last_name, date_of_birth, gender, mobile, locale, roles)
        select ${ownerId}::uuid, made.id, 'active', case when f.email_verified_at is not null then f.email end,
          f.email_verified_at, case when f.phone_verified_at is not null then f.phone_e164 end, f.phone_verified_at,
          f.first_name, f.last_name, f.date_of_birth, f.gender, f.mobile, f.locale, ${sql.param(rolesOf('owner'))}::text[]
        from made, founder f returning id, tenant_id
      ), keyed as (
        insert into password_credentials (user_id, tenant_id, hash, pepper_id)
        select owner.id, owner.tenant_id, f.hash, f.pepper_id from owner, founder f where f.hash is not null
      ), remembered as (
        insert into password_history (id, tenant_id, user_id, hash, pepper_id)
        select ${uuidv7()}::uuid, owner.tenant_id, owner.id, f.hash, f.pepper_id from owner, founder f
        where f.hash is not null
      ), recorded as (${recordEvent(
        { ...entry, tenantId: tenant.id, userId: sql`founder.id` },
        context,
        sql`made, founder`,
      )}), recorded_there as (${recordEvent(
        { ...entry, tenantId: id, userId: sql`owner.id` },
        context,
        sql`owner`,
      )})
      select founder.few_enough, ${tenantColumns} from founder left join made t on true`
    },
    'once',
  )
  if (!row.few_enough) {
    throw new AuthError('FORBIDDEN', { detail: `One account founds ${policy.foundedBy} tenants.` })
  }
  if (!isMade(row)) throw new AuthError('SLUG_TAKEN')
  const { few_enough: _, ...made } = row
  return toView(ports.config, made)
}

function isMade(row: FoundedRow): row is TenantRow & FoundedRow {
  return typeof row.id === 'string'
}
