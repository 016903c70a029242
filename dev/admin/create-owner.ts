import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import { v7 as uuidv7 } from 'uuid'
import { recordEvent, unattended } from '../../src/audit/record.ts'
import { emailField } from '../../src/forms/email-field.ts'
import { linksOf } from '../../src/messages/letters/links.ts'
import { oneTime } from '../../src/policy.ts'
import { rolesOf } from '../../src/tenants/roles.ts'
import { toBytea } from '../../src/tokens/encoding.ts'
import { newSecret } from '../../src/tokens/secret.ts'
import { withDatabase } from './database.ts'
import type { Service } from './signed-in.ts'

export interface NewOwner {
  email: string
  /** Also where the tenant has an owner already: all of them may have lost their factors. */
  isAnother: boolean
}

interface Found {
  [column: string]: unknown
  /** The account of the address as it was; null: there was none. */
  standing: 'proven' | 'unproven' | 'disabled' | 'pending' | null
  is_owned: boolean
  made: string | null
}

/**
 * Makes an account the owner of a tenant, past the service: there is nobody yet who could. Answers the link by which its
 * holder chooses a password; nobody chooses one for them.
 */
export async function createOwner(
  connectionString: string,
  { url, tenant: slug }: Service,
  { email: typed, isAnother }: NewOwner,
): Promise<string> {
  const email = emailField.safeParse(typed).data
  if (!email) throw new Error(`${typed} is no e-mail address.`)
  const token = await newSecret('resetPassword')
  const found = await withDatabase(connectionString, (client) =>
    drizzle(client).transaction(async (transaction) => {
      // The next statement sees what another run has left: of two first owners there is one.
      const lock = sql`select id from tenants where slug = ${slug} for no key update`
      const [tenant] = (await transaction.execute<{ id: string }>(lock)).rows
      if (!tenant)
        throw new Error(
          `There is no tenant ${slug}: it is founded by POST /api/v1/tenants, whose caller owns it.`,
        )
      const statement = made(tenant.id, email, isAnother, token.hash)
      return (await transaction.execute<Found>(statement)).rows[0]
    }),
  )
  if (found?.made) return linksOf(url, slug).resetPassword(token.text)
  if (found?.is_owned && !isAnother) {
    throw new Error(
      `${slug} has an owner already, who can invite others. --another makes one more.`,
    )
  }
  throw new Error(
    `The account of ${email} is ${found?.standing ?? 'being made'}: only a proven, active one becomes owner. ` +
      'Let its holder confirm the address, or enable it, and run this again.',
  )
}

function made(
  tenantId: string,
  email: string,
  isAnother: boolean,
  hash: Uint8Array<ArrayBuffer>,
): SQL {
  const roles = sql.param(rolesOf('owner'))
  return sql`with known as (
      select id, roles, case when status <> 'active' then status when email_verified_at is null then 'unproven'
        else 'proven' end as standing
      from users where tenant_id = ${tenantId}::uuid and email = ${email} for no key update
    ), state as (
      select (select standing from known) as standing, exists (
        select from users where tenant_id = ${tenantId}::uuid and roles && '{owner,admin}'::text[]
          and 'owner' = any(roles) and status = 'active'
      ) as is_owned
    ), made as (
      insert into users (id, tenant_id, status, email, roles)
      select ${uuidv7()}::uuid, ${tenantId}::uuid, 'active', ${email}, ${roles}::text[] from state
      where standing is null and (${isAnother} or not is_owned)
      on conflict do nothing returning id
    ), raised as (
      update users u set roles = ${roles}::text[] from known, state
      where u.id = known.id and known.standing = 'proven' and (${isAnother} or not is_owned) returning u.id
    ), again as (
      -- Made by a run whose link is lost or late: nobody has come in yet.
      select id from known where standing = 'unproven' and 'owner' = any(roles)
        and not exists (select from password_credentials p where p.user_id = known.id)
    ), owner as (
      select id from made union all select id from raised union all select id from again
    ), token as (
      insert into one_time_tokens (id, tenant_id, user_id, purpose, token_hash, expires_at)
      select ${uuidv7()}::uuid, ${tenantId}::uuid, id, 'reset_password', ${toBytea(hash)}::bytea,
        now() + make_interval(secs => ${oneTime.resetPasswordLife})
      from owner
    ), recorded as (${recordEvent(
      {
        action: 'admin.roles_changed',
        outcome: 'success',
        tenantId,
        userId: sql`owner.id`,
        reason: 'owner',
        details: { administrator: null },
      },
      unattended,
      sql`owner`,
    )})
    select state.standing, state.is_owned, (select id from owner) as made from state`
}
