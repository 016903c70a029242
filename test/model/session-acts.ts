import { expect } from 'vitest'
import { session as policy } from '../../src/policy.ts'
import type { Answer, Tokens } from '../support/client.ts'
import { ageSession } from '../support/database.ts'
import { type Act, chosen, type Scene } from './act.ts'
import {
  end,
  endAuthority,
  hasSessions,
  isRenewed,
  otherTenant,
  record,
  type Session,
} from './model.ts'
import { ask, expectAnswer, real } from './world.ts'

export const sessionActs: Act[] = [
  {
    name: 'renews a session',
    share: 3,
    isPossible: hasSessions,
    async run(scene) {
      const { world, person, choice } = scene
      const session = chosen(person.sessions, choice.which)
      const { refreshTokens } = real(world.sessions, session)
      const newest = refreshTokens.at(-1) ?? ''
      const answer = await refresh(scene, newest)
      if (!isRenewed(session)) return expectAnswer(answer, 401, 'REFRESH_INVALID')
      expectRenewed(scene, session, answer)
      // A tab beside it, or a lost answer.
      const again = await refresh(scene, newest)
      expect([again.status, again.body.refresh_token]).toEqual([200, refreshTokens.at(-1)])
    },
  },
  {
    name: 'renews a session by an old token',
    share: 3,
    isPossible: ({ sessions }) => sessions.some(({ generation }) => generation > 0),
    async run(scene) {
      const { model, world, person, choice } = scene
      const renewed = person.sessions.filter(({ generation }) => generation > 0)
      const session = chosen(renewed, choice.which)
      const { id, refreshTokens } = real(world.sessions, session)
      await ageSession(id, policy.refreshGrace + 1)
      const answer = await refresh(scene, chosen(refreshTokens.slice(0, -1), choice.other))
      if (session.isOver) return expectAnswer(answer, 401, 'REFRESH_INVALID')
      expectAnswer(answer, 401, 'REFRESH_REUSED')
      end([session])
      record(model, person, 'session.refresh_reused', 'failure')
    },
  },
  {
    name: 'shows the tokens of a session to the other tenant',
    isPossible: hasSessions,
    async run({ model, world, person, choice }) {
      const { token, refreshTokens } = real(world.sessions, chosen(person.sessions, choice.which))
      const tenant = otherTenant(model, person)
      const me = await ask(world, person, '/auth/me', { token, tenant })
      expectAnswer(me, 401, 'TOKEN_INVALID')
      const body = { refresh_token: refreshTokens.at(-1) }
      const renewed = await ask(world, person, '/auth/refresh', { body, tenant })
      expectAnswer(renewed, 401, 'REFRESH_INVALID')
    },
  },
  {
    name: 'lists the sessions',
    isPossible: hasSessions,
    async run({ world, person, choice }) {
      const session = chosen(person.sessions, choice.which)
      const { token } = real(world.sessions, session)
      const answer = await ask<Listed>(world, person, '/auth/sessions', { token })
      if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
      const living = person.sessions.filter(({ isOver }) => !isOver)
      const ids = living.map((one) => real(world.sessions, one).id)
      expect(answer.body.sessions.map(({ id }) => id).sort()).toEqual(ids.sort())
    },
  },
  {
    name: 'signs out',
    isPossible: hasSessions,
    async run({ model, world, person, choice }) {
      const session = chosen(person.sessions, choice.which)
      const { token } = real(world.sessions, session)
      expectAnswer(await ask(world, person, '/auth/logout', { method: 'POST', token }), 204)
      // Whoever has signed out may do so again.
      if (!session.isOver) record(model, person, 'session.ended')
      end([session])
    },
  },
  {
    name: 'signs out everywhere',
    isPossible: hasSessions,
    run: (scene) => signOutEverywhere(scene, false),
  },
  {
    name: 'signs out everywhere else',
    isPossible: hasSessions,
    run: (scene) => signOutEverywhere(scene, true),
  },
  {
    name: 'ends another session',
    isPossible: hasSessions,
    async run(scene) {
      const { model, world, person, choice } = scene
      const session = chosen(person.sessions, choice.which)
      const target = chosen(
        model.people.flatMap(({ sessions }) => sessions),
        choice.other,
      )
      const { token } = real(world.sessions, session)
      const path = `/auth/sessions/${real(world.sessions, target).id}`
      const answer = await ask(world, person, path, { method: 'DELETE', token })
      if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
      if (target.isOver || target.owner !== person) return expectAnswer(answer, 404, 'NOT_FOUND')
      expectAnswer(answer, 204)
      end([target])
      record(model, person, 'session.ended')
    },
  },
]

interface Listed {
  sessions: { id: string }[]
}

function refresh({ world, person }: Scene, refresh_token: string): Promise<Answer<Tokens>> {
  return ask<Tokens>(world, person, '/auth/refresh', { body: { refresh_token } })
}

function expectRenewed({ world }: Scene, session: Session, answer: Answer<Tokens>): void {
  expectAnswer(answer, 200)
  const known = real(world.sessions, session)
  expect(answer.body.session_id).toBe(known.id)
  expect(known.refreshTokens).not.toContain(answer.body.refresh_token)
  known.refreshTokens.push(answer.body.refresh_token)
  known.token = answer.body.access_token
  session.generation += 1
}

async function signOutEverywhere(scene: Scene, except_current: boolean): Promise<void> {
  const { model, world, person, choice } = scene
  const session = chosen(person.sessions, choice.which)
  const { token } = real(world.sessions, session)
  const answer = await ask(world, person, '/auth/logout-all', { token, body: { except_current } })
  if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
  expectAnswer(answer, 204)
  endAuthority(person, (other) => except_current && other === session)
  record(model, person, 'session.all_ended')
}
