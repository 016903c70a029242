import { describe, expect, it } from 'vitest'
import { mailBudget, backupCodes as policy, throttle } from '../../src/policy.ts'
import { type Authenticator, addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import { type Answer, call, cost, signIn, type Tokens } from '../support/client.ts'
import { ageSession, rows, trailEntries } from '../support/database.ts'
import { newKey } from '../support/key.ts'
import { newOwner, register } from '../support/passkey.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'

type Owner = Tokens & Authenticator & { email: string }

async function owner(): Promise<Owner> {
  const session = await preparedSignIn()
  return { ...session, ...(await addTotp(session)) }
}

async function pendingOf(email: string): Promise<string> {
  const { body } = await signIn(email)
  return (body as unknown as { mfa_token: string }).mfa_token
}

function verify(mfa_token: string, code: string | undefined): Promise<Answer<Tokens>> {
  return call<Tokens>('/api/v1/auth/mfa/verify', { mfa_token, type: 'backup_code', code })
}

function stepUp(token: string, code: string | undefined): Promise<Answer> {
  return call('/api/v1/auth/mfa/verify', { type: 'backup_code', code }, { token })
}

function renew(token: string): Promise<Answer<{ backup_codes: string[] }>> {
  return call('/api/v1/auth/mfa/backup-codes', undefined, { method: 'POST', token })
}

async function left(token: string): Promise<number> {
  const { body } = await call<{ backup_codes_left: number }>(
    '/api/v1/auth/mfa/methods',
    undefined,
    { token },
  )
  return body.backup_codes_left
}

function expectRefused(answer: Answer<unknown>): void {
  expect([answer.status, codeOf(answer)]).toEqual([401, 'MFA_CODE_INVALID'])
}

const fifty = Array.from({ length: 50 }, (_, index) => index)
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

describe('backup codes', () => {
  it('that are renewed without end flood no address', async () => {
    const { access_token: token, email, secret } = await owner()
    await call('/api/v1/auth/mfa/verify', { type: 'totp', code: totpOf(secret) }, { token })
    for (let time = 0; time <= mailBudget.perWindow; time += 1) {
      expect((await renew(token)).status).toBe(200)
    }
    const told = await rows(
      "select from outbox where recipient = $1 and letter = 'backup_codes_made'",
      [email],
    )
    expect(told).toHaveLength(mailBudget.perWindow)
  })

  it('are ten, of 80 secret bits each, found by a part that is not secret', async () => {
    const { backupCodes, user } = await owner()
    expect(new Set(backupCodes).size).toBe(10)
    for (const code of backupCodes) {
      expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){4}$/)
    }
    expect(policy.secretLength * Math.log2(alphabet.length)).toBeGreaterThanOrEqual(64)
    const stored = await rows<{ selector: string }>(
      'select selector from backup_codes where user_id = $1 order by selector',
      [user.id],
    )
    expect(stored.map(({ selector }) => selector)).toEqual(
      backupCodes.map((code) => code.slice(0, policy.selectorLength)).sort(),
    )
  })

  it('are shown once: no route and no column tells them again', async () => {
    const { backupCodes, user, access_token: token } = await owner()
    const { body: methods } = await call('/api/v1/auth/mfa/methods', undefined, { token })
    const stored = await rows(
      'select row_to_json(b)::text from backup_codes b where user_id = $1',
      [user.id],
    )
    const seen = JSON.stringify([methods, stored])
    for (const code of backupCodes) {
      const secret = code.replaceAll('-', '').slice(policy.selectorLength)
      expect(seen).not.toContain(code)
      expect(seen).not.toContain(secret)
    }
  })

  it('come with the first factor only, of whatever kind', async () => {
    const passkeyOwner = await newOwner()
    expect(passkeyOwner.registered.backup_codes).toHaveLength(10)
    const second = await register(passkeyOwner.access_token, await newKey(), 'security_key')
    expect(second.body).not.toHaveProperty('backup_codes')
    expect(await left(passkeyOwner.access_token)).toBe(10)
  })

  it('finish a sign-in in two round trips and one call to a Durable Object, with no slow hash', async () => {
    const { email, backupCodes } = await owner()
    const right = await verify(await pendingOf(email), backupCodes[0])
    expect([right.status, cost(right)]).toEqual([200, { db: 2, do: 1, kv: 0, hash: 0 }])
    const wrong = await verify(await pendingOf(email), '0000-0000-0000-0000-0000')
    expectRefused(wrong)
    expect(cost(wrong)).toEqual({ db: 2, do: 1, kv: 0, hash: 0 })
  })

  it('count down as they are used', async () => {
    const { email, backupCodes, access_token: token } = await owner()
    expect(await left(token)).toBe(10)
    await verify(await pendingOf(email), backupCodes[0])
    expect(await left(token)).toBe(9)
    await stepUp(token, backupCodes[1])
    expect(await left(token)).toBe(8)
  })

  it('work once, in a session too', async () => {
    const { email, backupCodes, access_token: token } = await owner()
    expect((await verify(await pendingOf(email), backupCodes[0])).status).toBe(200)
    expectRefused(await verify(await pendingOf(email), backupCodes[0]))
    expectRefused(await stepUp(token, backupCodes[0]))
    expect(await left(token)).toBe(9)
  })

  it('work once for fifty who show one at the same moment', async () => {
    const { email, backupCodes, access_token: token } = await owner()
    const pending = [await pendingOf(email), await pendingOf(email)]
    const answers = await Promise.all(
      fifty.map((n) => verify(pending[n % 2] ?? '', backupCodes[0])),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await trailEntries(email, 'session.opened')).toHaveLength(2)
    expect(await left(token)).toBe(9)
  })

  it('two different ones at the same moment finish one sign-in once, and one of them stays', async () => {
    const { email, backupCodes, access_token: token } = await owner()
    const pending = await pendingOf(email)
    const answers = await Promise.all([0, 1].map((n) => verify(pending, backupCodes[n])))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await left(token)).toBe(9)
  })

  it('two different ones at the same moment raise a session twice', async () => {
    const { backupCodes, access_token: token } = await owner()
    const answers = await Promise.all([0, 1].map((n) => stepUp(token, backupCodes[n])))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await left(token)).toBe(8)
  })

  it('may be typed in capitals, without hyphens, and with letters that look alike', async () => {
    const { backupCodes, access_token: token } = await owner()
    const typed = [
      (code: string) => code.toUpperCase(),
      (code: string) => ` ${code.replaceAll('-', ' ')} `,
      (code: string) => code.replaceAll('-', ''),
      (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
    ]
    for (const [index, type] of typed.entries()) {
      expect((await stepUp(token, type(backupCodes[index] ?? ''))).status).toBe(200)
    }
  })

  it("are none of another account's, and no half of one with another's half", async () => {
    const [mine, other] = [await owner(), await owner()]
    expectRefused(await stepUp(mine.access_token, other.backupCodes[0]))
    const [first = '', second = ''] = mine.backupCodes
    expectRefused(await stepUp(mine.access_token, first.slice(0, 4) + second.slice(4)))
    expect(await left(mine.access_token)).toBe(10)
  })

  it('are guessed at five times, then the right one waits too, and the app still works', async () => {
    const { email, backupCodes, secret, access_token: token } = await owner()
    const [right = '', ...others] = backupCodes
    const pending = await pendingOf(email)
    for (let n = 0; n < throttle.freeFailures; n += 1) {
      expectRefused(await verify(pending, right.slice(0, 4) + (others[n] ?? '').slice(4)))
    }
    const waiting = await verify(await pendingOf(email), right)
    expect([waiting.status, codeOf(waiting)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
    expect(codeOf(await stepUp(token, right))).toBe('TOO_MANY_ATTEMPTS')
    expect(await trailEntries(email, 'mfa.refused')).toMatchObject(
      Array(throttle.freeFailures).fill({ reason: 'backup_code' }),
    )
    const body = { mfa_token: pending, type: 'totp', code: totpOf(secret) }
    expect((await call('/api/v1/auth/mfa/verify', body)).status).toBe(200)
  })
})

describe('making new backup codes', () => {
  it('kills the old ones, used and unused', async () => {
    const { backupCodes, access_token: token, email } = await owner()
    await stepUp(token, backupCodes[0])
    const answer = await renew(token)
    expect(answer.status).toBe(200)
    expect(cost(answer)).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
    const { backup_codes: made } = answer.body
    expect(made).toHaveLength(10)
    expect(made.filter((code) => backupCodes.includes(code))).toEqual([])
    expect(await left(token)).toBe(10)
    expectRefused(await stepUp(token, backupCodes[0]))
    expectRefused(await stepUp(token, backupCodes[1]))
    expect((await stepUp(token, made[0])).status).toBe(200)
    expect(await trailEntries(email, 'mfa.backup_codes_made')).toHaveLength(1)
  })

  it('needs a factor shown within five minutes', async () => {
    const { backupCodes, access_token: token, session_id } = await owner()
    expect(codeOf(await renew(token))).toBe('STEP_UP_REQUIRED')
    await stepUp(token, backupCodes[0])
    await ageSession(session_id, 301)
    expect(codeOf(await renew(token))).toBe('STEP_UP_REQUIRED')
  })

  it('is refused to who has no second factor', async () => {
    const { access_token: token } = await preparedSignIn()
    const answer = await renew(token)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'FORBIDDEN'])
  })

  it('at the same moment by many leaves ten codes, all of one of them', async () => {
    const { backupCodes, access_token: token, user } = await owner()
    await stepUp(token, backupCodes[0])
    const answers = await Promise.all(Array.from({ length: 8 }, () => renew(token)))
    const made = answers.flatMap(({ body }) => (body.backup_codes ? [body.backup_codes] : []))
    expect(made.length).toBeGreaterThan(0)
    // Whoever was overtaken too often is told to come again.
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(8 - made.length)
    const stored = await rows<{ selector: string }>(
      'select selector from backup_codes where user_id = $1 order by selector',
      [user.id],
    )
    expect(made.map((codes) => codes.map((code) => code.slice(0, 4)).sort())).toContainEqual(
      stored.map(({ selector }) => selector),
    )
  })
})
