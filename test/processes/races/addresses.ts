import { describe, expect, it } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { oneValue, recorded } from '../support/database.ts'
import { mailsTo, until } from '../support/outside.ts'
import { type Person, refresh, signIn, tokenIn } from '../support/people.ts'
import { preparedPerson } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'
import type { TestWorker } from '../support/worker.ts'

const path = '/api/v1/auth/me/email'
const lock = 'select from users where id = any($1) for update'

describe('a new address', () => {
  it('that two accounts prove at the same moment becomes the address of one', async () => {
    const next = randomEmail()
    // Each Worker counts the letters to an address of its own.
    const [here, there] = site().workers
    const changes = [await newChange(next, here), await newChange(next, there)] as const
    const line = await startLine(
      lock,
      changes.map(({ person }) => person.user.id),
    )
    const sideOf = (index: number) => (Math.floor(index / 2) % 2 ? 1 : 0)
    const race = together(crowd, (worker, index) => prove(changes[sideOf(index)].confirm, worker))
    await line.queued(crowd)
    await line.release()
    const answers = await race

    const won = sideOf(answers.findIndex(({ status }) => status === 200))
    const ofSide = (side: number) => tally(answers.filter((_, index) => sideOf(index) === side))
    // A loser's link is not spent: who has lost may still ask for another address.
    expect(Object.keys(ofSide(1 - won))).toEqual(['409 USER_EXISTS'])
    expect(ofSide(won)).toEqual({ 200: 1, '400 TOKEN_INVALID': expect.any(Number) })
    const [winner, loser] = [changes[won], changes[1 - won]]
    expect(await emailOf(winner?.person)).toBe(next)
    expect(await emailOf(loser?.person)).toBe(loser?.person.email)
    expect(await recorded('account.email_changed', next)).toBe(1)
  })

  it('proven while the change is undone by the old one does not stay', async () => {
    const next = randomEmail()
    const { person, confirm, back } = await newChange(next)
    const line = await startLine(lock, [person.user.id])
    const isProof = (index: number) => Math.floor(index / 2) % 2 === 0
    const race = together(crowd, (worker, index) =>
      isProof(index) ? prove(confirm, worker) : undo(back, worker),
    )
    await line.queued(crowd)
    await line.release()
    const answers = await race

    const undone = answers.filter(({ status }, index) => status === 200 && !isProof(index))
    const proven = answers.filter(({ status }, index) => status === 200 && isProof(index))
    // Those who were overtaken more often than they try again have done nothing.
    const others = Object.keys(tally(answers)).filter((kind) => kind !== '200')
    for (const kind of others) expect(['400 TOKEN_INVALID', '503 UNAVAILABLE']).toContain(kind)
    if (undone.length === 0) expect((await undo(back)).status).toBe(200)
    expect(undone.length).toBeLessThanOrEqual(1)
    expect(proven.length).toBeLessThanOrEqual(1)
    expect(await emailOf(person)).toBe(person.email)
    expect(await recorded('account.email_restored', person.email)).toBe(1)
    expect((await prove(confirm)).status).toBe(400)
    expect((await refresh(person.refresh_token)).status).toBe(401)
    expect((await signIn(person.email)).code).toBe('INVALID_CREDENTIALS')
  })
})

interface Change {
  person: Person
  confirm: string
  back: string
}

/** Somebody who has asked for another address: the links to the new one and to the old. */
async function newChange(next: string, worker: TestWorker = site().workers[0]): Promise<Change> {
  const person = await preparedPerson()
  const known = await linksTo(next)
  const { access_token: token } = person
  const { status } = await call(worker, path, { email: next }, { token })
  expect(status).toBe(202)
  const confirm = await until('the letter to the new address', async () =>
    (await linksTo(next)).find((token) => !known.includes(token)),
  )
  const back = await until('the letter to the old address', async () => {
    const mail = (await mailsTo(person.email)).find(({ text }) => text?.includes('undo'))
    return mail && tokenIn(mail)
  })
  return { person, confirm, back }
}

async function linksTo(email: string): Promise<string[]> {
  return (await mailsTo(email)).map(tokenIn)
}

function prove(token: string, worker: TestWorker = site().workers[0]) {
  return call(worker, `${path}/verify`, { token })
}

function undo(token: string, worker: TestWorker = site().workers[0]) {
  return call(worker, `${path}/undo`, { token })
}

function emailOf(person: Person | undefined): Promise<string | null> {
  return oneValue('select email from users where id = $1', person?.user.id)
}
