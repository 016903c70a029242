import { describe, expect, it } from 'vitest'
import { cookiesOf } from '../../http/set-cookies.ts'
import {
  type Answer,
  type CallOptions,
  call,
  cost,
  type Message,
  mails,
  randomEmail,
  registration,
  signIn,
  type Tokens,
  tokenIn,
} from '../../support/client.ts'
import { row, rows, setUser, userOf } from '../../support/database.ts'
import { preparedUser } from '../../support/prepared.ts'
import { codeOf, comparableHeaders, fieldCodes } from '../../support/problem.ts'
import { changeSettings, newTenant } from '../../support/tenant.ts'

const auth = '/api/v1/auth'
const callback = 'http://localhost:5173/auth/callback'
const sameSite = { 'X-Token-Transport': 'cookie', 'Sec-Fetch-Site': 'same-origin' }

interface Asked {
  status: string
  challenge_id: string
  confirmation_code: string
}
type Signed = Tokens & { user_created: boolean; redirect_to?: string }

function ask(email: string, changes = {}, options: CallOptions = {}): Promise<Answer<Asked>> {
  return call<Asked>(`${auth}/magic-link`, { email, ...changes }, options)
}

function redeem(token: string, changes = {}, options: CallOptions = {}): Promise<Answer<Signed>> {
  return call<Signed>(`${auth}/magic-link/verify`, { token, ...changes }, options)
}

/** A mailed token, with what the asker was told. */
async function asked(email: string, changes = {}, options: CallOptions = {}, messages = 1) {
  const answer = await ask(email, changes, options)
  expect(answer.status).toBe(202)
  const [mail] = (await mails(email, messages)) as [Message]
  return { answer, mail, token: tokenIn(mail), code: answer.body.confirmation_code }
}

function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

describe('a link', () => {
  it('opens an account for a new address, and signs in to a known one', async () => {
    for (const email of [randomEmail(), await preparedUser()]) {
      const isNew = (await rows('select 1 from users where email = $1', [email])).length === 0
      const { token } = await asked(email, {}, {}, isNew ? 1 : 2)
      const { status, body } = await redeem(token)
      expect(status).toBe(200)
      expect(body).toMatchObject({ user_created: isNew, user: { email, email_verified: true } })
      const me = await call(`${auth}/me`, undefined, { token: body.access_token })
      expect(me.status).toBe(200)
    }
  })

  it('has its token in the fragment of a page, and reading the page spends nothing', async () => {
    const { mail, token } = await asked(randomEmail())
    expect(mail.text).toMatch(/http:\/\/localhost:8787\/magic-link#token=ghl_[\w-]{43}\n/)
    expect((await call(`${auth}/magic-link/verify?token=${token}`)).status).toBe(405)
    expect((await redeem(token)).status).toBe(200)
  })

  it('works once: of fifty at the same time one is signed in', async () => {
    const { token } = await asked(randomEmail())
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.find(({ status }) => status !== 200) as Answer<unknown>
    expect([refused.status, codeOf(refused)]).toEqual([400, 'TOKEN_INVALID'])
  })

  it('costs one round trip and one object to ask for, two round trips to redeem, whoever asks', async () => {
    const answers = [await ask(randomEmail()), await ask(await preparedUser())]
    for (const answer of answers) {
      expect(cost(answer)).toEqual({ db: 1, do: 1, kv: 0, hash: 0 })
      expect(Object.keys(answer.body)).toEqual(Object.keys((answers[0] as Answer<Asked>).body))
      expect(comparableHeaders(answer)).toEqual(comparableHeaders(answers[0] as Answer<Asked>))
    }
    const { token } = await asked(randomEmail())
    expect(cost(await redeem(token))).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
    expect(cost(await redeem(token))).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
  })

  it('dies after fifteen minutes', async () => {
    const email = randomEmail()
    const { token } = await asked(email)
    await row(
      "update sign_in_links set expires_at = expires_at - interval '15 minutes' where email = $1 returning id",
      [email],
    )
    expect(codeOf(await redeem(token))).toBe('TOKEN_INVALID')
  })

  it('works in its own tenant only', async () => {
    const { token } = await asked(randomEmail())
    expect(codeOf(await redeem(token, {}, await newTenant()))).toBe('TOKEN_INVALID')
    expect((await redeem(token)).status).toBe(200)
  })

  it('drops a password that nobody proved', async () => {
    const email = randomEmail()
    await call(`${auth}/register`, registration(email))
    const { token } = await asked(email, {}, {}, 2)
    expect((await redeem(token)).status).toBe(200)
    expect((await signIn(email)).status).toBe(401)
  })

  it('leads to the second factor where the account has one', async () => {
    const email = await preparedUser()
    const { id, tenant_id } = await userOf(email)
    await rows(
      "insert into factors (id, tenant_id, user_id, type) values (gen_random_uuid(), $1, $2, 'totp')",
      [tenant_id, id],
    )
    await setUser(email, { mfa_enabled: true })
    const { token } = await asked(email, {}, {}, 2)
    const { body } = await redeem(token)
    expect(body).toMatchObject({ mfa_required: true, user_created: false })
    expect(body).not.toHaveProperty('access_token')
  })

  it('is sent once a minute, and of fifty who ask at once to one', async () => {
    const email = randomEmail()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(email)))
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(await rows('select 1 from outbox where recipient = $1', [email])).toHaveLength(1)
    expect(codeOf(await ask(email))).toBe('RATE_LIMITED')
  })
})

