import { describe, expect, it } from 'vitest'
import { device } from '../../src/policy.ts'
import { cookiesOf } from '../http/set-cookies.ts'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  password,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { ageDevices, row, rows, setUser, trailEntries } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'

const browser = { 'X-Token-Transport': 'cookie', 'Sec-Fetch-Site': 'same-origin' }

type Headers = Record<string, string>

interface Device {
  id: string
  user_agent: string | null
  platform: string | null
  created_at: string
  last_seen_at: string
  remembered_until: string
  current: boolean
}

interface Owner {
  email: string
  secret: string
  backupCodes: string[]
  token: string
}

/** A person with an authenticator app. Codes are taken from the backup codes: each time step proves once. */
async function owner(): Promise<Owner> {
  const session = await preparedSignIn()
  return { ...session, ...(await addTotp(session)), token: session.access_token }
}

/** Both steps of a sign-in. */
async function signInWhole(
  { email, backupCodes }: Owner,
  headers: Headers,
  remember_device?: boolean,
): Promise<Answer<Tokens>> {
  const { body } = await signIn(email, { headers })
  const { mfa_token } = body as unknown as { mfa_token: string }
  const shown = { mfa_token, type: 'backup_code', code: backupCodes.pop(), remember_device }
  return call<Tokens>('/api/v1/auth/mfa/verify', shown, { headers })
}

function withCookie(answer: Answer<unknown>): Headers {
  return { ...browser, Cookie: `__Host-device=${cookiesOf(answer)['__Host-device']?.value}` }
}

/** A browser that was remembered: the headers of its next request. */
async function rememberedBrowser(person: Owner): Promise<Headers> {
  return withCookie(await signInWhole(person, browser, true))
}

async function rememberedApp(person: Owner): Promise<Headers> {
  const headers = { 'X-Install-Id': crypto.randomUUID(), 'X-App-Platform': 'android' }
  await signInWhole(person, headers, true)
  return headers
}

async function devicesOf(token: string): Promise<Device[]> {
  const { body } = await call<{ devices: Device[] }>('/api/v1/auth/devices', undefined, { token })
  return body.devices
}

function asksForFactor(answer: Answer<unknown>): boolean {
  return answer.status === 200 && 'mfa_token' in (answer.body as object)
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')))
}

describe('a remembered device', () => {
  it.each([
    ['browser', rememberedBrowser],
    ['app', rememberedApp],
  ])('(%s) signs in with the password alone, at the usual cost', async (_kind, remembered) => {
    const person = await owner()
    const answer = await signIn(person.email, { headers: await remembered(person) })
    expect(answer.body).toHaveProperty('access_token')
    expect(cost(answer)).toEqual({ db: 2, do: 1, kv: 0, hash: 1 })
  })

  it('proves one factor only: the level stays, step-up still asks', async () => {
    const person = await owner()
    const { body } = await signIn(person.email, { headers: await rememberedApp(person) })
    expect(claimsOf(body.access_token)).toMatchObject({ amr: ['pwd'], acr: 'aal1' })
    const answer = await call('/api/v1/auth/mfa/backup-codes', undefined, {
      method: 'POST',
      token: body.access_token,
    })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'STEP_UP_REQUIRED'])
    expect((await trailEntries(person.email, 'session.opened')).at(-1)).toMatchObject({
      reason: 'pwd remembered_device',
    })
  })

  it('still needs the right password', async () => {
    const person = await owner()
    const headers = await rememberedBrowser(person)
    const wrong = await signIn(person.email, { headers, password: 'vexing plum harbour 42' })
    expect(codeOf(wrong)).toBe('INVALID_CREDENTIALS')
  })

  it('is none of another account', async () => {
    const [mine, other] = [await owner(), await owner()]
    const headers = await rememberedApp(mine)
    expect(asksForFactor(await signIn(other.email, { headers }))).toBe(true)
  })

  it('is remembered only where that was asked for, and only after the second factor', async () => {
    const person = await owner()
    const app = { 'X-Install-Id': crypto.randomUUID() }
    await signInWhole(person, app)
    expect(asksForFactor(await signIn(person.email, { headers: app }))).toBe(true)

    const { body } = await signIn(person.email, { headers: app })
    const { mfa_token } = body as unknown as { mfa_token: string }
    const wrong = { mfa_token, type: 'totp', code: '000000', remember_device: true }
    await call('/api/v1/auth/mfa/verify', wrong, { headers: app })
    expect(asksForFactor(await signIn(person.email, { headers: app }))).toBe(true)
  })

  it('is the one that shows the second factor, not the one that showed the first', async () => {
    const person = await owner()
    const [first, second] = [await rememberless(person), { 'X-Install-Id': crypto.randomUUID() }]
    const { body } = await signIn(person.email, { headers: first })
    const { mfa_token } = body as unknown as { mfa_token: string }
    const shown = { mfa_token, type: 'totp', code: totpOf(person.secret), remember_device: true }
    await call('/api/v1/auth/mfa/verify', shown, { headers: second })
    expect(asksForFactor(await signIn(person.email, { headers: first }))).toBe(true)
    expect(asksForFactor(await signIn(person.email, { headers: second }))).toBe(false)
  })

  it('is forgotten after thirty days', async () => {
    const person = await owner()
    const headers = await rememberedApp(person)
    await ageDevices(person.email, device.rememberedLife)
    expect(asksForFactor(await signIn(person.email, { headers }))).toBe(true)
  })

  it('never stands for the second factor of an owner or an admin', async () => {
    const person = await owner()
    const headers = await rememberedApp(person)
    await setUser(person.email, { roles: ['member', 'admin'] })
    expect(asksForFactor(await signIn(person.email, { headers }))).toBe(true)
  })

  it('never stands in for an enrolment that is demanded', async () => {
    const person = await owner()
    const headers = await rememberedApp(person)
    await setUser(person.email, { mfa_enabled: false, roles: ['admin'] })
    expect((await signIn(person.email, { headers })).body).toHaveProperty('enrollment_token')
  })
})

