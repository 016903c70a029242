import { describe, expect, it } from 'vitest'
import { consentVersion, mailBudget } from '../../../../src/policy.ts'
import {
  call,
  cost,
  type Message,
  mails,
  password,
  randomEmail,
  registration,
  type Tokens,
  tokenIn,
} from '../../../support/client.ts'
import { ageMailWindow, lettersFor, rows, trailEntries, userOf } from '../../../support/database.ts'
import { codeOf } from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

const path = '/api/v1/auth/register'

interface ConsentRow {
  kind: string
  version: string
  ip_prefix: string
  accepted_at: Date
}

async function prove(email: string): Promise<void> {
  const [mail] = await mails(email)
  await call('/api/v1/auth/verify-email', { token: tokenIn(mail as Message) })
}

describe('consents', () => {
  it('are kept with version, time and the prefix they came from, once the address is proven', async () => {
    const email = randomEmail()
    const headers = { 'CF-Connecting-IP': '2001:db8:aa:bb:1:2:3:4' }
    await call(path, registration(email), { headers })
    const { id } = await userOf(email)
    const kept = () =>
      rows<ConsentRow>('select * from consents where user_id = $1 order by kind', [id])
    expect(await kept()).toEqual([])

    await prove(email)
    const consent = { version: consentVersion, ip_prefix: '2001:db8:aa:bb::/64' }
    expect(await kept()).toMatchObject([
      { kind: 'privacy', ...consent },
      { kind: 'terms', ...consent },
    ])
    const [{ before }] = (await rows(
      `select bool_and(accepted_at <= u.email_verified_at and accepted_at > u.created_at - interval '1 minute')
         as before
       from consents c join users u on u.id = c.user_id where u.id = $1`,
      [id],
    )) as [{ before: boolean }]
    expect(before).toBe(true)
  })
})

describe('a whole profile', () => {
  it('takes effect, normalised, when the address is proven', async () => {
    const email = randomEmail()
    const profile = {
      first_name: 'মুজিবুর',
      last_name: "O'Neill",
      date_of_birth: '1990-12-31',
      gender: 'prefer_not_to_say',
      mobile: '+880 1712-345678',
      phone_e164: '+8801812345678',
      locale: 'en-GB',
    }
    await call(path, registration(email, profile))
    await prove(email)
    const { body } = await call<Tokens>('/api/v1/auth/login', { email, password })
    expect(body.user).toMatchObject({
      ...profile,
      mobile: '+8801712345678',
      locale: 'en',
      email_verified: true,
      phone_verified: false,
    })
  })
})

describe('the mail of a registration', () => {
  it.each([
    ['Accept-Language', {}, { 'Accept-Language': 'bn-BD,en;q=0.5' }],
    [
      'what Accept-Language wishes for most',
      {},
      { 'Accept-Language': 'en;q=0.1, fr, BN-in;q=0.9' },
    ],
    ['Accept-Language without the other', {}, { 'Accept-Language': 'en;q=0, bn;q=0.1' }],
    ['the locale it names', { locale: 'bn' }, { 'Accept-Language': 'en' }],
  ])('is in Bengali by %s', async (_, changes, headers) => {
    const email = randomEmail()
    await call(path, registration(email, changes), { headers })
    const [mail] = await mails(email)
    expect(mail?.subject).toBe('আপনার ইমেইল ঠিকানা নিশ্চিত করুন')
    expect(mail?.html).toContain('lang="bn"')
  })

  it('is in English by default', async () => {
    const email = randomEmail()
    await call(path, registration(email), { headers: { 'Accept-Language': 'fr,de;q=0.5' } })
    expect((await mails(email))[0]?.subject).toBe('Confirm your e-mail address')
  })

  it('is not sent for the eleventh time in an hour, at the same cost, and again in the next', async () => {
    const email = randomEmail()
    const answers = []
    for (let time = 0; time <= mailBudget.perWindow; time += 1) {
      answers.push(await call(path, registration(email)))
    }
    const sent = Array<string>(mailBudget.perWindow).fill('verify_email')
    expect(await lettersFor(email)).toEqual([...sent, 'none'])
    expect(answers.at(-1)?.body).toEqual(answers[0]?.body)
    expect(cost(answers.at(-1) as never)).toEqual(cost(answers[0] as never))

    await ageMailWindow(email, mailBudget.window + 1)
    await call(path, registration(email))
    expect((await lettersFor(email)).at(-1)).toBe('verify_email')
    expect(await trailEntries(email, 'account.registered')).toHaveLength(12)
  })
})

describe('a tenant without verification', () => {
  it('signs in at once, and says where the address is taken', async () => {
    const { headers } = await newTenant({ emailVerification: false })
    const email = randomEmail()
    const context = { 'X-App-Platform': 'android', 'X-App-Version': '1.3.0' }
    const made = await call<Tokens>(path, registration(email, { first_name: 'Ann' }), {
      headers: { ...headers, ...context },
    })
    expect(made.status).toBe(201)
    expect(made.body.user).toMatchObject({ email, status: 'active', email_verified: false })
    const [session] = await rows('select platform, app_version from sessions where id = $1', [
      made.body.session_id,
    ])
    expect(session).toEqual({ platform: 'android', app_version: '1.3.0' })
    expect(
      await rows('select kind from consents where user_id = $1', [made.body.user.id]),
    ).toHaveLength(2)

    const again = await call(path, registration(email), { headers })
    expect(again.status).toBe(409)
    expect(codeOf(again)).toBe('USER_EXISTS')
  })
})