describe('the page that it leads back to', () => {
  it('is one of the list, compared whole', async () => {
    const { token } = await asked(randomEmail(), { redirect_to: callback })
    expect((await redeem(token)).body).toMatchObject({ redirect_to: callback })
  })

  it.each(['told', 'not told'] as const)(
    'is none that was taken off the list since the link was asked for: the isolate is %s',
    async (hears) => {
      const tenant = await newTenant({ redirectUrls: [callback] })
      const { headers } = tenant
      const { token } = await asked(randomEmail(), { redirect_to: callback }, { headers })
      await changeSettings(tenant, { redirectUrls: [] }, hears)
      const answer = await redeem(token, {}, { headers })
      expect([answer.status, answer.body.redirect_to]).toEqual([200, undefined])
    },
  )

  it.each([
    `${callback}/`,
    `${callback}?next=evil`,
    'http://localhost:5173/auth/callback@evil.example',
    'https://evil.example/auth/callback',
    '//localhost:5173/auth/callback',
    'javascript:alert(1)',
  ])('is never %s', async (redirect_to) => {
    const refused = await ask(randomEmail(), { redirect_to })
    expect([refused.status, fieldCodes(refused)]).toEqual([
      422,
      ['redirect_to REDIRECT_NOT_ALLOWED'],
    ])
    expect(cost(refused)).toEqual({ db: 0, do: 0, kv: 0, hash: 0 })
  })
})

describe('a link that a browser asked for', () => {
  async function askedByBrowser() {
    const email = randomEmail()
    const made = await asked(email, {}, { headers: sameSite })
    const cookie = cookiesOf(made.answer)['__Host-asker']
    expect(cookie?.attributes).toMatchObject({ httponly: '', secure: '', samesite: 'Strict' })
    return { ...made, email, cookie: `__Host-asker=${cookie?.value}` }
  }

  it('works in that browser without a code', async () => {
    const { token, cookie } = await askedByBrowser()
    const headers = { ...sameSite, Cookie: cookie }
    const { status, body } = await redeem(token, {}, { headers })
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('refresh_token')
  })

  it('asks for the code elsewhere, and stays unspent until it is right', async () => {
    const { token, code } = await askedByBrowser()
    for (const headers of [sameSite, {}]) {
      const asks = await redeem(token, {}, { headers })
      expect([asks.status, codeOf(asks)]).toEqual([403, 'CONFIRMATION_REQUIRED'])
      expect(cost(asks).db).toBe(2)
    }
    expect(codeOf(await redeem(token, { confirmation_code: wrong(code) }))).toBe('CODE_INVALID')
    expect((await redeem(token, { confirmation_code: code })).status).toBe(200)
  })

  it('is burnt by three wrong codes, also for its own browser', async () => {
    const { token, code, cookie } = await askedByBrowser()
    for (let tries = 0; tries < 3; tries += 1) {
      await redeem(token, { confirmation_code: wrong(code) })
    }
    expect(codeOf(await redeem(token, { confirmation_code: code }))).toBe('TOKEN_INVALID')
    const headers = { ...sameSite, Cookie: cookie }
    expect(codeOf(await redeem(token, {}, { headers }))).toBe('TOKEN_INVALID')
  })

  it('compares three of fifty codes at the same time', async () => {
    const { token, code, email } = await askedByBrowser()
    await Promise.all(
      Array.from({ length: 50 }, () => redeem(token, { confirmation_code: wrong(code) })),
    )
    const { code_failures } = await row<{ code_failures: number }>(
      'select code_failures from sign_in_links where email = $1',
      [email],
    )
    expect(code_failures).toBe(3)
  })

  it("does not take another link's code", async () => {
    const [one, other] = [await askedByBrowser(), await askedByBrowser()]
    const code = one.code === other.code ? wrong(one.code) : other.code
    expect(codeOf(await redeem(one.token, { confirmation_code: code }))).toBe('CODE_INVALID')
  })

  it('is bound to the install of an app likewise', async () => {
    const headers = { 'X-Install-Id': crypto.randomUUID() }
    const { token } = await asked(randomEmail(), {}, { headers })
    expect(codeOf(await redeem(token))).toBe('CONFIRMATION_REQUIRED')
    expect((await redeem(token, {}, { headers })).status).toBe(200)
  })

  it('signs no browser in by itself that was asked for with neither cookie nor install id', async () => {
    const { token, code } = await asked(randomEmail())
    const own = (await ask(randomEmail(), {}, { headers: sameSite })).headers
    const cookie = own.get('Set-Cookie')?.split(';')[0] ?? ''
    for (const headers of [sameSite, { ...sameSite, Cookie: cookie }]) {
      expect(codeOf(await redeem(token, {}, { headers }))).toBe('CONFIRMATION_REQUIRED')
    }
    const confirmed = await redeem(token, { confirmation_code: code }, { headers: sameSite })
    expect(confirmed.status).toBe(200)
  })
})
