import { expect } from 'vitest'
import { codeOf as totpOf } from '../support/authenticator.ts'
import { type Answer, call, password, type Tokens } from '../support/client.ts'
import { ageStep, rows, setUser, userOf } from '../support/database.ts'
import { preparedSession, preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'
import type { HalfDone, Link, Model, Person, Session, Tenant } from './model.ts'

/** What is behind the door: the ids and secrets of what the model has. */
export interface World {
  tenants: Map<Tenant, RealTenant>
  people: Map<Person, RealPerson>
  sessions: Map<Session, RealSession>
  halfDone: Map<HalfDone, string>
  links: Map<Link, string>
  /** Whether a session was over when its token was last shown. */
  seen: Map<Session, boolean>
  /** Ids of the rows of the trail that were read. */
  trail: Set<string>
}

interface RealTenant extends TestTenant {
  owner: { id: string; token: string }
}

export interface RealPerson {
  id: string
  email: string
  app: App | null
}

interface App {
  secret: string
  /** The last code that was taken. */
  shown: string
  backupCodes: string[]
  deadCodes: string[]
}

export interface RealSession {
  id: string
  token: string
  /** Of each generation. */
  refreshTokens: string[]
}

export async function newWorld({ tenants, people }: Model): Promise<World> {
  const world: World = {
    tenants: new Map(),
    people: new Map(),
    sessions: new Map(),
    halfDone: new Map(),
    links: new Map(),
    seen: new Map(),
    trail: new Set(),
  }
  for (const tenant of tenants) world.tenants.set(tenant, await newRealTenant(tenant))
  for (const person of people) {
    const email = await preparedUserIn(real(world.tenants, person.tenant))
    // In the long run the first of a file, whom the others are copies of, has proven the address long ago.
    await setUser(email, { email_verified_at: new Date() })
    world.people.set(person, { id: (await userOf(email)).id, email, app: null })
  }
  return world
}

async function newRealTenant({ requiresFactor }: Tenant): Promise<RealTenant> {
  const tenant = await newTenant({ requireMfa: requiresFactor })
  const email = await preparedUserIn(tenant)
  await setUser(email, { roles: ['member', 'owner'] })
  const owner = { id: (await userOf(email)).id, token: await preparedSession(email, 'aal2') }
  return { ...tenant, owner }
}

/** Rows of the trail of both tenants that were not read yet, as the model calls them. */
export async function unreadTrail({ tenants, people }: Model, world: World): Promise<string[]> {
  const names = new Map([
    ...people.map((person) => [real(world.people, person).id, person.name] as const),
    ...tenants.map((tenant) => [real(world.tenants, tenant).owner.id, tenant.name] as const),
  ])
  const found = await rows<{ id: string; user_id: string | null; text: string }>(
    `select id, user_id, action || ' ' || outcome as text from audit_events
     where tenant_id = any($1::uuid[])`,
    [tenants.map((tenant) => real(world.tenants, tenant).id)],
  )
  const unread = found.filter(({ id }) => !world.trail.has(id))
  for (const { id } of unread) world.trail.add(id)
  const nameOf = (id: string | null) => (id === null ? 'nobody' : names.get(id))
  return unread.map(({ user_id, text }) => `${nameOf(user_id)} ${text}`).sort()
}

/** What the model's thing is in the world. */
export function real<Thing, Real>(things: Map<Thing, Real>, thing: Thing): Real {
  const found = things.get(thing)
  if (found === undefined) throw new Error('the model has something that the world has not')
  return found
}

interface Asked {
  method?: string
  token?: string
  body?: unknown
  /** Another one than the person's. */
  tenant?: Tenant
}

/** A request in the name of a person. */
export function ask<T = Record<string, unknown>>(
  world: World,
  person: Person,
  path: string,
  { method, token, body, tenant = person.tenant }: Asked = {},
): Promise<Answer<T>> {
  const { headers } = real(world.tenants, tenant)
  return call<T>(`/api/v1${path}`, body, {
    headers,
    ...(method ? { method } : {}),
    ...(token ? { token } : {}),
  })
}

/** The words of an answer that the model knows: its status, and why it is none. */
export function expectAnswer(answer: Answer<unknown>, ...expected: [number, string?]): void {
  const code = codeOf(answer)
  expect(code === undefined ? [answer.status] : [answer.status, code]).toEqual(expected)
}

export function remember(world: World, session: Session, tokens: Tokens): void {
  const { session_id: id, access_token: token, refresh_token } = tokens
  world.sessions.set(session, { id, token, refreshTokens: [refresh_token] })
}

export function passwordOf({ passwords }: Person): string {
  return nthPassword(passwords)
}

/** The one before, where there was one. */
export function wrongPasswordOf({ passwords }: Person): string {
  return passwords === 0 ? 'someone else chose this one' : nthPassword(passwords - 1)
}

/** Each is strong enough, and no other's. */
export function nthPassword(n: number): string {
  return n === 0 ? password : `vexing plum harbour ${41 + n}`
}

/** A code of the app that was not shown yet: as if the last one had been that of a time step earlier. */
export async function newCode({ id, app }: RealPerson): Promise<string> {
  if (!app) throw new Error('no app')
  await ageStep(id)
  app.shown = totpOf(app.secret)
  return app.shown
}