async function rememberless(person: Owner): Promise<Headers> {
  const headers = { 'X-Install-Id': crypto.randomUUID() }
  await signInWhole(person, headers)
  return headers
}

describe("a browser's secret", () => {
  it('is new with each use, and the one before is worth nothing', async () => {
    const person = await owner()
    const first = await rememberedBrowser(person)
    const used = await signIn(person.email, { headers: first })
    const second = withCookie(used)
    expect(second.Cookie).not.toBe(first.Cookie)
    expect(asksForFactor(await signIn(person.email, { headers: first }))).toBe(true)
    expect(asksForFactor(await signIn(person.email, { headers: second }))).toBe(false)
  })

  it('is new as soon as it is worth a second factor', async () => {
    const person = await owner()
    const known = withCookie(await signInWhole(person, browser))
    const remembered = withCookie(await signInWhole(person, known, true))
    expect(remembered.Cookie).not.toBe(known.Cookie)
    expect(asksForFactor(await signIn(person.email, { headers: known }))).toBe(true)
    expect(asksForFactor(await signIn(person.email, { headers: remembered }))).toBe(false)
    const { id } = await row<{ id: string }>('select id from users where email = $1', [
      person.email,
    ])
    expect(await rows('select id from devices where user_id = $1', [id])).toHaveLength(1)
  })

  it('passes once, however many show it at the same time: the others show a factor', async () => {
    const person = await owner()
    const headers = await rememberedBrowser(person)
    // As many as the hash queue takes.
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => signIn(person.email, { headers })),
    )
    const taken = answers.filter(({ status }) => status === 200)
    expect(taken.length).toBeGreaterThan(1)
    expect(taken.filter((answer) => !asksForFactor(answer))).toHaveLength(1)
  })

  it('is not taken from the browser that showed the first factor', async () => {
    const person = await owner()
    const first = withCookie(await signInWhole(person, browser))
    const { body } = await signIn(person.email, { headers: first })
    const { mfa_token } = body as unknown as { mfa_token: string }
    const shown = { mfa_token, type: 'totp', code: totpOf(person.secret), remember_device: true }
    const done = await call('/api/v1/auth/mfa/verify', shown, { headers: browser })
    expect(asksForFactor(await signIn(person.email, { headers: first }))).toBe(true)
    expect(asksForFactor(await signIn(person.email, { headers: withCookie(done) }))).toBe(false)
    const { count } = await row<{ count: number }>(
      `select count(*)::int from devices d join users u on u.id = d.user_id where u.email = $1`,
      [person.email],
    )
    expect(count).toBe(2)
  })

  it('stands in the table as a hash', async () => {
    const person = await owner()
    const { Cookie = '' } = await rememberedBrowser(person)
    const [kept] = await rows<{ kept: string }>(
      `select row_to_json(d)::text as kept from devices d join users u on u.id = d.user_id
       where u.email = $1`,
      [person.email],
    )
    expect(kept?.kept).not.toContain(Cookie.split('=')[1])
  })
})

