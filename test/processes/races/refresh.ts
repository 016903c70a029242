import { describe, expect, it } from 'vitest'
import { oneValue, recorded } from '../support/database.ts'
import { awaitMails, mailsTo } from '../support/outside.ts'
import { me, refresh } from '../support/people.ts'
import { preparedPerson } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'

describe('a refresh token', () => {
  // CVE-2026-1035: requests at the same moment each exchanged one refresh token.
  it('used fifty times at once has one live successor, which everyone gets', async () => {
    const person = await preparedPerson()
    const line = await startLine('select from sessions where id = $1 for update', person.session_id)
    const race = together(crowd, (worker) => refresh(person.refresh_token, worker))
    await line.queued(crowd)
    await line.release()
    const answers = await race

    expect(tally(answers)).toEqual({ 200: crowd })
    const successors = new Set(answers.map(({ body }) => body.refresh_token))
    expect(successors.size).toBe(1)
    expect(await generationOf(person.session_id)).toBe(2)
    expect(await recorded('session.refresh_reused', person.email)).toBe(0)

    const [successor = ''] = successors
    expect(await refresh(successor, site().workers[1])).toMatchObject({ status: 200 })
  })

  it('presented after the grace, beside the live one, ends the family once and tells the owner once', async () => {
    const person = await preparedPerson()
    const live = (await refresh(person.refresh_token)).body
    await age(person.session_id)
    const tokens = [person.refresh_token, live.refresh_token]
    const line = await startLine('select from sessions where id = $1 for update', person.session_id)
    const race = together(crowd, (worker, index) =>
      refresh(tokens[Math.floor(index / 2) % 2] ?? '', worker),
    )
    await line.queued(crowd)
    await line.release()
    const answers = await race

    const reused = answers.filter(({ code }) => code === 'REFRESH_REUSED')
    expect(reused).toHaveLength(1)
    expect(await recorded('session.refresh_reused', person.email)).toBe(1)
    const got = answers.flatMap(({ status, body }) => (status === 200 ? [body] : []))
    for (const { access_token, refresh_token } of [person, live, ...got]) {
      expect(await me(access_token)).toMatchObject({ status: 401 })
      expect(await refresh(refresh_token)).toMatchObject({ status: 401 })
    }
    await awaitMails(person.email)
    await Promise.all(site().workers.map((worker) => worker.sweep()))
    const told = (await mailsTo(person.email)).filter(({ text }) => !text?.includes('#token='))
    expect(told).toHaveLength(1)
  })
})

function generationOf(sessionId: string): Promise<number> {
  return oneValue('select refresh_generation from sessions where id = $1', sessionId)
}

/** Lets the grace of the last refresh pass. */
async function age(sessionId: string): Promise<void> {
  await site().database.query(
    `update sessions set refreshed_at = refreshed_at - interval '11 seconds' where id = $1`,
    [sessionId],
  )
}
