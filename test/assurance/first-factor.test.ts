import { describe, expect, it } from 'vitest'
import { codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  randomEmail,
  randomPhone,
  signIn,
  type Tokens,
} from '../support/client.ts'
import { ageStep, row, rows, setUser, userOf } from '../support/database.ts'
import { newKey, type Options } from '../support/key.ts'
import { behind } from '../support/lock.ts'
import { register as registerKey, registerOptions } from '../support/passkey.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'
const refused = [403, 'MAILBOX_PROOF_REQUIRED']

/** Somebody without a factor whose account has been there for days. */
async function olderUserIn(tenant: TestTenant): Promise<string> {
  const email = await preparedUserIn(tenant)
  await age(email)
  return email
}

async function age(email: string): Promise<void> {
  await row(`update users set ${anHourAgo} where email = $1 returning id`, [email])
}

/** As if more than an hour had passed since the account was made, and its address proven. */
const anHourAgo = `created_at = created_at - interval '61 minutes',
  email_verified_at = email_verified_at - interval '61 minutes'`

async function byPassword({ headers }: TestTenant, email: string): Promise<string> {
  return (await signIn(email, { headers })).body.access_token
}

async function byMailedCode({ headers }: TestTenant, email: string): Promise<string> {
  const asked = { destination: email, type: 'email' }
  const { body } = await call<{ challenge_id: string }>(`${auth}/otp/send`, asked, { headers })
  const [mail] = (await mails(email, 2)) as [Message]
  const shown = { challenge_id: body.challenge_id, code: codeIn(mail) }
  return (await call<Tokens>(`${auth}/otp/verify`, shown, { headers })).body.access_token
}

const enable = (token: string, body: object) =>
  call<{ secret: string }>(`${auth}/mfa/enable`, body, { token })
const confirm = (token: string, type: string, code: string) =>
  call(`${auth}/mfa/confirm`, { type, code }, { token })
const exported = (token: string) => call(`${auth}/me/export`, undefined, { token })

async function addApp(token: string): Promise<{ answer: Answer; secret: string }> {
  const { body } = await enable(token, { type: 'totp' })
  return { answer: await confirm(token, 'totp', totpOf(body.secret)), secret: body.secret }
}

async function addKey(token: string): Promise<Answer<object>> {
  return registerKey(token, await newKey())
}

async function factorsOf(email: string): Promise<number> {
  const found = await rows(
    `select 1 from users u where u.email = $1 and (u.mfa_enabled or exists (select from factors where user_id = u.id)
      or exists (select from webauthn_credentials where user_id = u.id))`,
    [email],
  )
  return found.length
}

const told = (answer: Answer<object>) => [answer.status, codeOf(answer as Answer)]

interface Way {
  begin(token: string): Promise<Answer<object>>
  finish(token: string, begun: Answer<object>): Promise<Answer<object>>
}

function app(): Way {
  return {
    begin: (token) => enable(token, { type: 'totp' }),
    finish: (token, { body }) =>
      confirm(token, 'totp', totpOf((body as { secret: string }).secret)),
  }
}

function sent(type: string, to: () => object = () => ({})): Way {
  return {
    begin: (token) => enable(token, { type, ...to() }),
    finish: (token) => confirm(token, type, '000000'),
  }
}

function key(kind: 'passkey' | 'security_key'): Way {
  return {
    begin: (token) => registerOptions(token, kind),
    async finish(token, { body }) {
      const credential = await (await newKey()).create(body as Options)
      return call(`${auth}/webauthn/register/verify`, { credential }, { token })
    },
  }
}

const number = () => ({ phone_e164: randomPhone() })

const ways: Record<string, Way> = {
  'an app': app(),
  'mailed codes': sent('email'),
  'codes by SMS': sent('sms', number),
  'codes by WhatsApp': sent('whatsapp', number),
  'a passkey': key('passkey'),
  'a security key': key('security_key'),
}

const settings = { emailFactor: true }
const strict = { ...settings, assuranceProfile: 'strict' } as const

