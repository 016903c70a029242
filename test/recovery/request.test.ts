import { expect, it } from 'vitest'
import { mailBudget } from '../../src/policy.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  randomEmail,
  registration,
} from '../support/client.ts'
import { lettersFor, rows, setUser, trailEntries } from '../support/database.ts'
import { preparedUser, preparedUserIn } from '../support/prepared.ts'
import { comparableHeaders, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'
import { protectedUser } from './recoveries.ts'

function recover(email: string, headers = {}): Promise<Answer> {
  return call('/api/v1/auth/recover', { email }, { headers })
}

async function pendingUser(): Promise<string> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email))
  return email
}

it('answers the same, at the same cost, whoever is asked for', async () => {
  const disabled = await preparedUser()
  await setUser(disabled, { status: 'disabled' })
  const answers = [
    await recover(randomEmail()),
    await recover(await preparedUser()),
    await recover((await protectedUser()).email),
    await recover(await pendingUser()),
    await recover(disabled),
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
  await recover(randomEmail(), tenant.headers)
  await recover(known, tenant.headers)
  expect(
    await rows(
      `select letter, recipient from outbox
       where tenant_id = $1 and letter in ('none', 'recover') order by id`,
      [tenant.id],
    ),
  ).toEqual([
    { letter: 'none', recipient: null },
    { letter: 'recover', recipient: known },
  ])
  expect(
    await rows(
      `select outcome, user_id is null as nobody from audit_events
       where tenant_id = $1 and action = 'recovery.requested' order by id`,
      [tenant.id],
    ),
  ).toEqual([
    { outcome: 'success', nobody: true },
    { outcome: 'success', nobody: false },
  ])
})

it('mails a link whose token stands in the fragment, whatever host the request names', async () => {
  const email = await preparedUser()
  await recover(email, { 'X-Forwarded-Host': 'evil.example', Origin: 'https://evil.example' })
  const [mail] = (await mails(email, 2)) as [Message]
  expect(mail.subject).toBe('Recover your account')
  expect(mail.text).toMatch(/http:\/\/localhost:8787\/recover#token=ghx_[\w-]{43}\n/)
  expect(mail.text + mail.html).not.toContain('evil.example')
})

it("sends nothing for another tenant's address", async () => {
  const { headers } = await newTenant()
  const email = await preparedUser()
  await recover(email, headers)
  expect(await trailEntries(email, 'recovery.requested')).toEqual([])
})

it('has a budget of its own, at the same cost', async () => {
  const email = await preparedUser()
  await call('/api/v1/auth/forgot-password', { email })
  const answers = []
  for (let time = 0; time <= mailBudget.perWindow; time += 1) answers.push(await recover(email))
  const sent = Array<string>(mailBudget.perWindow).fill('recover')
  expect(await lettersFor(email)).toEqual(['verify_email', 'reset_password', ...sent, 'none'])
  expect(answers.map(cost)).toEqual(answers.map(() => ({ db: 1, do: 0, kv: 0, hash: 0 })))
})

it('refuses what is no address', async () => {
  expect(fieldCodes(await recover('nobody'))).toEqual(['email EMAIL_INVALID'])
})

it('reset links that strangers ask for leave the owner a link of recovery', async () => {
  const email = await preparedUser()
  for (let asked = 0; asked <= mailBudget.perWindow; asked += 1) {
    await call('/api/v1/auth/forgot-password', { email })
  }
  await call('/api/v1/auth/recover', { email })
  const letters = await lettersFor(email)
  expect(letters.at(-1)).toBe('recover')
})
