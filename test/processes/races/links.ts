import { describe, expect, it } from 'vitest'
import { type Answer, call, randomEmail } from '../support/client.ts'
import { letters, oneValue, recorded } from '../support/database.ts'
import { awaitMails } from '../support/outside.ts'
import {
  newPending,
  passwordNumber,
  register,
  resetToken,
  signIn,
  tokenIn,
  verify,
} from '../support/people.ts'
import { preparedAccount } from '../support/prepared.ts'
import { site } from '../support/site.ts'
import { crowd, startLine, tally, together } from '../support/together.ts'

describe('a mailed link', () => {
  it('to sign in, opened by fifty at once, opens one account and one session', async () => {
    const email = randomEmail()
    await call(site().workers[0], '/api/v1/auth/magic-link', { email })
    const token = tokenIn((await awaitMails(email))[0])
    const line = await startLine('select from sign_in_links where email = $1 for update', email)
    const race = together(crowd, (worker) =>
      call(worker, '/api/v1/auth/magic-link/verify', { token }),
    )
    await line.queued(16)
    await line.release()

    expect(tally(await race)).toEqual({ 200: 1, '400 TOKEN_INVALID': crowd - 1 })
    expect(await oneValue('select count(*)::int from users where email = $1', email)).toBe(1)
    expect(await recorded('session.opened', email)).toBe(1)
  })

  it('to sign in, opened while its address is registered, leaves no password of a stranger', async () => {
    for (let round = 0; round < 10; round += 1) {
      const email = randomEmail()
      await call(site().workers[0], '/api/v1/auth/magic-link', { email })
      const token = tokenIn((await awaitMails(email))[0])
      await Promise.all([
        call(site().workers[0], '/api/v1/auth/magic-link/verify', { token }),
        register(email, {}, site().workers[1]),
      ])
      expect(
        await oneValue(
          `select count(*)::int from users u join password_credentials c on c.user_id = u.id
            where u.email = $1 and u.status = 'active'`,
          email,
        ),
      ).toBe(0)
    }
  })

  it('to set a password, opened by fifty at once, sets the password of one of them', async () => {
    const email = await preparedAccount()
    const token = await resetToken(email)
    // Fifty hashes do not fit into the queues of two isolates at once: who was refused as BUSY comes late.
    const answers = await together(crowd, (worker, index) =>
      call(worker, '/api/v1/auth/reset-password', { token, password: passwordNumber(index) }),
    )

    expect(tally(answers)).toEqual({ 200: 1, '400 TOKEN_INVALID': crowd - 1 })
    const winner = answers.findIndex(({ status }) => status === 200)
    expect(await versionOf(email)).toBe(2)
    expect(await recorded('password.reset', email)).toBe(1)
    expect(await letters('password_changed', email)).toBe(1)
    expect(await signIn(email, { password: passwordNumber(winner) })).toMatchObject({ status: 200 })
    const loser = passwordNumber((winner + 1) % crowd)
    expect(await signIn(email, { password: loser })).toMatchObject({ status: 401 })
  })

  it('to set a password, spent while others already compare theirs, refuses them', async () => {
    const email = await preparedAccount()
    const token = await resetToken(email)
    // Sixteen fit into the queues: each has read the link as unspent before the first one spends it.
    const line = await startLine('select from users where email = $1 for update', email)
    const race = together(16, (worker, index) =>
      call(worker, '/api/v1/auth/reset-password', { token, password: passwordNumber(index) }),
    )
    await line.queued(16)
    await line.release()

    expect(tally(await race)).toEqual({ 200: 1, '400 TOKEN_INVALID': 15 })
    expect(await versionOf(email)).toBe(2)
    expect(await recorded('password.reset', email)).toBe(1)
  })

  it('to set a password, one of two that wait, opened with the other, sets one password', async () => {
    const email = await preparedAccount()
    const tokens = [await resetToken(email)]
    await call(site().workers[0], '/api/v1/auth/forgot-password', { email })
    tokens.push(tokenIn((await awaitMails(email, 2))[0]))
    const line = await startLine('select from users where email = $1 for update', email)
    const race = together(16, (worker, index) => {
      const token = tokens[Math.floor(index / 2) % 2]
      return call(worker, '/api/v1/auth/reset-password', { token, password: passwordNumber(index) })
    })
    await line.queued(16)
    await line.release()

    expect(tally(await race)).toEqual({ 200: 1, '400 TOKEN_INVALID': 15 })
    expect(await versionOf(email)).toBe(2)
    expect(await recorded('password.reset', email)).toBe(1)
  })

  it('to prove an address, opened by fifty at once, proves it once', async () => {
    const { email, token } = await newPending()
    const line = await startLine('select from users where email = $1 for update', email)
    const race = together(crowd, (worker) => verify({ token }, worker))
    await line.queued(crowd)
    await line.release()

    expect(tally(await race)).toEqual({ 200: 1, '400 TOKEN_INVALID': crowd - 1 })
    expect(await recorded('account.verified', email)).toBe(1)
    expect(await consentsOf(email)).toBe(2)
    expect(await signIn(email)).toMatchObject({ status: 200 })
  })

  it('of one of two waiting registrations, opened with the other, lets exactly one take effect', async () => {
    const first = await newPending({ password: passwordNumber(1), first_name: 'Ada' })
    await register(first.email, { password: passwordNumber(2), first_name: 'Grace' })
    const [mail] = await awaitMails(first.email, 2)
    const tokens = [first.token, tokenIn(mail)]
    const line = await startLine('select from users where email = $1 for update', first.email)
    const race = together(crowd, (worker, index) =>
      verify({ token: tokens[Math.floor(index / 2) % 2] ?? '' }, worker),
    )
    await line.queued(crowd)
    await line.release()
    const answers = await race

    expect(tally(answers)).toEqual({ 200: 1, '400 TOKEN_INVALID': crowd - 1 })
    const won = Math.floor(answers.findIndex(({ status }) => status === 200) / 2) % 2
    expect(await firstNameOf(first.email)).toBe(['Ada', 'Grace'][won])
    expect(await consentsOf(first.email)).toBe(2)
    const [right, wrong] = won === 0 ? [1, 2] : [2, 1]
    expect(await signIn(first.email, { password: passwordNumber(right) })).toMatchObject({
      status: 200,
    })
    expect(await signIn(first.email, { password: passwordNumber(wrong) })).toMatchObject({
      status: 401,
    })
  })

  it('of either kind waits for its account before it takes anything, so that no two wait for each other', async () => {
    const waiting = await newPending()
    const email = await preparedAccount()
    const token = await resetToken(email)
    const body = { token, password: passwordNumber(1) }
    const [worker] = site().workers
    await expectNoTokenHeld(waiting.email, () => verify({ token: waiting.token }))
    await expectNoTokenHeld(email, () => call(worker, '/api/v1/auth/reset-password', body))
    const { email: typing, code } = await newPending()
    await expectNoTokenHeld(typing, () => verify({ email: typing, code }))
  })
})

/** While the account is locked, what spends a link of it holds none of its tokens. */
async function expectNoTokenHeld(email: string, spend: () => Promise<Answer>): Promise<void> {
  const line = await startLine('select from users where email = $1 for update', email)
  const spent = spend()
  await line.queued(1)
  const free = `select count(*)::int from (select from one_time_tokens
    where user_id = (select id from users where email = $1) for update skip locked) as tokens`
  const all = `select count(*)::int from one_time_tokens t join users u on u.id = t.user_id
    where u.email = $1`
  expect(await oneValue(free, email)).toBe(await oneValue(all, email))
  await line.release()
  expect((await spent).status).toBe(200)
}

function versionOf(email: string): Promise<number> {
  return oneValue('select authority_version from users where email = $1', email)
}

function consentsOf(email: string): Promise<number> {
  return oneValue(
    'select count(*)::int from consents c join users u on u.id = c.user_id where u.email = $1',
    email,
  )
}

function firstNameOf(email: string): Promise<string> {
  return oneValue('select first_name from users where email = $1', email)
}
