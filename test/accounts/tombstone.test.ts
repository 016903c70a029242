import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import { expect, it } from 'vitest'
import * as schema from '../../src/database/schema.ts'
import worker from '../../src/index.ts'
import { call, newSession, password, randomEmail, registration } from '../support/client.ts'
import { row, rows, userOf } from '../support/database.ts'

async function sweep(): Promise<void> {
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
}

async function graceOver(email: string): Promise<void> {
  await row(`update users set deletes_at = now() where email = $1 returning id`, [email])
}

/** Tables that name an account and are emptied of it. */
const tables = Object.values(schema)
  .filter((value) => is(value, PgTable))
  .map((table) => getTableConfig(table as PgTable))
  .filter(({ columns }) => columns.some(({ name }) => name === 'user_id'))
  .map(({ name }) => name)

/** What a tombstone keeps a row in, and why nothing in it tells of a person. */
const kept: Record<string, string> = {
  audit_events: 'the trail: where from somebody acted was sealed with a key that is gone',
  sessions: 'verifiers elsewhere must learn that it has ended; nothing in it but times',
}

async function everything(id: string): Promise<string[]> {
  const counted = tables.map(async (table) => {
    const { count } = await row<{ count: number }>(
      `select count(*)::int from ${table} where user_id = $1`,
      [id],
    )
    return count > 0 ? [table] : []
  })
  return (await Promise.all(counted)).flat().sort()
}

it('when its time is over, an account is an id of which nothing is known', async () => {
  const { email } = await newSession()
  const { id } = await userOf(email)
  await call('/api/v1/auth/me', { first_name: 'Ann', gender: 'other' }, { method: 'PATCH' })
  await call('/api/v1/auth/magic-link', { email })
  await call('/api/v1/auth/forgot-password', { email })
  expect((await everything(id)).length).toBeGreaterThan(4)
  await graceOver(email)
  await sweep()

  const user = await row<Record<string, unknown>>('select * from users where id = $1', [id])
  const known = Object.entries(user).filter(([, value]) => value !== null && value !== 0)
  expect(Object.fromEntries(known)).toEqual({
    id,
    tenant_id: expect.any(String),
    status: 'deleted',
    locale: 'en',
    extra: {},
    roles: [],
    mfa_enabled: false,
    authority_version: 2,
    ...Object.fromEntries(known.filter(([name]) => /_at$/.test(name))),
  })
  expect(await everything(id)).toEqual(Object.keys(kept))
  expect(await rows('select id from sign_in_links where email = $1', [email])).toEqual([])
  const [session] = await rows('select * from sessions where user_id = $1', [id])
  expect(session).toMatchObject({ ip_prefix: null, country: null, user_agent: null })
  expect(session?.revoked_at).not.toBeNull()
})

it('the address is free for a new account at once, which finds nothing of the old one', async () => {
  const { email, refresh_token, access_token: token } = await newSession()
  const { id } = await userOf(email)
  await graceOver(email)
  await sweep()
  expect((await call('/api/v1/auth/login', { email, password })).status).toBe(401)
  expect((await call('/api/v1/auth/refresh', { refresh_token })).status).toBe(401)
  expect((await call('/api/v1/auth/me', undefined, { token })).status).toBe(401)
  await call('/api/v1/auth/register', registration(email))
  expect((await userOf(email)).id).not.toBe(id)
})

it('the trail tells where from an account acted, until it is deleted', async () => {
  const [gone, other] = [await newSession(), await newSession()]
  const origins = (id: string) =>
    rows<{ origin: { ip_prefix: string } | null; sealed: string | null }>(
      `select audit_origin_opened(user_id, origin) as origin, encode(origin, 'escape') as sealed
       from audit_events where user_id = $1`,
      [id],
    )
  const [first, second] = [await userOf(gone.email), await userOf(other.email)]
  const before = await origins(first.id)
  expect(before.length).toBeGreaterThan(2)
  expect(before.map(({ origin }) => origin?.ip_prefix)).toEqual(
    before.map(() => expect.stringMatching(/^10\./)),
  )
  // The whole address: two of its bytes stand in random ones now and then.
  expect(before.every(({ origin, sealed }) => !sealed?.includes(`${origin?.ip_prefix}`))).toBe(true)
  await graceOver(gone.email)
  await sweep()
  const after = await origins(first.id)
  expect(after.length).toBe(before.length + 1)
  expect(after.every(({ origin }) => origin === null)).toBe(true)
  expect((await origins(second.id)).every(({ origin }) => origin !== null)).toBe(true)
})

it('what a request under way has left is taken by the next run', async () => {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email))
  const { id, tenant_id } = await userOf(email)
  await graceOver(email)
  await sweep()
  await rows(
    `insert into consents (id, tenant_id, user_id, kind, version, ip_prefix, accepted_at)
     values (gen_random_uuid(), $1, $2, 'terms', '1', '10.1.1.1', now())`,
    [tenant_id, id],
  )
  await sweep()
  expect(await everything(id)).toEqual(['audit_events'])
})
