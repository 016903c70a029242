import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Connection } from '../client/connection.ts'
import { request } from '../client/request.ts'
import type { BenchStack } from './stack.ts'

export const password = 'correct horse battery staple 9'

/** Proven accounts that stand ready: 0 to `userCount` - 1. All have one password. */
export const userCount = 1_100
const sessionsPerUser = 10

export function emailOf(user: number): string {
  return `bench-${user % userCount}@example.com`
}

const first = 'first@example.com'

/** Registers one account through the door, then copies its rows: a thousand hashes would take half a minute. */
export async function seedUsers(stack: BenchStack, port: number): Promise<void> {
  const connection = await Connection.open(port)
  const body = { email: first, password, terms_accepted: true, privacy_accepted: true }
  const registered = await connection.send(request('/api/v1/auth/register', { body }))
  if (registered.status !== 202) throw new Error(`register: ${registered.body}`)
  const token = await mailedToken(stack, first)
  const verified = await connection.send(request('/api/v1/auth/verify-email', { body: { token } }))
  if (verified.status !== 200) throw new Error(`verify: ${verified.body}`)
  connection.cut()
  await copyRows(stack.connectionString)
}

/** Whatever columns the tables have: a copy differs in id and address only. */
async function copyRows(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    await client.query(
      `insert into users select (jsonb_populate_record(u, jsonb_build_object(
          'id', uuidv7(), 'email', 'bench-' || n || '@example.com'))).*
        from users u, generate_series(0, $2::int - 1) n where u.email = $1`,
      [first, userCount],
    )
    await client.query(
      `insert into password_credentials select (jsonb_populate_record(c, jsonb_build_object('user_id', copy.id))).*
        from users u join password_credentials c on c.user_id = u.id, users copy
        where u.email = $1 and copy.email like 'bench-%'`,
      [first],
    )
    // Of a service that is used: a planner that finds next to no sessions reads them all.
    await client.query(
      `insert into sessions (id, tenant_id, user_id, authority_version, refresh_hash, amr, acr, transport, expires_at, ends_at)
        select uuidv7(), u.tenant_id, u.id, u.authority_version, sha256(u.email::bytea), '{pwd}', 'aal1', 'body',
          now() + interval '30 days', now() + interval '90 days'
        from users u, generate_series(1, $1::int) where u.email like 'bench-%'`,
      [sessionsPerUser],
    )
    await client.query('analyze')
  } finally {
    await client.end()
  }
}

async function mailedToken({ inboxUrl }: BenchStack, to: string): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const response = await fetch(`${inboxUrl}/api/messages?to=${encodeURIComponent(to)}`)
    const [mail] = (await response.json()) as { text: string }[]
    const token = /#token=([\w-]+)/.exec(mail?.text ?? '')?.[1]
    if (token) return token
    await sleep(50)
  }
  throw new Error(`no mail to ${to}`)
}
