import { describe, expect, it } from 'vitest'
import { ownPage } from '../../../http/browser.ts'
import {
  type Answer,
  call,
  cost,
  mails,
  randomEmail,
  registration,
  signIn,
  type Tokens,
} from '../../../support/client.ts'
import { rows, setUser } from '../../../support/database.ts'
import { preparedUser, preparedUserIn } from '../../../support/prepared.ts'
import {
  codeOf,
  comparableHeaders,
  fieldCodes,
  withoutRequestId,
} from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

const path = '/api/v1/auth/login'
const wrong = { password: 'vexing plum harbour 42' }

async function pendingUser(): Promise<string> {
  const email = randomEmail()
  await call('/api/v1/auth/register', registration(email))
  await mails(email)
  return email
}

async function disabledUser(): Promise<string> {
  const email = await preparedUser()
  await setUser(email, { status: 'disabled' })
  return email
}

describe('a refused sign-in', () => {
  // CVE-2026-4633: the words of a refusal told known accounts from unknown ones.
  it('is the same answer at the same cost for an unknown address and a wrong password', async () => {
    const answers = [
      await signIn(randomEmail()),
      await signIn(await preparedUser(), wrong),
      await signIn(await pendingUser(), wrong),
      await signIn(await disabledUser(), wrong),
    ]
    const [first] = answers as [Answer<Tokens>]
    expect([first.status, codeOf(first)]).toEqual([401, 'INVALID_CREDENTIALS'])
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(withoutRequestId(answer)).toEqual(withoutRequestId(first))
      expect(comparableHeaders(answer)).toEqual(comparableHeaders(first))
      expect(cost(answer)).toEqual({ db: 2, do: 1, kv: 0, hash: 1 })
    }
  })

  it('says that the address is not proven, only after the right password', async () => {
    const email = await pendingUser()
    const told = await signIn(email)
    expect([told.status, codeOf(told)]).toEqual([403, 'EMAIL_NOT_VERIFIED'])
    expect(codeOf(await signIn(email, wrong))).toBe('INVALID_CREDENTIALS')
  })

  it('says that the account is disabled, only after the right password', async () => {
    const email = await disabledUser()
    const told = await signIn(email)
    expect([told.status, codeOf(told)]).toEqual([403, 'ACCOUNT_DISABLED'])
    expect(codeOf(await signIn(email, wrong))).toBe('INVALID_CREDENTIALS')
  })

  it('opens no session', async () => {
    const email = await disabledUser()
    await signIn(email)
    expect(await sessionsOf(email)).toEqual([])
  })

  it('is what another tenant says to the right password', async () => {
    const tenant = await newTenant()
    const [here, there] = [await preparedUser(), await preparedUserIn(tenant)]
    expect((await signIn(here, { headers: tenant.headers })).status).toBe(401)
    expect((await signIn(there)).status).toBe(401)
    expect((await signIn(there, { headers: tenant.headers })).status).toBe(200)
  })

  it('tells two accounts with one address in two tenants apart', async () => {
    const settings = { emailVerification: false }
    const email = randomEmail()
    for (const own of ['vexing plum harbour 43', 'vexing plum harbour 44']) {
      const { headers } = await newTenant(settings)
      const body = registration(email, { password: own })
      await call('/api/v1/auth/register', body, { headers })
      expect((await signIn(email, { headers, password: own })).status).toBe(200)
      expect((await signIn(email, { headers })).status).toBe(401)
    }
  })

  // GHSA-xg6x-h9c9-2m83: a cookie that cached the session let in before the second factor was shown.
  it('asks an account with a second factor for one, and the door stays shut', async () => {
    const email = await preparedUser()
    await setUser(email, { mfa_enabled: true })
    for (const headers of [{}, ownPage]) {
      const asked = await signIn(email, { headers })
      expect(Object.keys(asked.body).sort()).toEqual([
        'expires_in',
        'mfa_required',
        'mfa_token',
        'mfa_types',
      ])
      expect(asked.headers.get('Set-Cookie')).toBeNull()
    }
    expect(await sessionsOf(email)).toEqual([])
  })
})

describe('by form', () => {
  it.each([
    [{}, ['password REQUIRED']],
    [{ password: 'x' }, ['email EMAIL_OR_PHONE_REQUIRED']],
    [{ email: 'nobody', password: '' }, ['email EMAIL_INVALID', 'password TOO_SHORT']],
    [{ email: 'a@example.com', password: 'x', token: 1 }, ['token UNKNOWN_FIELD']],
    [{ email: 'a@example.com', password: 'ab\0' }, ['password INVALID_CHARACTERS']],
    [{ email: 'a@example.com', password: 'ы'.repeat(513) }, ['password TOO_LONG']],
    [{ email: 'a@example.com', password: 'x'.repeat(1_025) }, ['password TOO_LONG']],
  ])('%j is refused by field, without a hash and without a count', async (body, codes) => {
    const refused = await call(path, body)
    expect(refused.status).toBe(422)
    expect([...new Set(fieldCodes(refused))]).toEqual(codes)
    expect(cost(refused)).toEqual({ db: 0, do: 0, kv: 0, hash: 0 })
  })
})

function sessionsOf(email: string): Promise<unknown[]> {
  return rows('select s.id from sessions s join users u on u.id = s.user_id where u.email = $1', [
    email,
  ])
}
