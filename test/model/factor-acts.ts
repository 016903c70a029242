import { codeOf as totpOf } from '../support/authenticator.ts'
import type { Answer } from '../support/client.ts'
import { type Act, chosen, type Scene } from './act.ts'
import {
  end,
  endAuthority,
  type HalfDone,
  hasSessions,
  isSteppedUp,
  mustHaveFactor,
  type Person,
  record,
} from './model.ts'
import { ask, expectAnswer, newCode, real } from './world.ts'

export const factorActs: Act[] = [
  {
    name: 'adds an app in a session',
    share: 3,
    isPossible: hasSessions,
    run: addAppInSession,
  },
  {
    name: 'adds an app in a sign-in',
    share: 4,
    isPossible: (person) => enrolments(person).length > 0,
    run: addAppInSignIn,
  },
  {
    name: 'removes the app',
    isPossible: hasSessions,
    run: (scene) => removeApp(scene, 'without a code'),
  },
  {
    name: 'removes the app with a code of it',
    isPossible: (person) => person.hasApp && hasSessions(person),
    run: (scene) => removeApp(scene, 'with a code'),
  },
  {
    name: 'makes new backup codes',
    isPossible: hasSessions,
    async run({ model, world, person, choice }) {
      const session = chosen(person.sessions, choice.which)
      const { token } = real(world.sessions, session)
      const path = '/auth/mfa/backup-codes'
      const answer = await ask<Codes>(world, person, path, { method: 'POST', token })
      if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
      if (!isSteppedUp(session)) return expectAnswer(answer, 403, 'STEP_UP_REQUIRED')
      if (!person.hasApp) return expectAnswer(answer, 403, 'FORBIDDEN')
      expectAnswer(answer, 200)
      const { app } = real(world.people, person)
      app?.deadCodes.push(...app.backupCodes.splice(0))
      app?.backupCodes.push(...answer.body.backup_codes)
      person.codesDead += person.codesLeft
      person.codesLeft = answer.body.backup_codes.length
      record(model, person, 'mfa.backup_codes_made')
    },
  },
]

interface Codes {
  backup_codes: string[]
}

interface Setup {
  secret: string
}

function enrolments({ halfDone }: Person): HalfDone[] {
  return halfDone.filter(({ owes }) => owes === 'enrolment')
}

export async function addAppInSession(scene: Scene): Promise<void> {
  const { world, person, choice } = scene
  const session = chosen(person.sessions, choice.which)
  const { token } = real(world.sessions, session)
  const setup = await beginApp(scene, token)
  if (session.isOver) return expectAnswer(setup, 401, 'TOKEN_INVALID')
  const isRaised = session.level === 'aal2'
  if (person.hasApp && !isRaised) return expectAnswer(setup, 403, 'STEP_UP_REQUIRED')
  if (person.hasApp) return expectAnswer(setup, 409, 'FACTOR_EXISTS')
  await addApp(scene, token, setup)
}

export async function addAppInSignIn(scene: Scene): Promise<void> {
  const { world, person, choice } = scene
  const half = chosen(enrolments(person), choice.which)
  const token = real(world.halfDone, half)
  const setup = await beginApp(scene, token)
  if (half.isOver) return expectAnswer(setup, 401, 'TOKEN_INVALID')
  await addApp(scene, token, setup)
}

function beginApp({ world, person }: Scene, token: string): Promise<Answer<Setup>> {
  return ask<Setup>(world, person, '/auth/mfa/enable', { token, body: { type: 'totp' } })
}

async function addApp(
  { model, world, person }: Scene,
  token: string,
  setup: Answer<Setup>,
): Promise<void> {
  expectAnswer(setup, 200)
  const { secret } = setup.body
  const shown = totpOf(secret)
  const body = { type: 'totp', code: shown }
  const confirmed = await ask<Codes>(world, person, '/auth/mfa/confirm', { token, body })
  expectAnswer(confirmed, 200)
  const backupCodes = confirmed.body.backup_codes
  real(world.people, person).app = { secret, shown, backupCodes, deadCodes: [] }
  person.hasApp = true
  person.codesLeft = backupCodes.length
  person.codesDead = 0
  // What was to lead to a first factor leads nowhere now.
  end(enrolments(person))
  record(model, person, 'mfa.factor_added')
}

/** A code raises the session on the way, also where the app stays all the same. */
async function removeApp(scene: Scene, how: 'with a code' | 'without a code'): Promise<void> {
  const { model, world, person, choice } = scene
  const session = chosen(person.sessions, choice.which)
  const { token } = real(world.sessions, session)
  const known = real(world.people, person)
  const isShown = how === 'with a code' && !session.isOver
  const code = isShown ? { code: await newCode(known) } : {}
  const body = { type: 'totp', ...code }
  const answer = await ask(world, person, '/auth/mfa/disable', { token, body })
  if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
  if (isShown) {
    session.level = 'aal2'
    record(model, person, 'session.stepped_up')
  }
  if (!isSteppedUp(session)) return expectAnswer(answer, 403, 'STEP_UP_REQUIRED')
  if (!person.hasApp) return expectAnswer(answer, 404, 'NOT_FOUND')
  if (mustHaveFactor(person)) return expectAnswer(answer, 409, 'MFA_REQUIRED')
  expectAnswer(answer, 204)
  // Whatever the app may have opened ends with it.
  endAuthority(person, (other) => other === session || other.level === 'aal1')
  session.level = 'aal1'
  person.hasApp = false
  person.codesLeft = 0
  person.codesDead = 0
  known.app = null
  record(model, person, 'mfa.factor_removed')
}
