import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type Answer, randomEmail } from '../support/client.ts'
import { ageOutbox, letters, oneValue, recorded } from '../support/database.ts'
import { breakDatabase, mailsTo, until } from '../support/outside.ts'
import { me, refresh, register, signIn, tokenIn, verify } from '../support/people.ts'
import { ownSite, site } from '../support/site.ts'
import { workerOf } from '../support/together.ts'

const people = 20
const refreshes = 6

describe('while Postgres fails every tenth statement', () => {
  it('everyone who asks again gets on, nothing is done twice and nobody is signed out', async () => {
    const emails = Array.from({ length: people }, randomEmail)
    await breakDatabase({ errorRate: 0.1 })
    const sessions = await Promise.all(emails.map(live))
    await ownSite().heal()

    for (const [index, email] of emails.entries()) {
      expect(await oneValue('select count(*)::int from users where email = $1', email)).toBe(1)
      expect(await letters('verify_email', email)).toBe(1)
      expect(await recorded('account.verified', email)).toBe(1)
      expect(await recorded('session.opened', email)).toBe(1)
      expect(await recorded('session.refresh_reused', email)).toBe(0)
      const [generation, revoked] = await stateOf(email)
      expect([generation, revoked]).toEqual([1 + refreshes, null])
      expect(await refresh(sessions[index] ?? '')).toMatchObject({ status: 200 })
    }
  })
})

/** Registers, proves the address, signs in and stays signed in; answers the live refresh token. */
async function live(email: string, index: number): Promise<string> {
  const turn = (step: number) => workerOf(index + step)
  await insist(202, () => register(email, {}, turn(0)))
  const mail = await until(`a mail to ${email}`, async () => {
    await ageOutbox(email)
    return (await mailsTo(email))[0]
  })
  await insist(200, () => verify({ token: tokenIn(mail) }, turn(1)))
  const { body } = await insist(200, () => signIn(email, { worker: turn(0) }))
  let token = body.refresh_token
  for (let step = 0; step < refreshes; step += 1) {
    const presented = token
    token = (await insist(200, () => refresh(presented, turn(step)))).body.refresh_token
  }
  await insist(200, () => me(body.access_token, turn(1)))
  return token
}

/** What a client does: asks again after 503. Anything else must be what it expects. */
async function insist<T>(status: number, ask: () => Promise<Answer<T>>): Promise<Answer<T>> {
  for (;;) {
    const answer = await ask()
    if (answer.status === 503) {
      await sleep(100)
      continue
    }
    expect([answer.status, answer.code]).toEqual([status, undefined])
    return answer
  }
}

async function stateOf(email: string): Promise<[number, string | null]> {
  const { rows } = await site().database.query(
    `select refresh_generation, revoked_reason from sessions s join users u on u.id = s.user_id
      where u.email = $1`,
    [email],
  )
  expect(rows).toHaveLength(1)
  return [rows[0].refresh_generation, rows[0].revoked_reason]
}
