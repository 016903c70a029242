import { expect } from 'vitest'
import { rows } from '../support/database.ts'
import type { Model, Session } from './model.ts'
import { ask, expectAnswer, real, unreadTrail, type World } from './world.ts'

/** What must be so after each command. */
export async function expectAsModelled(model: Model, world: World): Promise<void> {
  const [living, trail] = await Promise.all([livingSessions(world), unreadTrail(model, world)])
  expect(living).toEqual(livingAsModelled(model, world))
  expect(trail).toEqual([...model.trail].sort())
  const changed = sessionsOf(model).filter((session) => world.seen.get(session) !== session.isOver)
  await expectServed(world, changed)
}

/** What must be so at the end of a story. */
export function expectAllServed(model: Model, world: World): Promise<void> {
  return expectServed(world, sessionsOf(model))
}

function sessionsOf({ people }: Model): Session[] {
  return people.flatMap(({ sessions }) => sessions)
}

interface LivingSession {
  id: string
  acr: string
  generation: number
}

/** Those that the database has, of all people. */
function livingSessions({ people }: World): Promise<LivingSession[]> {
  const ids = [...people.values()].map(({ id }) => id)
  return rows<LivingSession>(
    `select s.id, s.acr, s.refresh_generation - 1 as generation
     from sessions s join users u on u.id = s.user_id
     where u.id = any($1::uuid[]) and s.revoked_at is null and s.expires_at > now() and s.ends_at > now()
       and s.authority_version >= u.authority_version and u.status = 'active' order by s.id`,
    [ids],
  )
}

function livingAsModelled(model: Model, world: World): LivingSession[] {
  return sessionsOf(model)
    .filter(({ isOver }) => !isOver)
    .map((session) => ({
      id: real(world.sessions, session).id,
      acr: session.level,
      generation: session.generation,
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** A session that lives is served, with the account as it is; one that is over is refused. */
async function expectServed(world: World, sessions: readonly Session[]): Promise<void> {
  await Promise.all(sessions.map((session) => expectSession(world, session)))
}

async function expectSession(world: World, session: Session): Promise<void> {
  const { owner, isOver } = session
  const { token } = real(world.sessions, session)
  const answer = await ask(world, owner, '/auth/me', { token })
  world.seen.set(session, isOver)
  if (isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
  expect(answer.body).toMatchObject({
    id: real(world.people, owner).id,
    status: 'active',
    mfa_enabled: owner.hasApp,
    roles: owner.isAdministrator ? ['member', 'admin'] : ['member'],
  })
}
