import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { encode } from 'uqr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { throttle, totp } from '../../src/policy.ts'
import { type Authenticator, addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import { type Answer, call, cost, patience, signIn, type Tokens } from '../support/client.ts'
import { lettersFor, row, rows, setUser, trailEntries } from '../support/database.ts'
import { behind } from '../support/lock.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Setup {
  type: 'totp'
  secret: string
  provisioning_uri: string
  qr_code: string
  qr_svg: string
  expires_in: number
}

const fifty = Array.from({ length: 50 }, (_, index) => index)

// The clock of the service stands in the middle of a time step; a test moves it.
beforeEach(() => {
  const period = totp.period * 1_000
  const now = Math.floor(Date.now() / period) * period + period / 2
  vi.useFakeTimers({ toFake: ['Date'], now })
})
afterEach(() => void vi.useRealTimers())

function pass(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1_000)
}

const enable = (token: string) =>
  call<Setup>('/api/v1/auth/mfa/enable', { type: 'totp' }, { token })

const confirm = (token: string, code: string) =>
  call<{ backup_codes?: string[] }>('/api/v1/auth/mfa/confirm', { type: 'totp', code }, { token })

const stepUp = (token: string, code: string) =>
  call('/api/v1/auth/mfa/verify', { type: 'totp', code }, { token })

type Owner = Tokens & Authenticator & { email: string }

async function owner(): Promise<Owner> {
  const session = await preparedSignIn()
  return { ...session, ...(await addTotp(session)) }
}

async function pendingOf(email: string): Promise<string> {
  const { body } = await signIn(email)
  return (body as unknown as { mfa_token: string }).mfa_token
}

function verify(
  mfa_token: string,
  code: string,
  headers: Record<string, string> = {},
): Promise<Answer<Tokens>> {
  return call<Tokens>('/api/v1/auth/mfa/verify', { mfa_token, type: 'totp', code }, { headers })
}

function expectRefused(answer: Answer<unknown>): void {
  expect([answer.status, codeOf(answer)]).toEqual([401, 'MFA_CODE_INVALID'])
}

function otherThan(code: string, by = 1): string {
  return String((Number(code) + by) % 1_000_000).padStart(6, '0')
}

interface Factor {
  id: string
  sealed_secret: string
  last_step: string
  drift: number
}

function factorOf(email: string): Promise<Factor> {
  return row<Factor>(
    `select f.* from factors f join users u on u.id = f.user_id where u.email = $1`,
    [email],
  )
}

