import { expect } from 'vitest'
import type { Tokens } from '../support/client.ts'
import type { Act, Scene } from './act.ts'
import {
  type Guessable,
  type HalfDone,
  mostFailures,
  openSession,
  otherTenant,
  owedBy,
  type Person,
  record,
} from './model.ts'
import { ask, expectAnswer, passwordOf, real, remember, wrongPasswordOf } from './world.ts'

export const signInActs: Act[] = [
  {
    name: 'signs in',
    share: 4,
    // The throttle forgives who comes in, and no other.
    isPossible: (person) => !person.isDisabled || mayFail(person, 'password'),
    run: signIn,
  },
  {
    name: 'signs in with a wrong password',
    isPossible: (person) => mayFail(person, 'password'),
    async run({ model, world, person }) {
      const { email } = real(world.people, person)
      const body = { email, password: wrongPasswordOf(person) }
      expectAnswer(await ask(world, person, '/auth/login', { body }), 401, 'INVALID_CREDENTIALS')
      person.failures.password += 1
      record(model, person, 'sign_in.refused', 'failure')
    },
  },
  {
    name: 'signs in to the other tenant',
    isPossible: (person) => mayFail(person, 'elsewhere'),
    async run({ model, world, person }) {
      const { email } = real(world.people, person)
      const tenant = otherTenant(model, person)
      const body = { email, password: passwordOf(person) }
      const answer = await ask(world, person, '/auth/login', { body, tenant })
      expectAnswer(answer, 401, 'INVALID_CREDENTIALS')
      person.failures.elsewhere += 1
      record(model, null, 'sign_in.refused', 'failure')
    },
  },
]

export function mayFail({ failures }: Person, what: Guessable): boolean {
  return failures[what] < mostFailures
}

interface HalfDoneBody {
  mfa_token?: string
  enrollment_token?: string
}

export async function signIn({ model, world, person }: Scene): Promise<void> {
  const { email } = real(world.people, person)
  const body = { email, password: passwordOf(person) }
  const answer = await ask<Tokens & HalfDoneBody>(world, person, '/auth/login', { body })
  if (person.isDisabled) {
    expectAnswer(answer, 403, 'ACCOUNT_DISABLED')
    person.failures.password += 1
    record(model, person, 'sign_in.refused', 'failure')
    return
  }
  expectAnswer(answer, 200)
  const owed = owedBy(person)
  const { mfa_token, enrollment_token, access_token } = answer.body
  const got = { challenge: mfa_token, enrolment: enrollment_token, session: access_token }
  expect(Object.entries(got).filter(([, token]) => token)).toEqual([
    [owed ?? 'session', expect.any(String)],
  ])
  if (!owed) {
    remember(world, openSession(model, person), answer.body)
    return
  }
  const half: HalfDone = { owes: owed, isOver: false }
  person.halfDone.push(half)
  world.halfDone.set(half, got[owed] ?? '')
  record(model, person, 'sign_in.pending')
}
