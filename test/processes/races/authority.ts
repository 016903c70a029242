import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { type Answer, call } from '../support/client.ts'
import { me, type Person, refresh, signIn, type Tokens } from '../support/people.ts'
import { preparedAccount, preparedSession } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { startLine, together, workerOf } from '../support/together.ts'

/** Someone with sessions on several devices. Each device has its own lane at the throttle. */
export interface Owner {
  email: string
  /** The session that takes the authority away, where one does. */
  acting: Person
  /** Sessions that must die. */
  others: Person[]
  installs: string[]
}

const devices = 8
const signIns = 8
const refreshes = 33

export async function newOwner(): Promise<Owner> {
  const email = await preparedAccount()
  const installs = Array.from({ length: devices }, () => randomUUID())
  const sessions: Person[] = []
  for (const install of installs) {
    sessions.push(await preparedSession(email, { installId: install }))
  }
  const [acting, ...others] = sessions
  if (!acting) throw new Error('no session')
  return { email, acting, others, installs }
}

/**
 * Takes an account's authority away in the midst of 16 sign-ins and 33 refreshes that began with it. All sign-ins have
 * read the account and compared the password before; half of them come to write before the revocation, half after it.
 */
export async function revokeAmidst(
  owner: Owner,
  revoke: () => Promise<Answer | undefined>,
): Promise<void> {
  const line = await startLine('select from users where email = $1 for update', owner.email)
  const early = crowdOfSignIns(owner)
  await line.queued(signIns)
  const revoked = revoke()
  await line.queued(signIns + 1)
  const late = crowdOfSignIns(owner)
  await line.queued(2 * signIns + 1)
  const [first] = owner.others
  const refreshed = together(refreshes, (worker) => refresh(first?.refresh_token ?? '', worker))
  await line.release()

  const answer = await revoked
  if (answer) expect([200, 202, 204]).toContain(answer.status)
  // At this moment, and not only when all is quiet.
  await expectDead(owner.others)

  // The database may hold the early ones up on a busy machine: who gets in is luck, that nobody stays in is not.
  const answers = [...(await early), ...(await late), ...(await refreshed)]
  await expectDead(tokensOf(answers))
}

function crowdOfSignIns({ email, installs }: Owner): Promise<Answer<Tokens>[]> {
  return together(signIns, (worker, index) =>
    signIn(email, { worker, headers: { 'X-Install-Id': installs[index % installs.length] ?? '' } }),
  )
}

/** Neither Worker takes an access or a refresh token of these sessions. */
export async function expectDead(sessions: readonly Tokens[]): Promise<void> {
  const answers = await Promise.all(
    sessions.flatMap(({ access_token, refresh_token }, index) => [
      me(access_token, workerOf(index)),
      refresh(refresh_token, workerOf(index + 1)),
    ]),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401))
}

export async function expectAlive(session: Tokens): Promise<void> {
  expect(await me(session.access_token)).toMatchObject({ status: 200 })
  expect(await refresh(session.refresh_token)).toMatchObject({ status: 200 })
}

export function changePassword(
  session: Tokens,
  current: string,
  next: string,
  worker = site().workers[0],
): Promise<Answer> {
  const body = { current_password: current, new_password: next }
  const options = { method: 'PUT', token: session.access_token }
  return call(worker, '/api/v1/auth/change-password', body, options)
}

function tokensOf(answers: readonly Answer<Tokens>[]): Tokens[] {
  return answers.flatMap(({ status, body }) => (status === 200 ? [body] : []))
}