describe('setting up an authenticator app', () => {
  it('gives the seed as text, as a link and as a picture, in one round trip', async () => {
    const { access_token: token, email } = await preparedSignIn()
    const answer = await enable(token)
    expect(answer.status).toBe(200)
    expect(cost(answer)).toEqual({ db: 1, do: 1, kv: 0, hash: 0 })
    const { secret, provisioning_uri: uri, qr_code: png, qr_svg: svg, ...rest } = answer.body
    expect(rest).toEqual({ type: 'totp', expires_in: 600 })
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(decodeBase32IgnorePadding(secret)).toHaveLength(20)
    expect(uri).toBe(
      `otpauth://totp/Gatehouse:${encodeURIComponent(email)}?secret=${secret}&issuer=Gatehouse&algorithm=SHA1&digits=6&period=30`,
    )
    expect(await modulesOf(png)).toEqual(encode(uri, { border: 4 }).data)
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"[\s\S]*<\/svg>$/)
    expect(svg).not.toMatch(/<script|<image|href/)
  })

  it('bears the name of its tenant', async () => {
    const tenant = await newTenant({
      branding: {
        name: 'Acme Ltd',
        logoUrl: null,
        primaryColor: null,
        supportUrl: null,
        termsUrl: null,
        privacyUrl: null,
      },
    })
    const { body } = await signIn(await preparedUserIn(tenant), { headers: tenant.headers })
    const { provisioning_uri: uri } = (await enable(body.access_token)).body
    expect(uri).toMatch(/^otpauth:\/\/totp\/Acme%20Ltd:.*&issuer=Acme%20Ltd&/)
  })

  it('is finished by a first code: two round trips, no slow hash, ten backup codes, a letter', async () => {
    const { access_token: token, email } = await preparedSignIn()
    const { secret } = (await enable(token)).body
    const answer = await confirm(token, totpOf(secret))
    expect(answer.status).toBe(200)
    expect(cost(answer)).toMatchObject({ db: 2, kv: 0, hash: 0 })
    expect(cost(answer).do).toBeLessThanOrEqual(2)
    expect(answer.body).toEqual({ mfa_enabled: true, backup_codes: expect.any(Array) })
    expect(await lettersFor(email)).toContain('factor_added')
    expect(await trailEntries(email, 'mfa.factor_added')).toMatchObject([{ reason: 'totp' }])
  })

  it('takes the code of the step before, and uses it up', async () => {
    const { access_token: token, email } = await preparedSignIn()
    const { secret } = (await enable(token)).body
    const code = totpOf(secret, 1)
    expect((await confirm(token, code)).status).toBe(200)
    expectRefused(await verify(await pendingOf(email), code))
  })

  it.each([
    ['of the step to come', -1],
    ['of two steps ago', 2],
  ])('takes no code %s', async (_when, stepsAgo) => {
    const { access_token: token } = await preparedSignIn()
    const { secret } = (await enable(token)).body
    expectRefused(await confirm(token, totpOf(secret, stepsAgo)))
    expect((await confirm(token, totpOf(secret))).status).toBe(200)
  })

  it('lives for ten minutes', async () => {
    const { access_token: token } = await preparedSignIn()
    const { secret } = (await enable(token)).body
    pass(totp.setUpLife)
    expectRefused(await confirm(token, totpOf(secret)))
    pass(-1)
    expect((await confirm(token, totpOf(secret))).status).toBe(200)
  })

  it('is one at a time: a second one takes the place of the first', async () => {
    const { access_token: token } = await preparedSignIn()
    const [first, second] = [(await enable(token)).body, (await enable(token)).body]
    expect(second.secret).not.toBe(first.secret)
    expectRefused(await confirm(token, totpOf(first.secret)))
    expect((await confirm(token, totpOf(second.secret))).status).toBe(200)
  })

  it('is gone once it is confirmed: nothing of the seed stays beside the factor', async () => {
    const { access_token: token, user } = await preparedSignIn()
    const { secret } = (await enable(token)).body
    const stub = env.MFA_SETUP.getByName(user.id)
    const kept = () => runInDurableObject(stub, (_object, { storage }) => [...storage.kv.list()])
    expect(await kept()).toHaveLength(1)
    expect(JSON.stringify(await kept())).not.toContain(secret)
    await confirm(token, totpOf(secret, 1))
    await vi.waitFor(async () => expect(await kept()).toEqual([]), patience)
  })

  it('is not offered twice, and no code confirms what was never begun', async () => {
    const { access_token: token, secret } = await owner()
    expect((await stepUp(token, totpOf(secret))).status).toBe(200)
    const again = await enable(token)
    expect([again.status, codeOf(again)]).toEqual([409, 'FACTOR_EXISTS'])
    const { access_token: stranger } = await preparedSignIn()
    expectRefused(await confirm(stranger, '123456'))
  })

  it('by fifty who confirm at the same moment binds one factor with one set of codes', async () => {
    const { access_token: token, user } = await preparedSignIn()
    const { secret } = (await enable(token)).body
    const code = totpOf(secret)
    const answers = await Promise.all(fifty.map(() => confirm(token, code)))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    expect(won[0]?.body.backup_codes).toHaveLength(10)
    expect(await rows('select 1 from factors where user_id = $1', [user.id])).toHaveLength(1)
    expect(await rows('select 1 from backup_codes where user_id = $1', [user.id])).toHaveLength(10)
  })

  it('needs a fresh sign-in', async () => {
    const { access_token: token, session_id } = await preparedSignIn()
    await row(
      `update sessions set authenticated_at = now() - interval '6 minutes' where id = $1 returning id`,
      [session_id],
    )
    expect(codeOf(await enable(token))).toBe('STEP_UP_REQUIRED')
    expect(codeOf(await confirm(token, '123456'))).toBe('STEP_UP_REQUIRED')
  })
})

