import { act } from '../support/administrator.ts'
import { row, rows, setUser } from '../support/database.ts'
import { preparedSession, preparedUserIn } from '../support/prepared.ts'
import type { TestTenant } from '../support/tenant.ts'
import { newPlace } from '../webhooks/receiver.ts'

/** Ids of what belongs to one person. */
interface OfPerson {
  session: string
  passkey: string
  factor: string
  identity: string
  device: string
}

/** What belongs to one tenant: its slug, people, and ids of things that its administrators see. */
interface OfTenant {
  slug: string
  user: string
  /** Of somebody else: an address may have an account in each tenant. */
  email: string
  invitation: string
  webhook: string
  event: string
}

export type Holdings = OfPerson & OfTenant
export type Thing = keyof Holdings

export interface Person {
  id: string
  email: string
  access_token: string
}

/** Somebody of a role with a session that has shown a second factor. No letter is on its way. */
export async function personIn(tenant: TestTenant, role: string): Promise<Person> {
  const email = await preparedUserIn(tenant)
  const roles = role === 'member' ? ['member'] : ['member', role]
  await setUser(email, { roles, mfa_enabled: true })
  const { id } = await row<{ id: string }>('select id from users where email = $1', [email])
  return { id, email, access_token: await preparedSession(email, 'aal2') }
}

/** Gives a person one of everything that routes name by an id. */
async function holdingsOf({ id }: Person): Promise<OfPerson> {
  return row<OfPerson>(
    `with person as (select * from users where id = $1),
     session as (
       insert into sessions (id, tenant_id, user_id, authority_version, refresh_hash, amr, acr, transport, expires_at,
         ends_at)
       select gen_random_uuid(), tenant_id, id, authority_version, sha256(uuid_send(gen_random_uuid())), '{pwd}', 'aal1',
         'body', now() + interval '1 day', now() + interval '1 day' from person returning id
     ), passkey as (
       insert into webauthn_credentials (id, tenant_id, user_id, credential_id, public_key, sign_count, kind, name,
         transports, aaguid, backup_eligible, backed_up, user_verified)
       select gen_random_uuid(), tenant_id, id, uuid_send(gen_random_uuid()), '\\x00', 0, 'passkey', 'Key', '{}',
         gen_random_uuid(), false, false, true from person returning id
     ), factor as (
       insert into factors (id, tenant_id, user_id, type) select gen_random_uuid(), tenant_id, id, 'totp' from person
       returning id
     ), identity as (
       insert into oauth_accounts (id, tenant_id, user_id, provider, subject)
       select gen_random_uuid(), tenant_id, id, 'google', gen_random_uuid()::text from person returning id
     ), device as (
       insert into devices (id, tenant_id, user_id, token_hash, remembered_until, remembered_version)
       select gen_random_uuid(), tenant_id, id, sha256(uuid_send(gen_random_uuid())), now() + interval '1 day',
         authority_version from person returning id
     )
     select session.id as session, passkey.id as passkey, factor.id as factor, identity.id as identity,
       device.id as device
     from session, passkey, factor, identity, device`,
    [id],
  )
}

/** A member, an open invitation, and a webhook that was told of something: one of everything that a tenant has. */
async function holdingsIn(tenant: TestTenant, owner: Person): Promise<OfTenant> {
  const slug = tenant.headers['X-Tenant']
  const { id: user } = await personIn(tenant, 'member')
  const email = await preparedUserIn(tenant)
  const endpoint = { url: newPlace().url, events: ['password.changed'] }
  const { body } = await act<{ id: string }>(owner, 'POST', '/admin/webhooks', endpoint)
  const { invitation, event } = await row<Pick<OfTenant, 'invitation' | 'event'>>(
    `with invitation as (
       insert into invitations (id, tenant_id, email, role, token_hash, invited_by, expires_at)
       values (gen_random_uuid(), $1, $2 || '@invited.example', 'member', sha256(uuid_send($2::uuid)), $2::uuid,
         now() + interval '1 day') returning id
     ), delivery as (
       insert into webhook_deliveries (endpoint_id, event_id, tenant_id, status, expires_at)
       select $3::uuid, id, tenant_id, 'delivered', now() + interval '1 day' from audit_events
       where tenant_id = $1 limit 1 returning event_id
     )
     select invitation.id as invitation, delivery.event_id as event from invitation, delivery`,
    [tenant.id, user, body.id],
  )
  return { slug, user, email, invitation, webhook: body.id, event }
}

/** One of everything that a person and the tenant have. */
export async function newHoldings(
  tenant: TestTenant,
  person: Person,
  owner: Person,
): Promise<Holdings> {
  return { ...(await holdingsOf(person)), ...(await holdingsIn(tenant, owner)) }
}

const columns = await rows<{ table: string }>(
  `select c.table_name as table from information_schema.columns c
   where c.table_schema = 'public' and c.column_name = 'tenant_id' order by 1`,
)

/** Every row of a tenant in every table, but for the number of the seal, which comes by itself. */
export async function everythingOf({ id }: Pick<TestTenant, 'id'>): Promise<unknown> {
  const tables = [
    `select 'tenants' as name, to_jsonb(t) as value from tenants t where id = $1`,
    ...columns.map(
      ({ table }) => `select '${table}', to_jsonb(t) - 'seal' from ${table} t where tenant_id = $1`,
    ),
  ]
  return rows(`select name, value from (${tables.join(' union all ')}) all_rows order by 1, 2`, [
    id,
  ])
}
