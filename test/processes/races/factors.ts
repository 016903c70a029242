import { describe, expect, it, vi } from 'vitest'
import { type Answer, call } from '../support/client.ts'
import { oneValue, recorded } from '../support/database.ts'
import {
  addKey,
  appCode,
  assertion,
  finish,
  newProtected,
  outlastingStep,
  pendingOf,
  stepNow,
} from '../support/factors.ts'
import { me, signIn, type Tokens } from '../support/people.ts'
import { preparedPerson } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'
import type { TestWorker } from '../support/worker.ts'

/** Each Worker of these tests has Durable Objects of its own, so the throttle lets five by at each of the two. */
const admitted = 10
const auth = '/api/v1/auth'
const account = 'select from users where email = $1 for update'

/** The first of two things for both Workers, then the second. */
function oneOfTwo<T>(both: readonly [T, T], index: number): T {
  return Math.floor(index / 2) % 2 === 0 ? both[0] : both[1]
}

/**
 * Counts who is turned away. All of them must be before the first success, which takes the count of failures back and so
 * lets in whoever comes late.
 */
function turningAway<T>(send: (worker: TestWorker, index: number) => Promise<Answer<T>>) {
  let away = 0
  return {
    async send(worker: TestWorker, index: number): Promise<Answer<T>> {
      const answer = await send(worker, index)
      if (answer.status === 429) away += 1
      return answer
    },
    others: () =>
      vi.waitFor(() => expect(away).toBe(crowd - admitted), { timeout: 2_500, interval: 10 }),
  }
}

describe('a code of an authenticator app', () => {
  it('shown by fifty at once at two sign-ins finishes one of them', async () => {
    const { email, setup } = await newProtected()
    const pending = [await pendingOf(email), await pendingOf(email)] as const
    const code = appCode(setup)
    const line = await startLine(account, email)
    const door = turningAway((worker, index) =>
      finish(oneOfTwo(pending, index), 'totp', code, worker),
    )
    const race = together(crowd, door.send)
    await line.queued(admitted)
    await door.others()
    await line.release()

    expect(tally(await race)).toEqual({
      200: 1,
      '401 MFA_CODE_INVALID': admitted - 1,
      '429 TOO_MANY_ATTEMPTS': crowd - admitted,
    })
    expect(await recorded('session.opened', email)).toBe(1)
  })

  it('and the one of the step before, at once, work once each at most, never the earlier one last', async () => {
    const { email, setup } = await newProtected()
    // As if the set-up had been longer ago: the step before has not been used up either.
    await site().database.query(
      'update factors set last_step = last_step - 5 where user_id = (select id from users where email = $1)',
      [email],
    )
    const pending = [await pendingOf(email), await pendingOf(email)] as const
    await outlastingStep()
    const step = stepNow()
    const codes = [appCode(setup, step), appCode(setup, step - 1)] as const
    const line = await startLine(account, email)
    const race = together(crowd, (worker, index) =>
      finish(oneOfTwo(pending, index), 'totp', oneOfTwo(codes, index), worker),
    )
    await line.queued(admitted)
    await line.release()
    const answers = await race

    const won = (code: string) =>
      answers.filter(({ status }, index) => status === 200 && oneOfTwo(codes, index) === code)
    expect(won(codes[0])).toHaveLength(1)
    expect(won(codes[1]).length).toBeLessThanOrEqual(1)
    const lastStep = Number(
      await oneValue(
        `select f.last_step from factors f join users u on u.id = f.user_id where u.email = $1`,
        email,
      ),
    )
    expect(lastStep).toBe(step)
    const late = await finish(await pendingOf(email), 'totp', codes[1])
    expect([401, 429]).toContain(late.status)
  })
})

describe('a backup code', () => {
  // GHSA-2299-ghjr-6vjp: what counts once counted for each of several requests at the same moment.
  it('shown by fifty at once at two sign-ins finishes one of them', async () => {
    const { email, backupCodes } = await newProtected()
    const pending = [await pendingOf(email), await pendingOf(email)] as const
    const line = await startLine(account, email)
    const door = turningAway((worker, index) =>
      finish(oneOfTwo(pending, index), 'backup_code', backupCodes[0], worker),
    )
    const race = together(crowd, door.send)
    await line.queued(admitted)
    await door.others()
    await line.release()

    expect(tally(await race)).toEqual({
      200: 1,
      '401 MFA_CODE_INVALID': admitted - 1,
      '429 TOO_MANY_ATTEMPTS': crowd - admitted,
    })
    expect(await unused(email)).toBe(9)
  })

  it('and another one, at once at one sign-in, finish it once and spend one', async () => {
    const { email, backupCodes } = await newProtected()
    const pending = await pendingOf(email)
    const both = [backupCodes[0], backupCodes[1]] as const
    const line = await startLine(account, email)
    const race = together(crowd, (worker, index) =>
      finish(pending, 'backup_code', oneOfTwo(both, index), worker),
    )
    await line.queued(admitted)
    await line.release()

    expect(tally(await race)[200]).toBe(1)
    expect(await unused(email)).toBe(9)
  })
})

