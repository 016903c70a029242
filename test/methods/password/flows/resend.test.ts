import { describe, expect, it } from 'vitest'
import { mailBudget } from '../../../../src/policy.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  newUser,
  randomEmail,
  registration,
  signIn,
  tokenIn,
} from '../../../support/client.ts'
import { lettersFor, rows, userOf } from '../../../support/database.ts'
import { comparableHeaders } from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

const path = '/api/v1/auth/verify-email'

async function registered(): Promise<string> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email, { first_name: 'Ann' }))
  await mails(email)
  return email
}

function resend(email: string, headers: Record<string, string> = {}): Promise<Answer> {
  return call(`${path}/resend`, { email }, { headers })
}

it('answers the same, at the same cost, for unknown, waiting and proven addresses', async () => {
  const answers = [
    await resend(randomEmail()),
    await resend(await registered()),
    await resend(await newUser()),
  ]
  for (const answer of answers) {
    expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }])
    expect(cost(answer)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(comparableHeaders(answer)).toEqual(comparableHeaders(answers[0] as Answer))
  }
})

it('writes one row to the outbox for every address, of which only the waiting one is sent', async () => {
  const { id, headers } = await newTenant()
  const waiting = randomEmail()
  await call('/api/v1/auth/register', registration(waiting), { headers })
  await resend(randomEmail(), headers)
  await resend(waiting, headers)
  const written = await rows(
    'select letter, recipient from outbox where tenant_id = $1 order by id',
    [id],
  )
  expect(written).toEqual([
    { letter: 'verify_email', recipient: waiting },
    { letter: 'none', recipient: null },
    { letter: 'verify_email', recipient: waiting },
  ])
})

it('sends a new link and a new code for the same registration; the old ones work on', async () => {
  const email = await registered()
  await resend(email)
  const [second, first] = (await mails(email, 2)) as [Message, Message]
  expect(tokenIn(second)).not.toBe(tokenIn(first))
  expect((await call(path, { email, code: codeIn(second) })).status).toBe(200)
  expect((await userOf(email)).first_name).toBe('Ann')
  expect((await signIn(email)).status).toBe(200)

  const other = await registered()
  await resend(other)
  const [, older] = (await mails(other, 2)) as [Message, Message]
  expect((await call(path, { token: tokenIn(older) })).status).toBe(200)
})

it('sends no eleventh mail in an hour, at the same cost', async () => {
  const email = await registered()
  const answers = []
  for (let time = 1; time <= mailBudget.perWindow; time += 1) answers.push(await resend(email))
  expect((await lettersFor(email)).at(-2)).toBe('verify_email')
  expect((await lettersFor(email)).at(-1)).toBe('none')
  expect(answers.map(cost)).toEqual(answers.map(() => ({ db: 1, do: 0, kv: 0, hash: 0 })))
})

describe('after two registrations of one address', () => {
  async function sentAgain() {
    const email = await registered()
    await call('/api/v1/auth/register', registration(email, { first_name: 'Eve' }))
    await resend(email)
    const [newest, ...older] = (await mails(email, 3)) as [Message, ...Message[]]
    return { email, newest, older }
  }

  it.each([
    ['link', (mail: Message) => ({ token: tokenIn(mail) })],
    ['code', (mail: Message) => ({ email: mail.to, code: codeIn(mail) })],
  ])('the %s proves the address only, and says so', async (_, proofIn) => {
    const { email, newest } = await sentAgain()
    const verified = await call(path, proofIn(newest))
    expect([verified.status, verified.body]).toEqual([
      200,
      { status: 'verified', password_set: false },
    ])
    expect(cost(verified).db).toBe(1)
    expect((await userOf(email)).first_name).toBeNull()
    expect((await signIn(email)).status).toBe(401)
  })

  it('the owner sets a password by a reset', async () => {
    const { email, newest } = await sentAgain()
    await call(path, { token: tokenIn(newest) })
    await call('/api/v1/auth/forgot-password', { email })
    const [mail] = (await mails(email, 4)) as [Message]
    const chosen = 'another horse battery staple 7'
    const reset = { token: tokenIn(mail), password: chosen }
    expect((await call('/api/v1/auth/reset-password', reset)).status).toBe(200)
    expect((await signIn(email, { password: chosen })).status).toBe(200)
  })

  it('a link of either registration still brings its own password', async () => {
    const { email, older } = await sentAgain()
    const [either] = older as [Message]
    const verified = await call(path, { token: tokenIn(either) })
    expect(verified.body).toEqual({ status: 'verified', password_set: true })
    expect((await signIn(email)).status).toBe(200)
  })
})
