import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import { accessToken } from '../../src/policy.ts'
import { forge } from '../http/access-tokens.ts'
import {
  type Message,
  mails,
  newUser,
  patience,
  randomEmail,
  signIn,
  type Tokens,
} from './client.ts'
import { row, userOf } from './database.ts'
import type { TestTenant } from './tenant.ts'

export interface PreparedPerson {
  email: string
  access_token: string
}

interface Model {
  id: string
  /** That asked for the proof of the address. */
  letter: Message
}

/** Who came in by the front door, once in each file: the others are copies. */
let model: Promise<Model> | null = null

async function newModel(): Promise<Model> {
  const email = await newUser()
  const [letter] = (await mails(email)) as [Message]
  // The letter is there a little earlier than the note that it was sent.
  await vi.waitFor(
    () => row("select 1 from outbox where recipient = $1 and status = 'sent'", [email]),
    patience,
  )
  return { id: (await userOf(email)).id, letter }
}

/** See `migrations/0001_defaults.sql`. */
const defaultTenant = { id: '00000000-0000-7000-8000-000000000001' }

/** What a registration and the proof of its address leave behind beside the account, and what a copy has of its own. */
const records = {
  password_credentials: "'{}'",
  consents: "jsonb_build_object('id', uuidv7())",
  one_time_tokens: "jsonb_build_object('id', uuidv7(), 'token_hash', gen_random_bytes(32))",
  outbox:
    "jsonb_build_object('id', uuidv7(), 'recipient', $3::text, 'provider_message_id', uuidv7())",
  audit_events: "jsonb_build_object('id', uuidv7(), 'seal', null, 'occurred_at', now())",
}

const copies = Object.entries(records).map(
  ([table, own]) => `${table}_copied as (
     insert into ${table} select copy.*
     from model, lateral (select * from ${table} where tenant_id = model.tenant_id and user_id = model.id order by ${table}) one,
       jsonb_populate_record(null::${table}, to_jsonb(one) ||
         jsonb_build_object('user_id', copy_id, 'tenant_id', $2::uuid) || ${own}::jsonb) copy
   )`,
)

const copyStatement = `with model as materialized (select *, uuidv7() as copy_id from users where id = $1), ${copies}
  insert into users select copy.* from model,
    jsonb_populate_record(null::users, to_jsonb(model) ||
      jsonb_build_object('id', copy_id, 'tenant_id', $2::uuid, 'email', $3::text)) copy returning id`

/**
 * A person with a proven address in a tenant, as `newUserIn` makes one, copied row by row with its letter: where a test is
 * about what comes after, it needs neither another hash nor all that is asked and written at a registration. The password
 * is the same.
 */
export async function preparedUserIn({ id: tenantId }: Pick<TestTenant, 'id'>): Promise<string> {
  model ??= newModel()
  const { id, letter } = await model
  const email = randomEmail()
  const body = JSON.stringify({ ...letter, id: crypto.randomUUID(), to: email })
  await Promise.all([
    row(copyStatement, [id, tenantId, email]),
    fetch(`${env.SES_ENDPOINT}/api/messages`, { method: 'POST', body }),
  ])
  return email
}

/** As {@link preparedUserIn}, in the default tenant. */
export function preparedUser(): Promise<string> {
  return preparedUserIn(defaultTenant)
}

/** Somebody with a session by the password, in the default tenant. */
export async function preparedPerson(): Promise<PreparedPerson> {
  const email = await preparedUser()
  return { email, access_token: await preparedSession(email, 'aal1') }
}

/** Somebody who has signed in by the password, in the default tenant. */
export async function preparedSignIn(): Promise<Tokens & { email: string }> {
  const email = await preparedUser()
  return { ...(await signIn(email)).body, email }
}

/** Of which each other is made. */
let genuine: Promise<Tokens> | null = null

/** The access token of a session that a sign-in has just opened: by the password, and a code where `acr` is `aal2`. */
export async function preparedSession(email: string, acr: 'aal1' | 'aal2'): Promise<string> {
  genuine ??= preparedSignIn()
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
  return forge((await genuine).access_token, { claims })
}