describe('an answered challenge of a passkey', () => {
  it('sent by fifty at once opens one session', async () => {
    const person = await preparedPerson()
    const { key } = await addKey(person.access_token)
    const body = await assertion(key)
    const line = await startLine(account, person.email)
    const race = together(crowd, (worker) =>
      call<Tokens>(worker, `${auth}/webauthn/login/verify`, body),
    )
    await line.queued(crowd)
    await line.release()
    const counts = tally(await race)

    expect(counts[200]).toBe(1)
    const others = new Set(Object.keys(counts))
    others.delete('200')
    for (const other of others) {
      expect(['400 WEBAUTHN_INVALID', '429 TOO_MANY_ATTEMPTS']).toContain(other)
    }
    expect(await recorded('session.opened', person.email)).toBe(1)
  })
})

describe('the last factor of an admin', () => {
  it('stays when two are removed by fifty at once', async () => {
    const person = await preparedPerson()
    const first = await addKey(person.access_token)
    const opened = await call<Tokens>(
      site().workers[0],
      `${auth}/webauthn/login/verify`,
      await assertion(first.key),
    )
    const { access_token: token } = opened.body
    const second = await addKey(token)
    await site().database.query(`update users set roles = '{admin}' where email = $1`, [
      person.email,
    ])
    const ids = [first.id, second.id] as const
    const line = await startLine(account, person.email)
    const race = together(crowd, (worker, index): Promise<Answer> => {
      const path = `${auth}/webauthn/credentials/${oneOfTwo(ids, index)}`
      return call(worker, path, undefined, { method: 'DELETE', token })
    })
    await line.queued(crowd)
    await line.release()
    const counts = tally(await race)

    expect(counts[204]).toBe(1)
    expect(Object.keys(counts).sort()).toEqual(['204', '404 NOT_FOUND', '409 MFA_REQUIRED'])
    const left = await oneValue(
      `select count(*)::int from webauthn_credentials k join users u on u.id = k.user_id
        where u.email = $1 and u.mfa_enabled`,
      person.email,
    )
    expect(left).toBe(1)
  })

  it('removed while a sign-in shows it leaves both with an answer', async () => {
    const { email, setup, backupCodes, access_token: token } = await newProtected()
    const pending = await pendingOf(email)
    const line = await startLine(account, email)
    const race = together(2, (worker, index): Promise<Answer<unknown>> => {
      if (index === 0) return finish(pending, 'totp', appCode(setup), worker)
      const body = { type: 'totp', code: backupCodes[0] }
      return call(worker, `${auth}/mfa/disable`, body, { token })
    })
    await line.queued(2)
    await line.release()
    const [signedIn, removed] = await race

    expect(removed?.status).toBe(204)
    expect([200, 401]).toContain(signedIn?.status)
  })
})

describe('a factor that is removed', () => {
  it('while fifty show it, and remove it, is removed once and leaves nothing that it has opened', async () => {
    const { email, setup, backupCodes, access_token: token } = await newProtected()
    const pending = [await pendingOf(email), await pendingOf(email)] as const
    const code = appCode(setup)
    const line = await startLine(account, email)
    const race = together(crowd, (worker, index): Promise<Answer<unknown>> => {
      const turn = Math.floor(index / 4)
      if (isShown(index)) return finish(pending[turn % 2] ?? '', 'totp', code, worker)
      const body = { type: 'totp', code: backupCodes[turn % 10] }
      return call(worker, `${auth}/mfa/disable`, body, { token })
    })
    await line.queued(2 * admitted)
    await line.release()
    const answers = await race

    const shown = answers.filter((_, index) => isShown(index))
    const removed = answers.filter((_, index) => !isShown(index))
    expect(tally(removed)[204]).toBe(1)
    const opened = shown.filter(({ status }) => status === 200)
    expect(opened.length).toBeLessThanOrEqual(1)
    for (const { body } of opened) {
      expect(await me((body as Tokens).access_token)).toMatchObject({ status: 401 })
    }
    for (const late of pending) {
      expect(await finish(late, 'totp', code)).toMatchObject({ code: 'MFA_TOKEN_INVALID' })
    }
    expect(await unused(email)).toBe(0)
    expect((await signIn(email)).body).toHaveProperty('access_token')
    expect(await recorded('mfa.factor_removed', email)).toBe(1)
  })
})

/** Every other pair, so that both Workers get both. */
function isShown(index: number): boolean {
  return Math.floor(index / 2) % 2 === 0
}

function unused(email: string): Promise<number> {
  return oneValue(
    `select count(*)::int from backup_codes b join users u on u.id = b.user_id
      where u.email = $1 and b.used_at is null`,
    email,
  )
}