describe('the password alone, in a strict tenant,', () => {
  it('leads to no factor, and so to no act', async () => {
    const tenant = await newTenant(strict)
    const email = await olderUserIn(tenant)
    const token = await byPassword(tenant, email)
    expect(told(await exported(token))).toEqual([403, 'STEP_UP_REQUIRED'])
    const begun = await enable(token, { type: 'totp' })
    expect(told(begun)).toEqual(refused)
    expect(cost(begun).db).toBe(1)
    expect(told(await confirm(token, 'totp', '000000'))).toEqual(refused)
    expect(told(await exported(token))).toEqual([403, 'STEP_UP_REQUIRED'])
    const moved = await call(`${auth}/me/email`, { email: randomEmail() }, { token })
    expect(told(moved)).toEqual([403, 'STEP_UP_REQUIRED'])
    expect(await factorsOf(email)).toBe(0)
  })

  it.each(Object.entries(ways))('begins no first factor: %s', async (_, { begin }) => {
    const tenant = await newTenant(strict)
    const email = await olderUserIn(tenant)
    expect(told(await begin(await byPassword(tenant, email)))).toEqual(refused)
  })

  it.each(Object.entries(ways))('binds none that was begun before: %s', async (_, way) => {
    const tenant = await newTenant(settings)
    const email = await olderUserIn(tenant)
    const token = await byPassword(tenant, email)
    const begun = await way.begin(token)
    expect(begun.status).toBe(200)
    await changeSettings(tenant, strict, 'not told')
    expect(told(await way.finish(token, begun))).toEqual(refused)
    expect(await factorsOf(email)).toBe(0)
  })

  it('binds none where the hour ends while the account is waited for', async () => {
    const tenant = await newTenant(strict)
    const email = await preparedUserIn(tenant)
    const token = await byPassword(tenant, email)
    const { body } = await enable(token, { type: 'totp' })
    const late = `update users set ${anHourAgo} where id = $1 returning id`
    const [answer] = await behind(late, (await userOf(email)).id, [
      () => confirm(token, 'totp', totpOf(body.secret)),
    ])
    expect(answer?.status).toBeGreaterThanOrEqual(400)
    expect(await factorsOf(email)).toBe(0)
  })
})

describe('whoever has shown the mailbox, in a strict tenant,', () => {
  it('by a sign-in with a mailed code, gets a factor and then acts', async () => {
    const tenant = await newTenant(strict)
    const email = await olderUserIn(tenant)
    expect(told(await enable(await byPassword(tenant, email), { type: 'totp' }))).toEqual(refused)
    const token = await byMailedCode(tenant, email)
    const { answer, secret } = await addApp(token)
    expect([answer.status, answer.body]).toMatchObject([200, { mfa_enabled: true }])
    await ageStep((await userOf(email)).id)
    const shown = { type: 'totp', code: totpOf(secret) }
    const { body } = await call<Tokens>(`${auth}/mfa/verify`, shown, { token })
    expect((await exported(body.access_token)).status).toBe(200)
    // There is one to be shown now, and it was.
    expect((await addKey(body.access_token)).status).toBe(201)
  })

  it.each([
    ['by its proof within the hour', 'update users set email_verified_at = now() where email = $1'],
    ['by an account made within the hour', 'update users set created_at = now() where email = $1'],
    [
      'by a password that was mailed within the hour',
      `update password_credentials c set mailed_at = now() from users u where u.id = c.user_id and u.email = $1`,
    ],
  ])('%s, adds a first factor by the password', async (_, proof) => {
    const tenant = await newTenant(strict)
    const email = await olderUserIn(tenant)
    await rows(proof, [email])
    expect((await addApp(await byPassword(tenant, email))).answer.status).toBe(200)
  })

  it('or has none to show, adds a first factor by the password', async () => {
    const tenant = await newTenant({ ...strict, emailVerification: false })
    const email = await olderUserIn(tenant)
    await setUser(email, { email_verified_at: null })
    expect((await addApp(await byPassword(tenant, email))).answer.status).toBe(200)
  })
})

describe('a session from before a factor was asked for', () => {
  it.each([
    ['by a role', (_: TestTenant, email: string) => setUser(email, { roles: ['member', 'admin'] })],
    [
      'by the tenant',
      (tenant: TestTenant) => changeSettings(tenant, { requireMfa: true }, 'not told'),
    ],
  ])('%s, chooses none by the password alone', async (_, ask) => {
    const tenant = await newTenant()
    const email = await olderUserIn(tenant)
    const token = await byPassword(tenant, email)
    await ask(tenant, email)
    expect(told(await enable(token, { type: 'totp' }))).toEqual(refused)
    expect(told(await registerOptions(token))).toEqual(refused)
  })
})

it.each([
  ['an app', async (token: string) => (await addApp(token)).answer.status, 200],
  ['a key', async (token: string) => (await addKey(token)).status, 201],
])('where nothing asks for a factor the password is enough for %s', async (_, add, status) => {
  const tenant = await newTenant()
  const email = await olderUserIn(tenant)
  expect(await add(await byPassword(tenant, email))).toBe(status)
})
