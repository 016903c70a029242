import { env } from 'cloudflare:workers'
import { accessToken } from '../../src/policy.ts'
import { forge } from '../http/access-tokens.ts'
import { newSession } from './client.ts'
import { row } from './database.ts'
import type { TestTenant } from './tenant.ts'

export interface PreparedPerson {
  email: string
  access_token: string
}

/** Who came in by the front door, once in each file: the others are copies. */
let model: PreparedPerson | null = null

/** See `migrations/0001_defaults.sql`. */
const defaultTenant = { id: '00000000-0000-7000-8000-000000000001' }

/**
 * A person with a proven address in a tenant, as `newUserIn` makes one, copied row by row: where a test is about what
 * comes after, it needs neither another hash nor another letter. The password is the same.
 */
export async function preparedUserIn({ id: tenantId }: Pick<TestTenant, 'id'>): Promise<string> {
  model ??= await newSession()
  const id = crypto.randomUUID()
  const email = `user-${id}@example.com`
  await row(
    `with model as (select * from users where email = $1), person as (
       insert into users select (jsonb_populate_record(null::users, to_jsonb(m) || $2::jsonb)).* from model m returning id
     )
     insert into password_credentials select (jsonb_populate_record(null::password_credentials, to_jsonb(c) || $3::jsonb)).*
     from password_credentials c join model m on m.id = c.user_id returning user_id`,
    [
      model.email,
      JSON.stringify({ id, email, tenant_id: tenantId, last_login_at: null }),
      JSON.stringify({ user_id: id, tenant_id: tenantId }),
    ],
  )
  return email
}

/** As {@link preparedUserIn}, in the default tenant. No mail was sent. */
export function preparedUser(): Promise<string> {
  return preparedUserIn(defaultTenant)
}

/** Somebody signed in by the password, in the default tenant. */
export async function preparedPerson(): Promise<PreparedPerson> {
  const email = await preparedUser()
  return { email, access_token: await preparedSession(email, 'aal1') }
}

/** The access token of a session that a sign-in has just opened: by the password, and a code where `acr` is `aal2`. */
export async function preparedSession(email: string, acr: 'aal1' | 'aal2'): Promise<string> {
  model ??= await newSession()
  const sid = crypto.randomUUID()
  const amr = acr === 'aal2' ? ['pwd', 'otp', 'mfa'] : ['pwd']
  const { user_id, tenant_id, slug, roles, authority_version } = await row<{
    user_id: string
    tenant_id: string
    slug: string
    roles: string[]
    authority_version: number
  }>(
    `insert into sessions (id, tenant_id, user_id, authority_version, refresh_hash, amr, acr, transport,
       expires_at, ends_at)
     select $2::uuid, tenant_id, id, authority_version, sha256(uuid_send($2::uuid)), $3::text[], $4, 'body',
       now() + interval '1 day', now() + interval '1 day' from users where email = $1
     returning user_id, tenant_id, authority_version,
       (select slug from tenants where tenants.id = tenant_id) as slug,
       (select roles from users where users.id = user_id) as roles`,
    [email, sid, `{${amr}}`, acr],
  )
  const now = Math.floor(Date.now() / 1_000)
  const claims = {
    iat: now,
    exp: now + accessToken.life,
    iss: slug === 'default' ? env.PUBLIC_URL : `${env.PUBLIC_URL}/t/${slug}`,
    sub: user_id,
    tid: tenant_id,
    aud: `urn:gatehouse:tenant:${tenant_id}`,
    sid,
    amr,
    acr,
    auth_time: now,
    roles,
    ver: authority_version,
    jti: crypto.randomUUID(),
  }
  return forge(model.access_token, { claims })
}