describe('what ends all trust', () => {
  async function expectForgotten(person: Owner, headers: Headers, next: string): Promise<void> {
    expect(asksForFactor(await signIn(person.email, { headers, password: next }))).toBe(true)
  }

  it('is a password reset', async () => {
    const person = await owner()
    const headers = await rememberedApp(person)
    await call('/api/v1/auth/forgot-password', { email: person.email })
    const letters = await mails(person.email, 4)
    const mail = letters.find(({ text }) => text.includes('/reset-password')) as Message
    const next = 'vexing plum harbour 42'
    const reset = { token: tokenIn(mail), password: next }
    expect((await call('/api/v1/auth/reset-password', reset)).status).toBe(200)
    await expectForgotten(person, headers, next)
  })

  it('is a change of the password', async () => {
    const person = await owner()
    const app = { 'X-Install-Id': crypto.randomUUID() }
    const { body } = await signInWhole(person, app, true)
    const next = 'vexing plum harbour 42'
    const changed = await call(
      '/api/v1/auth/change-password',
      { current_password: password, new_password: next },
      { method: 'PUT', token: body.access_token },
    )
    expect(changed.status).toBe(204)
    await expectForgotten(person, app, next)
  })

  it('is signing out everywhere', async () => {
    const person = await owner()
    const headers = await rememberedApp(person)
    await call('/api/v1/auth/logout-all', {}, { token: person.token })
    await expectForgotten(person, headers, password)
  })

  it('is the removal of the last factor: a later one is asked for', async () => {
    const person = await owner()
    const headers = await rememberedApp(person)
    const removed = await call(
      '/api/v1/auth/mfa/disable',
      { type: 'totp', code: person.backupCodes.pop() },
      { token: person.token },
    )
    expect(removed.status).toBe(204)
    await setUser(person.email, { mfa_enabled: true })
    await expectForgotten(person, headers, password)
  })
})

describe('the list of devices', () => {
  it('shows the remembered ones, newest use first, and which is current', async () => {
    const person = await owner()
    await rememberless(person)
    await rememberedBrowser(person)
    const app = { 'X-Install-Id': crypto.randomUUID(), 'X-App-Platform': 'android' }
    const { body } = await signInWhole(person, app, true)
    const listed = await call('/api/v1/auth/devices', undefined, { token: body.access_token })
    expect(cost(listed)).toMatchObject({ db: 1 })
    const devices = await devicesOf(body.access_token)
    expect(devices.map(({ platform, current }) => [platform, current])).toEqual([
      ['android', true],
      [null, false],
    ])
    expect(Object.keys(devices[0] ?? {}).sort()).toEqual([
      'created_at',
      'current',
      'id',
      'last_seen_at',
      'platform',
      'remembered_until',
      'user_agent',
    ])
    const until = Date.parse(devices[0]?.remembered_until ?? '')
    expect(Math.abs(until - Date.now() - device.rememberedLife * 1_000)).toBeLessThan(60_000)
    expect(await trailEntries(person.email, 'device.remembered')).toHaveLength(2)
  })

  it('needs a session', async () => {
    expect((await call('/api/v1/auth/devices')).status).toBe(401)
    const { access_token: token } = await preparedSignIn()
    await call('/api/v1/auth/logout', undefined, { method: 'POST', token })
    expect((await call('/api/v1/auth/devices', undefined, { token })).status).toBe(401)
  })
})

describe('forgetting a device', () => {
  it('makes it show the second factor again', async () => {
    const person = await owner()
    const headers = await rememberedApp(person)
    const [{ id } = { id: '' }] = await devicesOf(person.token)
    const path = `/api/v1/auth/devices/${id}`
    const answer = await call(path, undefined, { method: 'DELETE', token: person.token })
    expect(answer.status).toBe(204)
    expect(cost(answer)).toMatchObject({ db: 1 })
    expect(await devicesOf(person.token)).toEqual([])
    expect(asksForFactor(await signIn(person.email, { headers }))).toBe(true)
    expect(await trailEntries(person.email, 'device.forgotten')).toHaveLength(1)
    const again = await call(path, undefined, { method: 'DELETE', token: person.token })
    expect([again.status, codeOf(again)]).toEqual([404, 'NOT_FOUND'])
  })

  it("finds nobody else's, and no malformed id", async () => {
    const [mine, other] = [await owner(), await owner()]
    await rememberedApp(other)
    const [{ id } = { id: '' }] = await devicesOf(other.token)
    for (const wrong of [id, 'x', crypto.randomUUID()]) {
      const answer = await call(`/api/v1/auth/devices/${wrong}`, undefined, {
        method: 'DELETE',
        token: mine.token,
      })
      expect([answer.status, codeOf(answer)]).toEqual([404, 'NOT_FOUND'])
    }
    expect(await devicesOf(other.token)).toHaveLength(1)
  })
})
