import { expect, it } from 'vitest'
import { mailBudget } from '../../../../src/policy.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  randomEmail,
  registration,
  tokenIn,
} from '../../../support/client.ts'
import { lettersFor, rows, setUser, trailEntries } from '../../../support/database.ts'
import { preparedUser, preparedUserIn } from '../../../support/prepared.ts'
import { comparableHeaders } from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

function forgot(email: string, headers: Record<string, string> = {}): Promise<Answer> {
  return call('/api/v1/auth/forgot-password', { email }, { headers })
}

async function pendingUser(): Promise<string> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email))
  return email
}

async function disabledUser(): Promise<string> {
  const email = await preparedUser()
  await setUser(email, { status: 'disabled' })
  return email
}

it('answers the same, at the same cost, for known, unknown, unproven and disabled addresses', async () => {
  const answers = [
    await forgot(randomEmail()),
    await forgot(await preparedUser()),
    await forgot(await pendingUser()),
    await forgot(await disabledUser()),
  ]
  for (const answer of answers) {
    expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }])
    expect(cost(answer)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(comparableHeaders(answer)).toEqual(comparableHeaders(answers[0] as Answer))
  }
})

it('writes one row to outbox and trail for every address, of which only the known one is sent', async () => {
  const tenant = await newTenant()
  const known = await preparedUserIn(tenant)
  const before = 'created_at > (select email_verified_at from users where email = $2)'
  await forgot(randomEmail(), tenant.headers)
  await forgot(known, tenant.headers)
  const parameters = [tenant.id, known]
  expect(
    await rows(
      `select letter, recipient from outbox where tenant_id = $1 and ${before} order by id`,
      parameters,
    ),
  ).toEqual([
    { letter: 'none', recipient: null },
    { letter: 'reset_password', recipient: known },
  ])
  expect(
    await rows(
      `select outcome, user_id is null as nobody from audit_events
       where tenant_id = $1 and action = 'password.reset_requested' order by id`,
      [tenant.id],
    ),
  ).toEqual([
    { outcome: 'success', nobody: true },
    { outcome: 'success', nobody: false },
  ])
})

it('sends nothing to an unproven or a disabled account', async () => {
  for (const email of [await pendingUser(), await disabledUser()]) {
    await forgot(email)
    expect(await lettersFor(email)).toEqual(['verify_email'])
  }
})

it('mails a link whose token stands in the fragment', async () => {
  const email = await preparedUser()
  await forgot(email)
  const [mail] = (await mails(email, 2)) as [Message]
  expect(mail.subject).toBe('Choose a new password')
  expect(mail.text).toMatch(/http:\/\/localhost:8787\/reset-password#token=ghp_[\w-]{43}\n/)
})

// CVE-2025-64101: the link of a reset had the host that a header of the request named.
it('takes the host of the link from configuration, whatever the request says', async () => {
  const email = await preparedUser()
  await forgot(email, { 'X-Forwarded-Host': 'evil.example', Origin: 'https://evil.example' })
  const [mail] = (await mails(email, 2)) as [Message]
  expect(mail.text + mail.html).not.toContain('evil.example')
})

it('finds the account by any spelling of its address', async () => {
  const email = await preparedUser()
  await forgot(` ${email.toUpperCase()} `)
  expect(tokenIn((await mails(email, 2))[0] as Message)).toMatch(/^ghp_/)
})

it("sends nothing for another tenant's address", async () => {
  const { id, headers } = await newTenant()
  const email = await preparedUser()
  await forgot(email, headers)
  expect(await rows('select letter, recipient from outbox where tenant_id = $1', [id])).toEqual([
    { letter: 'none', recipient: null },
  ])
  expect(await trailEntries(email, 'password.reset_requested')).toEqual([])
})

it('sends no eleventh mail in an hour, at the same cost', async () => {
  const email = await preparedUser()
  const answers = []
  for (let time = 0; time <= mailBudget.perWindow; time += 1) answers.push(await forgot(email))
  const sent = Array<string>(mailBudget.perWindow).fill('reset_password')
  expect(await lettersFor(email)).toEqual(['verify_email', ...sent, 'none'])
  expect(answers.map(({ body }) => body)).toEqual(answers.map(() => ({ status: 'accepted' })))
  expect(answers.map(cost)).toEqual(answers.map(() => ({ db: 1, do: 0, kv: 0, hash: 0 })))
})
