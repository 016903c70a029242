import { createHmac, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { accessToken } from '../../../src/policy.ts'
import { randomEmail } from './client.ts'
import { newAccount, type Person } from './people.ts'
import { site } from './site.ts'

/** Who came in by the front door, once on each site: the others are copies. */
const models = new WeakMap<object, Promise<string>>()

function modelOf(): Promise<string> {
  const { database } = site()
  const known = models.get(database)
  if (known) return known
  const made = newAccount()
  models.set(database, made)
  return made
}

/**
 * An account with a proven address in the tenant that a request with these headers names, as `newAccount` makes one, copied
 * row by row: where a test is about what comes after, it needs neither another hash nor another letter. The password is
 * the same.
 */
export async function preparedAccount(headers: Record<string, string> = {}): Promise<string> {
  const email = randomEmail()
  const { rowCount } = await site().database.query(
    `with model as (select * from users where email = $1), person as (
       insert into users select (jsonb_populate_record(null::users, to_jsonb(m) ||
         jsonb_build_object('id', $2::uuid, 'email', $3::text, 'tenant_id', t.id))).*
       from model m, tenants t where t.slug = $4 returning id, tenant_id
     )
     insert into password_credentials select (jsonb_populate_record(null::password_credentials, to_jsonb(c) ||
       jsonb_build_object('user_id', p.id, 'tenant_id', p.tenant_id))).*
     from person p, password_credentials c join model m on m.id = c.user_id`,
    [await modelOf(), randomUUID(), email, headers['X-Tenant'] ?? 'default'],
  )
  if (rowCount !== 1) throw new Error('There was nothing to copy.')
  return email
}

/** As {@link preparedAccount}, signed in. */
export async function preparedPerson(headers?: Record<string, string>): Promise<Person> {
  return preparedSession(await preparedAccount(headers))
}

interface SessionOptions {
  /** Of the app that has signed in, which the account knows from then on. */
  installId?: string
  /** In a browser the refresh token goes into a cookie. */
  transport?: 'body' | 'cookie'
  /** By the password, and a code where it is `aal2`. */
  acr?: 'aal1' | 'aal2'
}

/** One more session of an account, as a sign-in has just opened it. */
export async function preparedSession(
  email: string,
  { installId, transport = 'body', acr = 'aal1' }: SessionOptions = {},
): Promise<Person> {
  const { PUBLIC_URL, REFRESH_KEYS = '' } = site().variables
  const id = randomUUID()
  const amr = acr === 'aal2' ? ['pwd', 'otp', 'mfa'] : ['pwd']
  const head = Buffer.from(`${id.replaceAll('-', '')}00000001`, 'hex')
  const mac = createHmac('sha256', firstOf(REFRESH_KEYS)).update(head).digest()
  const { rows } = await site().database.query(
    `with device as (
       insert into devices (id, tenant_id, user_id, token_hash)
       select $2, tenant_id, id, sha256($3) from users where email = $1 and $3::bytea is not null returning id
     )
     insert into sessions (id, tenant_id, user_id, authority_version, refresh_hash, amr, acr, transport, device_id,
       ip_prefix, country, user_agent, expires_at, ends_at)
     select $4, tenant_id, id, authority_version, sha256($5), $6, $7, $8, (select id from device),
       '10.0.0.0/24', 'BD', 'node', now() + interval '1 day', now() + interval '1 day' from users where email = $1
     returning user_id, tenant_id, authority_version,
       (select slug from tenants where tenants.id = tenant_id) as slug,
       (select roles from users where users.id = user_id) as roles`,
    [
      email,
      randomUUID(),
      installId ? Buffer.from(`install:${installId}`) : null,
      id,
      mac,
      amr,
      acr,
      transport,
    ],
  )
  const [{ user_id, tenant_id, authority_version, slug, roles }] = rows
  const now = Math.floor(Date.now() / 1_000)
  const access_token = signed({
    iat: now,
    exp: now + accessToken.life,
    iss: slug === 'default' ? PUBLIC_URL : `${PUBLIC_URL}/t/${slug}`,
    sub: user_id,
    tid: tenant_id,
    aud: `urn:gatehouse:tenant:${tenant_id}`,
    sid: id,
    amr,
    acr,
    auth_time: now,
    roles,
    ver: authority_version,
    jti: randomUUID(),
  })
  const refresh_token = `ghr_${Buffer.concat([head, mac]).toString('base64url')}`
  return { access_token, refresh_token, session_id: id, user: { id: user_id, email }, email }
}

/** The bytes of the key that a ring uses. */
function firstOf(ring: string): Buffer {
  const [first = ''] = ring.split(',')
  return Buffer.from(first.slice(first.indexOf(':') + 1), 'base64url')
}

/** By the key that signs now. */
function signed(claims: object): string {
  const { current } = JSON.parse(site().variables.JWT_KEYS ?? '')
  const header = { alg: 'ES256', typ: 'at+jwt', kid: current.kid }
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const key = createPrivateKey({ key: current, format: 'jwk' })
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}
