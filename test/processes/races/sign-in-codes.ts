import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, call, randomEmail } from '../support/client.ts'
import { oneValue, recorded } from '../support/database.ts'
import { awaitMails, until } from '../support/outside.ts'
import { codeIn } from '../support/people.ts'
import { ownSite } from '../support/site.ts'
import { crowd, tally } from '../support/together.ts'
import type { WorkerProcess } from '../support/worker.ts'

/** Wrong codes that burn what is open at an address. */
const tries = 3

/** Two processes on one object, as all of production's are: the address decides, not where a guess arrives. */
let workers: [WorkerProcess, WorkerProcess]

describe('a code that signs in', () => {
  beforeAll(async () => {
    const [home] = ownSite().workers
    workers = [home, await ownSite().addWorker({}, home)]
  })

  it('is sent by one process and known to the other', async () => {
    const { challenge, code } = await newCode()
    const body = { challenge_id: challenge, code }
    expect((await call(workers[0], '/api/v1/auth/otp/verify', body)).status).toBe(200)
  })

  it('typed by fifty at once opens one account and one session', async () => {
    const { email, challenge, code } = await newCode()
    const answers = await guess(challenge, Array(crowd).fill(code))

    expect(tally(answers)).toEqual({ 200: 1, '400 CODE_INVALID': crowd - 1 })
    expect(await recorded('session.opened', email)).toBe(1)
  })

  it('is refused once three of 199 guesses were compared, while the others are on their way', async () => {
    const { email, challenge, code } = await newCode()
    const before = await refusals()
    const wrong = guess(challenge, wrongCodes(code, 199))
    await until('three', async () => (await refusals()) >= before + tries || undefined)
    const right = await guess(challenge, [code, code])

    expect(tally([...(await wrong), ...right])).toEqual({ '400 CODE_INVALID': 201 })
    expect(await oneValue('select count(*)::int from users where email = $1', email)).toBe(0)
  })

  it('among 199 guesses at the same moment opens one session at most, and none later', async () => {
    const { email, challenge, code } = await newCode()
    const guesses = wrongCodes(code, 199)
    guesses.splice(1, 0, code)
    const answers = await guess(challenge, guesses)
    const late = await guess(challenge, [code, code])

    const opened = [...answers, ...late].filter(({ status }) => status === 200).length
    expect(opened).toBeLessThanOrEqual(1)
    expect(tally(late)).toEqual({ '400 CODE_INVALID': 2 })
    expect(await oneValue('select count(*)::int from users where email = $1', email)).toBe(opened)
  })
})

async function newCode(): Promise<{ email: string; challenge: string; code: string }> {
  const email = randomEmail()
  const body = { destination: email, type: 'email' }
  const sent = await call<{ challenge_id: string }>(workers[1], '/api/v1/auth/otp/send', body)
  expect(sent.status).toBe(202)
  return { email, challenge: sent.body.challenge_id, code: codeIn((await awaitMails(email))[0]) }
}

/** At the same moment, in turn to the two. */
async function guess(challenge_id: string, codes: readonly string[]): Promise<Answer[]> {
  await Promise.all(codes.map((_, index) => call(workers[index % 2 ? 1 : 0], '/healthz')))
  return Promise.all(
    codes.map((code, index) =>
      call(workers[index % 2 ? 1 : 0], '/api/v1/auth/otp/verify', { challenge_id, code }),
    ),
  )
}

/** Refused so far, for whomever: guesses at one code name nobody. */
function refusals(): Promise<number> {
  return oneValue(`select count(*)::int from audit_events where action = 'code.refused'`)
}

function wrongCodes(code: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    String((Number(code) + 1 + index * 37) % 1_000_000).padStart(6, '0'),
  )
}
