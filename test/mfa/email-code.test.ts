import { describe, expect, it } from 'vitest'
import { mailedCode, throttle } from '../../src/policy.ts'
import { codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  password,
  randomAddress,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { ageMailedCodes, row, rows, setUser, trailEntries } from '../support/database.ts'
import { hold } from '../support/lock.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'

/** One tenant that allows mailed codes serves all tests: their people are strangers to each other. */
const tenant = await newTenant({ emailFactor: true })
const { headers } = tenant

interface Owner {
  email: string
  token: string
  backupCodes: string[]
  /** Mails that the address has got. */
  mailed: number
}

interface CodeSent {
  sent_to: string
  expires_in: number
  retry_after: number
}

function post<T = Record<string, unknown>>(
  path: string,
  body: unknown,
  token?: string,
): Promise<Answer<T>> {
  return call<T>(`/api/v1/auth/${path}`, body, { headers, ...(token ? { token } : {}) })
}

async function sessionIn(within: TestTenant): Promise<{ email: string; token: string }> {
  const email = await preparedUserIn(within)
  const { body } = await signIn(email, { headers: within.headers })
  return { email, token: body.access_token }
}

async function newestCode(email: string, mailed: number): Promise<string> {
  const [mail] = (await mails(email, mailed)) as [Message]
  return codeIn(mail)
}

/** A person whose mailbox is the second factor. */
async function owner(): Promise<Owner> {
  const { email, token } = await sessionIn(tenant)
  await post('mfa/enable', { type: 'email' }, token)
  const code = await newestCode(email, 2)
  const { body } = await post<{ backup_codes: string[] }>(
    'mfa/confirm',
    { type: 'email', code },
    token,
  )
  await mails(email, 3)
  await ageMailedCodes(email, mailedCode.window)
  return { email, token, backupCodes: body.backup_codes, mailed: 3 }
}

async function pendingOf(email: string, changes = {}): Promise<{ token: string; types: string[] }> {
  const { body } = await signIn(email, { headers, ...changes })
  const { mfa_token: token, mfa_types: types } = body as unknown as {
    mfa_token: string
    mfa_types: string[]
  }
  return { token, types }
}

function challenge(mfa_token: string, type = 'email'): Promise<Answer<CodeSent>> {
  return post<CodeSent>('mfa/challenge', { mfa_token, type })
}

function verify(mfa_token: string, code: string, from?: string): Promise<Answer<Tokens>> {
  return call<Tokens>(
    '/api/v1/auth/mfa/verify',
    { mfa_token, type: 'email', code },
    { headers: from ? { ...headers, 'CF-Connecting-IP': from } : headers },
  )
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')))
}

function expectRefused(answer: Answer<unknown>): void {
  expect([answer.status, codeOf(answer)]).toEqual([401, 'MFA_CODE_INVALID'])
}

describe('setting up', () => {
  it('mails a code to the proven address and binds the mailbox by it', async () => {
    const { email, token } = await sessionIn(tenant)
    const enabled = await post('mfa/enable', { type: 'email' }, token)
    expect([enabled.status, enabled.body]).toEqual([
      200,
      {
        type: 'email',
        sent_to: `u***@example.com`,
        expires_in: mailedCode.life,
        retry_after: mailedCode.resendAfter,
      },
    ])
    expect(cost(enabled)).toEqual({ db: 2, do: 0, kv: 0, hash: 0 })
    const code = await newestCode(email, 2)
    const confirmed = await post<{ backup_codes: string[] }>(
      'mfa/confirm',
      { type: 'email', code },
      token,
    )
    expect(confirmed.body).toMatchObject({ mfa_enabled: true })
    expect(confirmed.body.backup_codes).toHaveLength(10)
    expect(cost(confirmed)).toEqual({ db: 2, do: 1, kv: 0, hash: 0 })
    const methods = await call('/api/v1/auth/mfa/methods', undefined, { token, headers })
    expect(methods.body).toMatchObject({
      mfa_enabled: true,
      methods: [{ type: 'email' }],
      mfa_types: expect.arrayContaining(['email', 'totp', 'webauthn']),
      has_password: true,
      step_up_types: ['backup_code', 'email'],
    })
    expect(await trailEntries(email, 'mfa.factor_added')).toMatchObject([{ reason: 'email' }])
  })

  it('is closed where the tenant does not allow it', async () => {
    const closed = await newTenant()
    const email = await preparedUserIn(closed)
    const { body } = await signIn(email, { headers: closed.headers })
    const options = { token: body.access_token, headers: closed.headers }
    const answer = await call('/api/v1/auth/mfa/enable', { type: 'email' }, options)
    expect(answer.status).toBe(422)
    expect(fieldCodes(answer)).toEqual(['type FACTOR_NOT_AVAILABLE'])
    expect(await mails(email)).toHaveLength(1)
    const methods = await call<{ mfa_types: string[] }>(
      '/api/v1/auth/mfa/methods',
      undefined,
      options,
    )
    expect(methods.body.mfa_types).not.toContain('email')
  })

  it.each(['sms', 'whatsapp'])(
    'by %s is not offered where the tenant sends no texts',
    async (type) => {
      const closed = await newTenant({ textChannels: [] })
      const { token } = await sessionIn(closed)
      const options = { token, headers: closed.headers }
      const body = { type, phone_e164: '+8801712345678' }
      const answer = await call('/api/v1/auth/mfa/enable', body, options)
      expect(answer.status).toBe(422)
      expect(fieldCodes(answer)).toEqual(['type FACTOR_NOT_AVAILABLE'])
    },
  )

  it('happens once', async () => {
    const person = await owner()
    await post('mfa/verify', { type: 'backup_code', code: person.backupCodes[0] }, person.token)
    const again = await post('mfa/enable', { type: 'email' }, person.token)
    expect([again.status, codeOf(again)]).toEqual([409, 'FACTOR_EXISTS'])
  })

  it('takes a code only in the session that asked for it', async () => {
    const { email, token } = await sessionIn(tenant)
    const other = (await signIn(email, { headers })).body.access_token
    await post('mfa/enable', { type: 'email' }, token)
    const code = await newestCode(email, 2)
    expectRefused(await post('mfa/confirm', { type: 'email', code }, other))
    expect((await post('mfa/confirm', { type: 'email', code }, token)).status).toBe(200)
  })

  it('is offered to a sign-in that must enrol a factor', async () => {
    const { email } = await sessionIn(tenant)
    await setUser(email, { roles: ['admin'] })
    const { body } = await signIn(email, { headers })
    expect(body).toMatchObject({ mfa_types: ['email', 'sms', 'totp', 'webauthn', 'whatsapp'] })
    const { enrollment_token: token } = body as unknown as { enrollment_token: string }
    expect((await post('mfa/enable', { type: 'email' }, token)).status).toBe(200)
    const code = await newestCode(email, 2)
    expect((await post('mfa/confirm', { type: 'email', code }, token)).status).toBe(200)
    expect((await pendingOf(email)).types).toEqual(['backup_code', 'email'])
  })

  it('by 50 at the same time binds it once', async () => {
    const { email, token } = await sessionIn(tenant)
    await post('mfa/enable', { type: 'email' }, token)
    const code = await newestCode(email, 2)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post('mfa/confirm', { type: 'email', code }, token)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})

describe('a sign-in', () => {
  it('is finished by a mailed code, with the level and the name of what was shown', async () => {
    const { email, mailed } = await owner()
    const { token, types } = await pendingOf(email)
    expect(types).toEqual(['backup_code', 'email'])
    const sent = await challenge(token)
    expect(sent.body).toEqual({
      sent_to: 'u***@example.com',
      expires_in: mailedCode.life,
      retry_after: mailedCode.resendAfter,
    })
    expect(cost(sent)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    const done = await verify(token, await newestCode(email, mailed + 1))
    expect(done.status).toBe(200)
    expect(cost(done)).toEqual({ db: 2, do: 1, kv: 0, hash: 0 })
    expect(claimsOf(done.body.access_token)).toMatchObject({
      amr: ['pwd', 'email', 'mfa'],
      acr: 'aal2',
    })
  })

  it('takes a code once', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const code = await newestCode(email, mailed + 1)
    const answers = await Promise.all(Array.from({ length: 5 }, () => verify(token, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expectRefused(await verify((await pendingOf(email)).token, code))
  })

  it('takes only the code that was sent for it', async () => {
    const { email, mailed } = await owner()
    const [first, second] = [await pendingOf(email), await pendingOf(email)]
    await challenge(first.token)
    const code = await newestCode(email, mailed + 1)
    expectRefused(await verify(second.token, code))
    expect((await verify(first.token, code)).status).toBe(200)
  })

  it('takes only the newest code', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const older = await newestCode(email, mailed + 1)
    await ageMailedCodes(email, mailedCode.resendAfter)
    await challenge(token)
    const newer = await newestCode(email, mailed + 2)
    expectRefused(await verify(token, older))
    expect((await verify(token, newer)).status).toBe(200)
  })

  it('takes no code after its time', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const code = await newestCode(email, mailed + 1)
    await ageMailedCodes(email, mailedCode.life)
    expectRefused(await verify(token, code))
  })

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('takes no %j', async (code) => {
    const { email } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const answer = await verify(token, code)
    expect(answer.status).toBe(code === '' ? 422 : 401)
  })

  it('takes none where none was asked for', async () => {
    const { email } = await owner()
    expectRefused(await verify((await pendingOf(email)).token, '000000'))
  })

  it('keeps a code as a keyed hash', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const code = await newestCode(email, mailed + 1)
    const { kept } = await row<{ kept: string }>(
      `select row_to_json(c)::text as kept from factor_codes c join users u on u.id = c.user_id
       where u.email = $1 and c.used_at is null`,
      [email],
    )
    expect(kept).not.toContain(`"${code}"`)
    const plain = await rows(`select 1 from factor_codes where code_hash = sha256($1::bytea)`, [
      code,
    ])
    expect(plain).toEqual([])
  })
})

describe('sending', () => {
  it('waits a minute between two codes, over all sign-ins', async () => {
    const { email } = await owner()
    const [first, second] = [await pendingOf(email), await pendingOf(email)]
    expect((await challenge(first.token)).status).toBe(200)
    for (const { token } of [first, second]) {
      const answer = await challenge(token)
      expect([answer.status, codeOf(answer)]).toEqual([429, 'RATE_LIMITED'])
      const wait = Number(answer.headers.get('Retry-After'))
      expect(wait).toBeGreaterThan(mailedCode.resendAfter - 10)
      expect(wait).toBeLessThanOrEqual(mailedCode.resendAfter)
    }
    await ageMailedCodes(email, mailedCode.resendAfter)
    expect((await challenge(second.token)).status).toBe(200)
  })

  it('stops after five in an hour, and says for how long', async () => {
    const { email } = await owner()
    const { token } = await pendingOf(email)
    for (let time = 0; time < mailedCode.perWindow; time += 1) {
      expect((await challenge(token)).status).toBe(200)
      await ageMailedCodes(email, mailedCode.resendAfter)
    }
    const answer = await challenge(token)
    expect([answer.status, codeOf(answer)]).toEqual([429, 'RATE_LIMITED'])
    const left = mailedCode.window - mailedCode.perWindow * mailedCode.resendAfter
    const wait = Number(answer.headers.get('Retry-After'))
    expect(wait).toBeGreaterThan(left - 30)
    expect(wait).toBeLessThanOrEqual(left)
    await ageMailedCodes(email, left)
    expect((await challenge(token)).status).toBe(200)
  })

  it('by 50 at the same time sends one', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    const answers = await Promise.all(Array.from({ length: 50 }, () => challenge(token)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array<number>(49).fill(429)])
    expect(await mails(email, mailed + 1)).toHaveLength(mailed + 1)
  })

  it('needs a pending sign-in, or a session', async () => {
    const answer = await challenge('ghm_nothing')
    expect([answer.status, codeOf(answer)]).toEqual([401, 'MFA_TOKEN_INVALID'])
    expect((await post('mfa/challenge', { type: 'email' })).status).toBe(401)
  })

  it('is refused for a factor that is none, or not sent', async () => {
    const { email, token } = await sessionIn(tenant)
    await setUser(email, { mfa_enabled: true })
    const pending = await pendingOf(email)
    for (const type of ['email', 'totp', 'sms', 'whatsapp', 'nonsense']) {
      const answer = await challenge(pending.token, type)
      expect(answer.status).toBe(422)
      expect(fieldCodes(answer)).toEqual(['type FACTOR_NOT_AVAILABLE'])
    }
    expect((await post('mfa/challenge', { type: 'email' }, token)).status).toBe(422)
  })
})

describe('who knows the password and no more', () => {
  it('neither replaces nor burns the code of another sign-in', async () => {
    const { email, mailed } = await owner()
    const [mine, theirs] = [await pendingOf(email), await pendingOf(email)]
    await challenge(mine.token)
    const code = await newestCode(email, mailed + 1)
    await ageMailedCodes(email, mailedCode.resendAfter)
    expect((await challenge(theirs.token)).status).toBe(200)
    for (let time = 0; time < mailedCode.failures; time += 1) {
      expectRefused(await verify(theirs.token, otherThan(code)))
    }
    expectRefused(await verify(theirs.token, await newestCode(email, mailed + 2)))
    expect((await verify(mine.token, code)).status).toBe(200)
  })

  it('does not use up what is sent to a device that the account knows', async () => {
    const { email, backupCodes } = await owner()
    const known = { headers: { ...headers, 'X-Install-Id': crypto.randomUUID() } }
    const { token: first } = await pendingOf(email, known)
    const shown = { mfa_token: first, type: 'backup_code', code: backupCodes[0] }
    expect((await call('/api/v1/auth/mfa/verify', shown, known)).status).toBe(200)

    const { token: stranger } = await pendingOf(email)
    const { token: own } = await pendingOf(email, known)
    for (const token of [stranger, own]) {
      for (let time = 0; time < mailedCode.perWindow; time += 1) {
        expect((await challenge(token)).status).toBe(200)
        await ageMailedCodes(email, mailedCode.resendAfter)
      }
      expect(codeOf(await challenge(token))).toBe('RATE_LIMITED')
    }
  })
})

describe('guessing', () => {
  it('costs two round trips and one call to a Durable Object, at each place', async () => {
    const { email } = await owner()
    const { token } = await pendingOf(email)
    const price = { db: 2, do: 1, kv: 0, hash: 0 }
    expect(cost(await verify(token, '000000'))).toEqual(price)
    await challenge(token)
    const wrong = await verify(token, '000000')
    expectRefused(wrong)
    expect(cost(wrong)).toEqual(price)

    const { token: session } = await sessionIn(tenant)
    await post('mfa/enable', { type: 'email' }, session)
    const unbound = await post('mfa/confirm', { type: 'email', code: '000000' }, session)
    expectRefused(unbound)
    expect(cost(unbound)).toEqual(price)
  })

  it('burns a code at the third wrong one', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const code = await newestCode(email, mailed + 1)
    for (let time = 0; time < mailedCode.failures; time += 1) {
      expectRefused(await verify(token, otherThan(code)))
    }
    expectRefused(await verify(token, code))
  })

  it('compares three of 49 wrong ones at the same time', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const code = await newestCode(email, mailed + 1)
    // Holds the code's row, so that as many stand before it at once as are admitted at all.
    const held = await hold(
      'select c.user_id from factor_codes c join users u on u.id = c.user_id where u.email = $1 for update of c',
      [email],
    )
    const answers = Array.from({ length: 49 }, () =>
      verify(token, otherThan(code), randomAddress()),
    )
    await held.until(throttle.freeFailures)
    await held.release()
    await Promise.all(answers)
    const { failures } = await row<{ failures: number }>(
      `select c.failures from factor_codes c join users u on u.id = c.user_id
       where u.email = $1 and c.used_at is null`,
      [email],
    )
    expect(failures).toBe(mailedCode.failures)
  })

  it('is not forgiven by a new code: after five the right one waits too', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    let sent = mailed
    for (let wrong = 0; wrong < throttle.freeFailures; wrong += 1) {
      if (wrong % 2 === 0) {
        await challenge(token)
        await ageMailedCodes(email, mailedCode.resendAfter)
        sent += 1
      }
      expectRefused(await verify(token, otherThan(await newestCode(email, sent))))
    }
    const answer = await verify(token, await newestCode(email, sent))
    expect([answer.status, codeOf(answer)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
  })

  it('is in the trail', async () => {
    const { email } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    await verify(token, '000000')
    expect(await trailEntries(email, 'mfa.code_sent')).toHaveLength(2)
    expect(await trailEntries(email, 'mfa.refused')).toMatchObject([{ reason: 'email' }])
  })
})

describe('one mailbox is one proof', () => {
  const renewed = 'vexing plum harbour 42'

  async function reset(email: string, mailed: number): Promise<void> {
    await post('forgot-password', { email })
    const [mail] = (await mails(email, mailed + 1)) as [Message]
    await post('reset-password', { token: tokenIn(mail), password: renewed })
  }

  it('so a code does not count for a day after a reset by mail, but every other factor does', async () => {
    const { email, mailed, backupCodes } = await owner()
    await reset(email, mailed)
    const pending = await pendingOf(email, { password: renewed })
    expect(pending.types).toEqual(['backup_code'])
    expect((await challenge(pending.token)).status).toBe(422)
    expectRefused(await verify(pending.token, '000000'))
    const code = { mfa_token: pending.token, type: 'backup_code', code: backupCodes[0] }
    expect((await post('mfa/verify', code)).status).toBe(200)

    await rows(
      `update password_credentials c set mailed_at = mailed_at - make_interval(secs => $2)
       from users u where u.id = c.user_id and u.email = $1`,
      [email, mailedCode.distrustAfterReset],
    )
    expect((await pendingOf(email, { password: renewed })).types).toEqual(['backup_code', 'email'])
  })

  it('also for a code that was sent before the reset', async () => {
    const { email, mailed } = await owner()
    const { token } = await pendingOf(email)
    await challenge(token)
    const code = await newestCode(email, mailed + 1)
    await reset(email, mailed + 1)
    const answer = await verify(token, code)
    expect(codeOf(answer)).toBe('MFA_TOKEN_INVALID')
  })

  it('and is no factor to enrol meanwhile', async () => {
    const { email } = await sessionIn(tenant)
    await reset(email, 1)
    const { body } = await signIn(email, { headers, password: renewed })
    const answer = await post('mfa/enable', { type: 'email' }, body.access_token)
    expect(fieldCodes(answer)).toEqual(['type FACTOR_NOT_AVAILABLE'])
  })

  it('while a password changed in a session leaves it as it was', async () => {
    const { email, token, backupCodes } = await owner()
    await post('mfa/verify', { type: 'backup_code', code: backupCodes[0] }, token)
    await call(
      '/api/v1/auth/change-password',
      { current_password: password, new_password: renewed },
      { method: 'PUT', token, headers },
    )
    expect((await pendingOf(email, { password: renewed })).types).toEqual(['backup_code', 'email'])
  })

  it('and does not count where the tenant no longer allows it', async () => {
    const other = await newTenant({ emailFactor: true })
    const email = await preparedUserIn(other)
    const { body } = await signIn(email, { headers: other.headers })
    const options = { token: body.access_token, headers: other.headers }
    await call('/api/v1/auth/mfa/enable', { type: 'email' }, options)
    const code = await newestCode(email, 2)
    await call('/api/v1/auth/mfa/confirm', { type: 'email', code }, options)
    await changeSettings(other, {}, 'not told')
    const pending = await signIn(email, { headers: other.headers })
    expect(pending.body).toMatchObject({ mfa_types: ['backup_code'] })
  })
})

describe('a session', () => {
  it('is raised by a code that was mailed for it', async () => {
    const { email, token, mailed } = await owner()
    const sent = await post('mfa/challenge', { type: 'email' }, token)
    expect(sent.status).toBe(200)
    const code = await newestCode(email, mailed + 1)
    const { token: pending } = await pendingOf(email)
    expectRefused(await verify(pending, code))
    const raised = await post<Tokens>('mfa/verify', { type: 'email', code }, token)
    expect(raised.status).toBe(200)
    expect(claimsOf(raised.body.access_token)).toMatchObject({ acr: 'aal2' })
  })

  it('removes the factor by a code of it', async () => {
    const { email, token, mailed } = await owner()
    await post('mfa/challenge', { type: 'email' }, token)
    const code = await newestCode(email, mailed + 1)
    expect((await post('mfa/disable', { type: 'email', code }, token)).status).toBe(204)
    expect((await signIn(email, { headers })).body).toHaveProperty('access_token')
  })
})

describe('backup codes', () => {
  it('are told of once when three are left, however they were used', async () => {
    const { email, token, mailed, backupCodes } = await owner()
    const use = (code: string | undefined) =>
      post('mfa/verify', { type: 'backup_code', code }, token)
    for (const code of backupCodes.slice(0, 6)) expect((await use(code)).status).toBe(200)
    expect(await mails(email, mailed)).toHaveLength(mailed)
    const { token: pending } = await pendingOf(email)
    const body = { mfa_token: pending, type: 'backup_code', code: backupCodes[6] }
    expect((await post('mfa/verify', body)).status).toBe(200)
    expect((await mails(email, mailed + 1))[0]?.subject).toBe('Few backup codes are left')
    expect((await use(backupCodes[7])).status).toBe(200)

    await scheduler.wait(500)
    expect(await mails(email, mailed + 1)).toHaveLength(mailed + 1)
  })

  it('are told of once where two are used at the same moment', async () => {
    const { email, token, mailed, backupCodes } = await owner()
    const use = (code: string | undefined) =>
      post('mfa/verify', { type: 'backup_code', code }, token)
    for (const code of backupCodes.slice(0, 4)) await use(code)
    await Promise.all(backupCodes.slice(4, 8).map(use))
    await mails(email, mailed + 1)
    await scheduler.wait(500)
    expect(await mails(email, mailed + 1)).toHaveLength(mailed + 1)
  })

  it('made anew are told of anew', async () => {
    const { email, token, mailed, backupCodes } = await owner()
    const use = (code: string | undefined) =>
      post('mfa/verify', { type: 'backup_code', code }, token)
    for (const code of backupCodes.slice(0, 7)) await use(code)
    await mails(email, mailed + 1)
    const { body } = await call<{ backup_codes: string[] }>(
      '/api/v1/auth/mfa/backup-codes',
      undefined,
      { method: 'POST', token, headers },
    )
    for (const code of body.backup_codes.slice(0, 7)) expect((await use(code)).status).toBe(200)
    const subjects = (await mails(email, mailed + 3)).slice(0, 3).map(({ subject }) => subject)
    const few = 'Few backup codes are left'
    expect(subjects.toSorted()).toEqual([few, few, 'New backup codes were made'])
  })
})

describe('beside an authenticator app', () => {
  it('is one factor more: either finishes a sign-in', async () => {
    const { email, token, mailed, backupCodes } = await owner()
    await post('mfa/verify', { type: 'backup_code', code: backupCodes[0] }, token)
    const { body: setup } = await post<{ secret: string }>('mfa/enable', { type: 'totp' }, token)
    const added = await post('mfa/confirm', { type: 'totp', code: totpOf(setup.secret) }, token)
    expect(added.body).toEqual({ mfa_enabled: true })
    const pending = await pendingOf(email)
    expect(pending.types).toEqual(['backup_code', 'email', 'totp'])
    await challenge(pending.token)
    const done = await verify(pending.token, await newestCode(email, mailed + 2))
    expect(done.status).toBe(200)
  })
})
