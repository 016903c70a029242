import type { Answer, Tokens } from '../support/client.ts'
import { type Act, chosen, type Scene } from './act.ts'
import {
  type HalfDone,
  hasSessions,
  openSession,
  type Person,
  record,
  type Session,
} from './model.ts'
import { mayFail } from './sign-in-acts.ts'
import { ask, expectAnswer, newCode, type RealPerson, real, remember } from './world.ts'

/** A second factor as somebody shows it. */
interface Proof {
  name: string
  type: 'totp' | 'backup_code'
  isRight: boolean
  isThere(person: Person): boolean
  code(person: RealPerson): string | Promise<string>
}

/** Who has taken the app away still has its last code at hand, for sign-ins that are over. */
const none = '000000'

const proofs: Proof[] = [
  {
    name: 'a code of the app',
    type: 'totp',
    isRight: true,
    isThere: ({ hasApp }) => hasApp,
    code: newCode,
  },
  {
    name: 'a code of the app that was shown',
    type: 'totp',
    isRight: false,
    isThere: (person) => person.hasApp && mayFail(person, 'totp'),
    code: ({ app }) => app?.shown ?? none,
  },
  {
    name: 'a backup code',
    type: 'backup_code',
    isRight: true,
    isThere: ({ codesLeft }) => codesLeft > 0,
    code: ({ app }) => app?.backupCodes[0] ?? none,
  },
  {
    name: 'a backup code that is spent',
    type: 'backup_code',
    isRight: false,
    isThere: (person) => person.codesDead > 0 && mayFail(person, 'backup_code'),
    code: ({ app }) => app?.deadCodes.at(-1) ?? none,
  },
]

export const proofActs: Act[] = proofs.flatMap((proof) => [
  {
    name: `goes on with ${proof.name}`,
    share: proof.isRight ? 2 : 4,
    isPossible: (person) => proof.isThere(person) && challenges(person).length > 0,
    run: (scene) => goOn(scene, proof),
  },
  {
    name: `raises a session with ${proof.name}`,
    share: proof.isRight ? 2 : 4,
    isPossible: (person) => proof.isThere(person) && hasSessions(person),
    async run(scene) {
      const session = chosen(scene.person.sessions, scene.choice.which)
      await raise(scene, session, proof)
    },
  },
])

function challenges({ halfDone }: Person): HalfDone[] {
  return halfDone.filter(({ owes }) => owes === 'challenge')
}

async function goOn(scene: Scene, proof: Proof): Promise<void> {
  const { model, world, person, choice } = scene
  const half = chosen(challenges(person), choice.which)
  const code = await codeFor(scene, proof, half.isOver)
  const body = { mfa_token: real(world.halfDone, half), type: proof.type, code }
  const answer = await ask<Tokens>(world, person, '/auth/mfa/verify', { body })
  if (half.isOver) return expectAnswer(answer, 401, 'MFA_TOKEN_INVALID')
  if (!proof.isRight) return expectRefused(scene, proof, answer)
  expectAnswer(answer, 200)
  spend(scene, proof)
  half.isOver = true
  remember(world, openSession(model, person), answer.body)
}

async function raise(scene: Scene, session: Session, proof: Proof): Promise<void> {
  const { model, world, person } = scene
  const code = await codeFor(scene, proof, session.isOver)
  const known = real(world.sessions, session)
  const body = { type: proof.type, code }
  const answer = await ask<Tokens>(world, person, '/auth/mfa/verify', { body, token: known.token })
  if (session.isOver) return expectAnswer(answer, 401, 'TOKEN_INVALID')
  if (!proof.isRight) return expectRefused(scene, proof, answer)
  expectAnswer(answer, 200)
  spend(scene, proof)
  session.level = 'aal2'
  known.token = answer.body.access_token
  record(model, person, 'session.stepped_up')
}

/** Where it is shown in vain, the app's step stays as it is: whoever has no right to show a code spends none. */
async function codeFor({ world, person }: Scene, proof: Proof, inVain: boolean): Promise<string> {
  const known = real(world.people, person)
  if (inVain && proof.type === 'totp') return known.app?.shown ?? none
  return proof.code(known)
}

function expectRefused({ model, person }: Scene, { type }: Proof, answer: Answer<unknown>): void {
  expectAnswer(answer, 401, 'MFA_CODE_INVALID')
  person.failures[type] += 1
  record(model, person, 'mfa.refused', 'failure')
}

function spend({ world, person }: Scene, { type }: Proof): void {
  if (type === 'totp') return
  const { app } = real(world.people, person)
  app?.deadCodes.push(...app.backupCodes.splice(0, 1))
  person.codesLeft -= 1
  person.codesDead += 1
}
