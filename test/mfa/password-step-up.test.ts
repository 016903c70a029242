import { describe, expect, it } from 'vitest'
import { hashQueue, throttle } from '../../src/policy.ts'
import { type Answer, call, cost, password, randomEmail, signIn } from '../support/client.ts'
import { ageSession, trailEntries } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'

const wrong = 'vexing plum harbour 42'

function stepUp(token: string, code: string): Promise<Answer<{ access_token: string }>> {
  return call('/api/v1/auth/mfa/verify', { type: 'password', code }, { token })
}

const enable = (token: string) => call('/api/v1/auth/mfa/enable', { type: 'totp' }, { token })

describe('a password shown to raise a session', () => {
  it('makes it fresh, by one hash', async () => {
    const { access_token: token, session_id } = await preparedSignIn()
    await ageSession(session_id, 301)
    expect(codeOf(await enable(token))).toBe('STEP_UP_REQUIRED')
    const raised = await stepUp(token, password)
    expect(raised.status).toBe(200)
    expect(cost(raised)).toEqual({ db: 2, do: 1, kv: 0, hash: 1 })
    expect((await enable(raised.body.access_token)).status).toBe(200)
  })

  it('is guessed at from the budget of signing in', async () => {
    const { access_token: token, email } = await preparedSignIn()
    for (let n = 0; n < throttle.freeFailures; n += 1) {
      const answer = await stepUp(token, wrong)
      expect([answer.status, codeOf(answer)]).toEqual([401, 'MFA_CODE_INVALID'])
    }
    expect(codeOf(await stepUp(token, password))).toBe('TOO_MANY_ATTEMPTS')
    expect(codeOf(await signIn(email))).toBe('TOO_MANY_ATTEMPTS')
    expect(await trailEntries(email, 'mfa.refused')).toHaveLength(throttle.freeFailures)
  })

  it('waits for what was guessed at sign-in', async () => {
    const { access_token: token, email } = await preparedSignIn()
    for (let n = 0; n < throttle.freeFailures; n += 1) await signIn(email, { password: wrong })
    expect(codeOf(await stepUp(token, password))).toBe('TOO_MANY_ATTEMPTS')
  })

  it('forgives what was guessed at sign-in', async () => {
    const { access_token: token, email } = await preparedSignIn()
    for (let n = 1; n < throttle.freeFailures; n += 1) await signIn(email, { password: wrong })
    expect((await stepUp(token, password)).status).toBe(200)
    for (let n = 0; n < throttle.freeFailures; n += 1) {
      expect(codeOf(await signIn(email, { password: wrong }))).toBe('INVALID_CREDENTIALS')
    }
  })

  it('is no attempt where the hash queue is full', async () => {
    const { access_token: token, email } = await preparedSignIn()
    // Each of these takes a place of the queue for a whole hash: who is throttled gives the own one back at once.
    const crowd = Array.from({ length: 2 * hashQueue.limit }, () =>
      signIn(randomEmail(), { password: wrong }),
    )
    const answers = await Promise.all(
      Array.from({ length: hashQueue.limit + 10 }, () => stepUp(token, wrong)),
    )
    await Promise.all(crowd)
    const busy = answers.filter((answer) => codeOf(answer) === 'BUSY')
    for (const answer of busy) expect(cost(answer)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(busy.length).toBeGreaterThan(0)
    while (codeOf(await stepUp(token, wrong)) !== 'TOO_MANY_ATTEMPTS');
    expect(await trailEntries(email, 'mfa.refused')).toHaveLength(throttle.freeFailures)
  })
})
