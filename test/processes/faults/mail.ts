import { beforeAll, describe, expect, it } from 'vitest'
import { call, randomEmail, unlessBusy } from '../support/client.ts'
import { ageOutbox, oneValue } from '../support/database.ts'
import { awaitMails, breakNeighbour, faultsLeft, mailsTo, until } from '../support/outside.ts'
import { register, registration } from '../support/people.ts'
import { ownSite, site } from '../support/site.ts'
import type { WorkerProcess } from '../support/worker.ts'

describe('while the mail service is down', () => {
  it.each([
    ['answers 429', 429],
    ['answers 500', 500],
    ['cuts the connection', 0],
  ])('and %s for a while, no mail is lost and none is sent twice', async (_title, status) => {
    const email = randomEmail()
    await breakNeighbour({ channel: 'email', status })
    expect(await register(email)).toMatchObject({ status: 202 })
    await awaitTries(email, 1)
    for (const tries of [2, 3]) {
      await sweepBoth(email)
      await awaitTries(email, tries)
    }
    expect(await statusOf(email)).toBe('pending')

    await ownSite().heal()
    await sweepBoth(email)
    await awaitStatus(email, 'sent')
    await sweepBoth(email)
    expect(await mailsTo(email)).toHaveLength(1)
    expect(await oneValue('select sealed from outbox where recipient = $1', email)).toBeNull()
  })

  it('a link that has expired meanwhile is not sent', async () => {
    const email = randomEmail()
    await breakNeighbour({ channel: 'email', status: 429 })
    await register(email)
    await awaitTries(email, 1)
    await ownSite().heal()
    await site().database.query(
      `update outbox set expires_at = now() - interval '1 second' where recipient = $1`,
      [email],
    )
    await sweepBoth(email)
    await awaitStatus(email, 'expired')
    expect(await mailsTo(email)).toHaveLength(0)
    expect(await oneValue('select sealed from outbox where recipient = $1', email)).toBeNull()
  })
})

describe('a Worker that is killed right after its answer', () => {
  let doomed: WorkerProcess[]

  beforeAll(async () => {
    doomed = await Promise.all([ownSite().addWorker(), ownSite().addWorker()])
  })

  it('before the mail service has its mail, leaves it to the other, which sends it once', async () => {
    const email = await registerAndKill(doomed[0], { delayMs: 2_000, status: 500 })
    await sweepBoth(email)
    await awaitStatus(email, 'sent')
    expect(await mailsTo(email)).toHaveLength(1)
  })

  it('after the mail service has its mail, but before it is marked, makes one more mail at most', async () => {
    const email = await registerAndKill(doomed[1], { delayMs: 2_000 })
    await awaitMails(email)
    await sweepBoth(email)
    await awaitStatus(email, 'sent')
    await sweepBoth(email)
    expect(await mailsTo(email)).toHaveLength(2)
  })
})

/** The mail service takes its time, so that the Worker dies in the midst of sending. */
async function registerAndKill(
  worker: WorkerProcess | undefined,
  fault: { delayMs: number; status?: number },
): Promise<string> {
  if (!worker) throw new Error('no Worker to kill')
  const email = randomEmail()
  await breakNeighbour({ channel: 'email', match: email, count: 1, ...fault })
  const answer = await unlessBusy(() => call(worker, '/api/v1/auth/register', registration(email)))
  // It sends after its answer: killed any earlier, it would not have asked the mail service at all.
  await until('the mail at its service', async () => (await faultsLeft()) === 0 || undefined)
  await worker.kill()
  expect(answer.status).toBe(202)
  expect(await statusOf(email)).toBe('pending')
  await ownSite().heal()
  return email
}

async function sweepBoth(email: string): Promise<void> {
  await ageOutbox(email)
  await Promise.all(site().workers.map((worker) => worker.sweep()))
}

function statusOf(email: string): Promise<string> {
  return oneValue('select status from outbox where recipient = $1', email)
}

async function awaitStatus(email: string, status: string): Promise<void> {
  await until(
    `a letter to be ${status}`,
    async () => (await statusOf(email)) === status || undefined,
  )
}

/** So many tries that have failed and are written down. */
async function awaitTries(email: string, tries: number): Promise<void> {
  const query = `select attempts >= $2 and next_attempt_at > now() and last_error is not null
    from outbox where recipient = $1`
  await until(
    `try ${tries}`,
    async () => (await oneValue<boolean>(query, email, tries)) || undefined,
  )
}
