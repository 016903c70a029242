import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Role } from '../../../src/tenants/roles.ts'
import { type Answer, call } from './client.ts'
import { addKey, assertion } from './factors.ts'
import type { Tokens } from './people.ts'
import { preparedPerson } from './prepared.ts'
import { site } from './site.ts'
import type { TestWorker } from './worker.ts'

export interface TestTenant {
  id: string
  slug: string
  headers: Record<string, string>
}

export interface Member extends Tokens {
  id: string
  email: string
}

/** A tenant beside the default one: nobody else's rows are in it. */
export async function newTenant(): Promise<TestTenant> {
  const [id, slug] = [randomUUID(), newSlug()]
  await site().database.query(
    `insert into tenants (id, slug, name) values ($1, $2, 'A tenant of a test')`,
    [id, slug],
  )
  return { id, slug, headers: { 'X-Tenant': slug } }
}

export function newSlug(): string {
  return `tenant-${randomUUID().slice(0, 18)}`
}

/** Somebody of a role, with a session that a passkey has opened. */
export async function newMember(role: Role, headers: TestTenant['headers'] = {}): Promise<Member> {
  const { email, access_token, user } = await preparedPerson(headers)
  const { key } = await addKey(access_token)
  const roles = role === 'member' ? ['member'] : ['member', role]
  const { id } = user
  await site().database.query('update users set roles = $2 where id = $1', [id, roles])
  const shown = await assertion(key, headers)
  const path = '/api/v1/auth/webauthn/login/verify'
  const { status, body } = await call<Tokens>(site().workers[0], path, shown, { headers })
  expect(status).toBe(200)
  return { ...body, id, email }
}

/** A request of an administrator; the token says the tenant. */
export function act<T = Record<string, unknown>>(
  { access_token: token }: Pick<Tokens, 'access_token'>,
  method: string,
  path: string,
  body?: unknown,
  worker: TestWorker = site().workers[0],
): Promise<Answer<T>> {
  return call<T>(worker, `/api/v1${path}`, body, { method, token })
}

export function refreshIn(
  { headers }: TestTenant,
  refresh_token: string,
  worker: TestWorker = site().workers[0],
): Promise<Answer<Tokens>> {
  return call<Tokens>(worker, '/api/v1/auth/refresh', { refresh_token }, { headers })
}
