import { expect, vi } from 'vitest'
import { type Message, mails, patience, tokenIn } from '../support/client.ts'
import { type Act, chosen, type Scene } from './act.ts'
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
    async run(scene) {
      const { model, person } = scene
      const tried = await changePassword(scene, passwordOf(person))
      if (!tried) return
      const { answer, session } = tried
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
    async run(scene) {
      const { model, person } = scene
      const tried = await changePassword(scene, wrongPasswordOf(person))
      if (!tried) return
      expectAnswer(tried.answer, 400, 'CURRENT_PASSWORD_INVALID')
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
    async run(scene) {
      const { model, person } = scene
      const tried = await askSteppedUp(scene, '/auth/me', { method: 'DELETE' })
      if (!tried) return
      expectAnswer(tried.answer, 202)
      endAuthority(person)
      person.isClosing = true
      record(model, person, 'account.closing')
    },
  },
]

function changePassword(scene: Scene, current: string) {
  const body = { current_password: current, new_password: nthPassword(scene.person.passwords + 1) }
  return askSteppedUp(scene, '/auth/change-password', { method: 'PUT', body })
}

/** What only a raised session may ask, with one of them all. Null where the session alone is a reason to refuse it. */
async function askSteppedUp(
  { world, person, choice }: Scene,
  path: string,
  sent: { method: string; body?: object },
) {
  const session = chosen(person.sessions, choice.which)
  const { token } = real(world.sessions, session)
  const answer = await ask(world, person, path, { ...sent, token })
  if (!session.isOver && isSteppedUp(session)) return { answer, session }
  if (session.isOver) expectAnswer(answer, 401, 'TOKEN_INVALID')
  else expectAnswer(answer, 403, 'STEP_UP_REQUIRED')
  return null
}

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
