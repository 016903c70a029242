import { describe, expect, it } from 'vitest'
import { type Answer, call, cost, type Message, mails, signIn, tokenIn } from '../support/client.ts'
import { trailEntries, userOf } from '../support/database.ts'
import { oneBehindTheOther } from '../support/lock.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

const path = '/api/v1/auth/me'

function change(token: string, changes: unknown, headers = {}): Promise<Answer> {
  return call(path, changes, { method: 'PATCH', token, headers })
}

const profile = {
  first_name: 'Rosalind',
  last_name: 'Franklin-Jones',
  date_of_birth: '1990-12-31',
  gender: 'female',
  mobile: '+8801712345678',
  locale: 'bn',
}

describe('a change of the profile', () => {
  it('sets every field, in one round trip, and answers the account', async () => {
    const { access_token } = await preparedSignIn()
    const changed = await change(access_token, profile)
    expect(changed.status).toBe(200)
    expect(cost(changed)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(changed.body).toMatchObject(profile)
    const read = await call(path, undefined, { token: access_token })
    expect(read.body).toEqual(changed.body)
  })

  it.each(Object.entries(profile))('sets %s alone', async (field, value) => {
    const { access_token } = await preparedSignIn()
    const before = (await call(path, undefined, { token: access_token })).body
    const { body } = await change(access_token, { [field]: value })
    expect(body).toEqual({ ...before, [field]: value, updated_at: expect.any(String) })
  })

  it('clears by null or blank, and leaves what it does not name', async () => {
    const { access_token } = await preparedSignIn()
    await change(access_token, profile)
    const cleared = { first_name: null, date_of_birth: null, gender: null, mobile: '' }
    const { body } = await change(access_token, cleared)
    expect(body).toMatchObject({
      first_name: null,
      last_name: 'Franklin-Jones',
      date_of_birth: null,
      gender: null,
      mobile: null,
      locale: 'bn',
    })
  })

  it('normalises as registration does', async () => {
    const { access_token } = await preparedSignIn()
    const typed = { first_name: ' Zoe\u0308 ', mobile: '+880 1712-345678', locale: 'BN_bd' }
    expect((await change(access_token, typed)).body).toMatchObject({
      first_name: 'Zo\u00eb',
      mobile: '+8801712345678',
      locale: 'bn',
    })
  })

  it('is in the trail by the names of its fields, never by their values', async () => {
    const { email, access_token } = await preparedSignIn()
    await change(access_token, { first_name: 'Rosalind', gender: null })
    const entries = await trailEntries(email, 'account.profile_changed')
    expect(entries).toMatchObject([{ outcome: 'success', reason: 'first_name gender' }])
  })
})

describe('a refused change', () => {
  it('names every field, and changes nothing', async () => {
    const { email, access_token } = await preparedSignIn()
    const refused = await change(access_token, {
      first_name: 'R2',
      last_name: 'Lee',
      date_of_birth: '2020-13-01',
      gender: 'x',
      mobile: '123',
      locale: null,
    })
    expect([refused.status, codeOf(refused)]).toEqual([422, 'VALIDATION_FAILED'])
    expect(fieldCodes(refused)).toEqual([
      'date_of_birth DATE_INVALID',
      'first_name NAME_INVALID',
      'gender GENDER_INVALID',
      'locale REQUIRED',
      'mobile PHONE_INVALID',
    ])
    expect((await userOf(email)).last_name).toBeNull()
  })

  it.each(['xx', 'fr-FR'])('is the language %s, which no letter is written in', async (locale) => {
    const { email, access_token } = await preparedSignIn()
    const refused = await change(access_token, { locale, last_name: 'Lee' })
    expect([refused.status, fieldCodes(refused)]).toEqual([422, ['locale INVALID_VALUE']])
    expect(await userOf(email)).toMatchObject({ locale: 'en', last_name: null })
  })

  it.each(['email', 'status', 'roles', 'mfa_enabled', 'id', 'tenant', 'password', 'phone_e164'])(
    'names the key %s, which is not of the profile',
    async (field) => {
      const { access_token } = await preparedSignIn()
      const refused = await change(access_token, { [field]: 'admin' })
      expect(fieldCodes(refused)).toEqual([`${field} UNKNOWN_FIELD`])
    },
  )

  it('is one without a live session, or in another tenant', async () => {
    const { access_token } = await preparedSignIn()
    const { headers } = await newTenant()
    expect((await change(access_token, profile, headers)).status).toBe(401)
    await call('/api/v1/auth/logout', undefined, { method: 'POST', token: access_token })
    const late = await change(access_token, profile)
    expect([late.status, codeOf(late)]).toEqual([401, 'TOKEN_INVALID'])
  })
})

it('a change that waits while a reset ends its session changes nothing', async () => {
  const { email, access_token: token, user } = await preparedSignIn()
  await call('/api/v1/auth/forgot-password', { email })
  const [letter] = (await mails(email, 2)) as [Message]
  const body = { token: tokenIn(letter), password: 'vexing plum harbour 42' }
  const answers = await oneBehindTheOther<{ status: number }>(user.id, [
    () => call('/api/v1/auth/reset-password', body),
    () => change(token, { first_name: 'Mallory' }),
  ])
  expect(answers.map(({ status }) => status)).toEqual([200, 401])
  expect((await userOf(email)).first_name).toBeNull()
})

describe('the language', () => {
  it('of the account is the language of its mails, whatever the request speaks', async () => {
    const email = await preparedUser()
    const { body } = await signIn(email)
    await change(body.access_token, { locale: 'bn' })
    const headers = { 'Accept-Language': 'en' }
    await call('/api/v1/auth/forgot-password', { email }, { headers })
    const [mail] = (await mails(email, 2)) as [Message]
    expect(mail.subject).toBe('নতুন পাসওয়ার্ড ঠিক করুন')
    expect(mail.html).toContain('lang="bn"')
  })
})