describe('a code of the app', () => {
  it('finishes a sign-in in two round trips and one call to a Durable Object', async () => {
    const { email, secret } = await owner()
    const answer = await verify(await pendingOf(email), totpOf(secret))
    expect(answer.status).toBe(200)
    expect(cost(answer)).toEqual({ db: 2, do: 1, kv: 0, hash: 0 })
  })

  it('counts for its step and the one after', async () => {
    const { email, secret } = await owner()
    const code = totpOf(secret)
    pass(totp.period)
    expect((await verify(await pendingOf(email), code)).status).toBe(200)
  })

  it('does not count two steps later', async () => {
    const { email, secret } = await owner()
    const code = totpOf(secret)
    pass(2 * totp.period)
    expectRefused(await verify(await pendingOf(email), code))
  })

  it('does not count before its step', async () => {
    const { email, secret } = await owner()
    expectRefused(await verify(await pendingOf(email), totpOf(secret, -1)))
  })

  it('works once in its step, at another sign-in and in a session too', async () => {
    const { email, secret, access_token } = await owner()
    const code = totpOf(secret)
    expect((await verify(await pendingOf(email), code)).status).toBe(200)
    expectRefused(await verify(await pendingOf(email), code))
    expectRefused(await stepUp(access_token, code))
  })

  it('of an earlier step does not work after a later one', async () => {
    const { email, secret } = await owner()
    pass(totp.period)
    const [earlier, later] = [totpOf(secret, 1), totpOf(secret)]
    expect((await verify(await pendingOf(email), later)).status).toBe(200)
    expectRefused(await verify(await pendingOf(email), earlier))
  })

  it('shown fifty times at the same moment finishes one of the sign-ins', async () => {
    const { email, secret } = await owner()
    const pending = [await pendingOf(email), await pendingOf(email)] as const
    const code = totpOf(secret)
    const answers = await Promise.all(fifty.map((n) => verify(pending[n % 2] ?? '', code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const others = new Set(answers.map((answer) => codeOf(answer)).filter(Boolean))
    const expected = ['MFA_CODE_INVALID', 'MFA_TOKEN_INVALID', 'TOO_MANY_ATTEMPTS']
    expect(expected).toEqual(expect.arrayContaining([...others]))
    expect(await trailEntries(email, 'session.opened')).toHaveLength(2)
  })

  it('tells how far the clock of the app is off', async () => {
    const { email, secret } = await owner()
    await verify(await pendingOf(email), totpOf(secret))
    expect(await factorOf(email)).toMatchObject({ drift: 0 })
    pass(2 * totp.period)
    await verify(await pendingOf(email), totpOf(secret, 1))
    expect(await factorOf(email)).toMatchObject({
      drift: -1,
      last_step: String(Math.floor(Date.now() / 30_000) - 1),
    })
  })

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])(
    'is nothing like %j',
    async (code) => {
      const { email } = await owner()
      const answer = await verify(await pendingOf(email), code)
      expect(['MFA_CODE_INVALID', 'VALIDATION_FAILED']).toContain(codeOf(answer))
    },
  )

  it("is worth nothing with another's pending sign-in", async () => {
    const [mine, other] = [await owner(), await owner()]
    expectRefused(await verify(await pendingOf(other.email), totpOf(mine.secret)))
  })
})

describe('the seed at rest', () => {
  it("opens in no other account's row", async () => {
    const [mine, victim] = [await owner(), await owner()]
    const { sealed_secret: sealed } = await factorOf(mine.email)
    const { id, sealed_secret: own } = await factorOf(victim.email)
    const plant = (text: string) =>
      row('update factors set sealed_secret = $2 where id = $1 returning id', [id, text])
    await plant(sealed)
    expectRefused(await verify(await pendingOf(victim.email), totpOf(mine.secret)))
    await plant(own)
    expect((await verify(await pendingOf(victim.email), totpOf(victim.secret))).status).toBe(200)
  })

  it('opens under the id of no other factor of the same account', async () => {
    const { email, secret } = await owner()
    await row(
      `update factors set id = $2 where id = (select f.id from factors f join users u on u.id = f.user_id
         where u.email = $1) returning id`,
      [email, crypto.randomUUID()],
    )
    expectRefused(await verify(await pendingOf(email), totpOf(secret)))
  })

  it('is in no column', async () => {
    const { email, secret } = await owner()
    const stored = JSON.stringify(await factorOf(email))
    expect(stored).not.toContain(secret)
    const hex = [...decodeBase32IgnorePadding(secret)].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    )
    expect(stored).not.toContain(hex.join(''))
  })
})

