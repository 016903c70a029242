import { expect, vi } from 'vitest'
import { type Message, mails, patience, tokenIn } from '../support/client.ts'
import { type Act, chosen } from './act.ts'
import {
  end,
  endAuthority,
  hasSessions,
  isSteppedUp,
  type Link,
  type Person,
  record,
} from './model.ts'
import { mayFail } from './sign-in-acts.ts'
import {
  ask,
  expectAnswer,
  nthPassword,
  passwordOf,
  real,
  type World,
  wrongPasswordOf,
} from './world.ts'

/** Of a link that sets a password, an hour: see `mailBudget`. */
const mostLinks = 10

export const accountActs: Act[] = [
  {
    name: 'changes the password',
    isPossible: hasSessions,
    async run({ model, world, person, choice }) {
      const session = chosen(person.sessions, choice.which)
      const { token } = real(world.sessions, session)
      const next = nthPassword(person.passwords + 1)
      const body = { current_password: passwordOf(person), new_password: next }
      const path = '/auth/change-password'
      const answer = await ask(world, person, path, { method: 'PUT', token, body })
      if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
      if (!isSteppedUp(session)) return expectAnswer(answer, 403, 'STEP_UP_REQUIRED')
      expectAnswer(answer, 204)
      person.passwords += 1
      endAuthority(person, (other) => other === session)
      end(person.links)
      record(model, person, 'password.changed')
    },
  },
  {
    name: 'changes the password with a wrong one',
    isPossible: (person) => hasSessions(person) && mayFail(person, 'password'),
    async run({ model, world, person, choice }) {
      const session = chosen(person.sessions, choice.which)
      const { token } = real(world.sessions, session)
      const next = nthPassword(person.passwords + 1)
      const body = { current_password: wrongPasswordOf(person), new_password: next }
      const path = '/auth/change-password'
      const answer = await ask(world, person, path, { method: 'PUT', token, body })
      if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
      if (!isSteppedUp(session)) return expectAnswer(answer, 403, 'STEP_UP_REQUIRED')
      expectAnswer(answer, 400, 'CURRENT_PASSWORD_INVALID')
      person.failures.password += 1
      record(model, person, 'password.change_refused', 'failure')
    },
  },
  {
    name: 'asks for a link to set a password',
    isPossible: ({ links }) => links.length < mostLinks,
    async run({ model, world, person }) {
      const { email } = real(world.people, person)
      expectAnswer(await ask(world, person, '/auth/forgot-password', { body: { email } }), 202)
      record(model, person.isDisabled ? null : person, 'password.reset_requested')
      if (person.isDisabled) return
      const link: Link = { owner: person, isOver: false }
      person.links.push(link)
      world.links.set(link, await newestLink(world, person))
    },
  },
  {
    name: 'sets a password by a link',
    share: 5,
    isPossible: ({ links }) => links.length > 0,
    async run({ model, world, person, choice }) {
      const link = chosen(person.links, choice.which)
      const body = {
        token: real(world.links, link),
        password: nthPassword(person.passwords + 1),
      }
      const answer = await ask(world, person, '/auth/reset-password', { body })
      if (link.isOver) return expectAnswer(answer, 400, 'TOKEN_INVALID')
      expectAnswer(answer, 200)
      person.passwords += 1
      endAuthority(person)
      end(person.links)
      record(model, person, 'password.reset')
    },
  },
  {
    name: 'deletes the account',
    isPossible: hasSessions,
    async run({ model, world, person, choice }) {
      const session = chosen(person.sessions, choice.which)
      const { token } = real(world.sessions, session)
      const answer = await ask(world, person, '/auth/me', { method: 'DELETE', token })
      if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
      if (!isSteppedUp(session)) return expectAnswer(answer, 403, 'STEP_UP_REQUIRED')
      expectAnswer(answer, 202)
      endAuthority(person)
      person.isClosing = true
      record(model, person, 'account.closing')
    },
  },
]

/** Letters of other kinds come in between. */
async function newestLink(world: World, person: Person): Promise<string> {
  const { email } = real(world.people, person)
  const find = async () => {
    const found = (await mails(email)).filter(({ text }) => text.includes('/reset-password'))
    expect(found).toHaveLength(person.links.length)
    return found[0] as Message
  }
  return tokenIn(await vi.waitFor(find, { ...patience, interval: 5 }))
}