describe('guessing', () => {
  it('makes the right code wait after five, at every sign-in and from every address', async () => {
    const { email, secret, access_token } = await owner()
    const right = totpOf(secret)
    const [first, second] = [await pendingOf(email), await pendingOf(email)]
    for (let n = 1; n <= throttle.freeFailures; n += 1) {
      expectRefused(await verify(n % 2 ? first : second, otherThan(right, n)))
    }
    for (const answer of [await verify(second, right), await stepUp(access_token, right)]) {
      expect([answer.status, codeOf(answer)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    }
    expect(await trailEntries(email, 'mfa.refused')).toHaveLength(throttle.freeFailures)
  })

  it('is forgiven by a right code', async () => {
    const { email, secret } = await owner()
    const right = totpOf(secret)
    for (let n = 1; n < throttle.freeFailures; n += 1) {
      expectRefused(await verify(await pendingOf(email), otherThan(right, n)))
    }
    expect((await verify(await pendingOf(email), right)).status).toBe(200)
    const pending = await pendingOf(email)
    for (let n = 1; n <= throttle.freeFailures; n += 1) {
      expectRefused(await verify(pending, otherThan(right, n)))
    }
  })

  it('does not lock the owner out of a device that the account knows', async () => {
    const session = await preparedSignIn()
    const { secret } = await addTotp(session)
    const app = { 'X-Install-Id': crypto.randomUUID() }
    const known = async () => {
      const { body } = await signIn(session.email, { headers: app })
      return (body as unknown as { mfa_token: string }).mfa_token
    }
    expect((await verify(await known(), totpOf(secret), app)).status).toBe(200)
    pass(2 * totp.period)
    const stranger = await pendingOf(session.email)
    const right = totpOf(secret)
    for (let n = 1; n <= throttle.freeFailures; n += 1) await verify(stranger, otherThan(right, n))
    expect(codeOf(await verify(stranger, right))).toBe('TOO_MANY_ATTEMPTS')
    expect((await verify(await known(), right)).status).toBe(200)
  })
})

describe('a session opened before the factor', () => {
  it('has not proven it, and is raised by it', async () => {
    const { access_token: token, secret, email } = await owner()
    const renew = () => call('/api/v1/auth/mfa/backup-codes', undefined, { method: 'POST', token })
    expect(codeOf(await renew())).toBe('STEP_UP_REQUIRED')
    expect((await stepUp(token, totpOf(secret))).status).toBe(200)
    expect((await renew()).status).toBe(200)
    await setUser(email, { status: 'disabled' })
    expect(codeOf(await renew())).toBe('TOKEN_INVALID')
  })
})

/** The modules of a QR code in a data URL, read back from the PNG (ISO/IEC 15948): one bit a pixel, no filters. */
async function modulesOf(url: string): Promise<boolean[][]> {
  const prefix = 'data:image/png;base64,'
  expect(url.startsWith(prefix)).toBe(true)
  const png = Uint8Array.from(atob(url.slice(prefix.length)), (byte) => byte.charCodeAt(0))
  expect([...png.slice(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
  const view = new DataView(png.buffer)
  const chunks = new Map<string, Uint8Array<ArrayBuffer>>()
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at)
    chunks.set(
      String.fromCharCode(...png.slice(at + 4, at + 8)),
      png.slice(at + 8, at + 8 + length),
    )
    at += length + 12
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND'])
  const header = chunks.get('IHDR') ?? new Uint8Array()
  const width = new DataView(header.buffer).getUint32(0)
  expect([...header.slice(8)]).toEqual([1, 0, 0, 0, 0])
  const stream = new Blob([chunks.get('IDAT') ?? '']).stream()
  const inflated = stream.pipeThrough(new DecompressionStream('deflate'))
  const bytes = new Uint8Array(await new Response(inflated).arrayBuffer())
  const line = 1 + Math.ceil(width / 8)
  expect(bytes).toHaveLength(line * width)
  const isDark = (x: number, y: number) =>
    (((bytes[y * line + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 0
  const scale = 6
  return Array.from({ length: width / scale }, (_, y) =>
    Array.from({ length: width / scale }, (_, x) => isDark(x * scale + 2, y * scale + 2)),
  )
}

it('is not bound by a session whose authority is taken away while it waits', async () => {
  const { access_token: token, user } = await preparedSignIn()
  const { body } = await enable(token)
  const taken =
    'update users set authority_version = authority_version + 1 where id = $1 returning id'
  const [answer] = await behind(taken, user.id, [() => confirm(token, totpOf(body.secret))])
  expect(answer?.status).not.toBe(200)
  expect(await rows('select 1 from factors where user_id = $1', [user.id])).toEqual([])
})
