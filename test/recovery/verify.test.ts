import { describe, expect, it } from 'vitest'
import { oneTime, recovery, throttle } from '../../src/policy.ts'
import { codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  password,
  randomPhone,
  signIn,
  tokenIn,
} from '../support/client.ts'
import {
  ageTokens,
  lettersFor,
  row,
  rows,
  setUser,
  trailEntries,
  userOf,
} from '../support/database.ts'
import { hold } from '../support/lock.ts'
import { preparedSignIn, preparedUser, preparedUserIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'
import { linkFor, protectedUser, renewed, verify } from './recoveries.ts'

function expectDead(answer: Answer): void {
  expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
}

async function remains(email: string): Promise<Record<string, unknown>> {
  return row(
    `select mfa_enabled, (select count(*)::int from factors f where f.user_id = u.id) as factors,
       (select count(*)::int from backup_codes b where b.user_id = u.id) as codes
     from users u where email = $1`,
    [email],
  )
}

describe('without a second factor', () => {
  it('recovers at once, in two round trips, and gives no tokens', async () => {
    const { email, access_token: token } = await preparedSignIn()
    const answer = await verify(await linkFor(email, 1))
    expect([answer.status, answer.body]).toEqual([200, { status: 'recovered' }])
    expect(cost(answer)).toEqual({ db: 2, do: 0, kv: 0, hash: 2 })
    expect((await call('/api/v1/auth/me', undefined, { token })).status).toBe(401)
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(email, { password: renewed })).status).toBe(200)
    expect((await mails(email, 3))[0]?.subject).toBe('Your password was changed')
    expect(await trailEntries(email, 'recovery.completed')).toMatchObject([
      { outcome: 'success', reason: 'no_second_factor' },
    ])
  })

  it('recovers nothing where a second factor is added at this moment: the link stays', async () => {
    const email = await preparedUser()
    const token = await linkFor(email, 1)
    // Holds the account's row while the recovery, which has seen no factor, hashes its password.
    const adding = await hold(
      'select id from users where email = $1 for update',
      [email],
      'update users set mfa_enabled = true from slept where users.id = slept.id',
    )
    const refused = verify(token)
    await adding.until(1)
    await adding.release()
    expectDead(await refused)
    expect((await verify(token)).body).toMatchObject({ status: 'recovery_pending' })
  })

  it('has no use for a backup code', async () => {
    const answer = await verify(await linkFor(await preparedUser(), 1), { backup_code: 'whatever' })
    expect(answer.body).toEqual({ status: 'recovered' })
  })
})

describe('with a backup code', () => {
  it('recovers at once: the password is new, every factor and session is gone, the owner is told', async () => {
    const { email, backupCodes, access_token: token, refresh_token } = await protectedUser()
    const answer = await verify(await linkFor(email, 2), { backup_code: backupCodes[4] })
    expect([answer.status, answer.body]).toEqual([200, { status: 'recovered' }])
    expect(cost(answer)).toEqual({ db: 2, do: 1, kv: 0, hash: 2 })
    expect(await remains(email)).toEqual({ mfa_enabled: false, factors: 0, codes: 0 })
    expect((await call('/api/v1/auth/me', undefined, { token })).status).toBe(401)
    expect((await call('/api/v1/auth/refresh', { refresh_token })).status).toBe(401)
    expect((await signIn(email, { password: renewed })).body).toHaveProperty('access_token')
    expect((await mails(email, 4))[0]?.subject).toBe('Your account was recovered')
    expect(await trailEntries(email, 'recovery.completed')).toMatchObject([
      { reason: 'backup_code' },
    ])
  })

  it('answers a wrong one as any wrong code, and leaves link, password and factors alone', async () => {
    const { email, backupCodes } = await protectedUser()
    const token = await linkFor(email, 2)
    for (const backup_code of ['0000-0000-0000-0000-0000', 'x', totpOf('A'.repeat(32))]) {
      const answer = await verify(token, { backup_code })
      expect([answer.status, codeOf(answer)]).toEqual([401, 'MFA_CODE_INVALID'])
    }
    expect(await remains(email)).toEqual({ mfa_enabled: true, factors: 1, codes: 10 })
    expect((await signIn(email)).status).toBe(200)
    expect(await trailEntries(email, 'recovery.refused')).toHaveLength(3)
    expect((await verify(token, { backup_code: backupCodes[0] })).status).toBe(200)
  })

  it('takes no code that was used before', async () => {
    const { email, backupCodes, access_token: token } = await protectedUser()
    const shown = { type: 'backup_code', code: backupCodes[0] }
    expect((await call('/api/v1/auth/mfa/verify', shown, { token })).status).toBe(200)
    const answer = await verify(await linkFor(email, 2), { backup_code: backupCodes[0] })
    expect(codeOf(answer)).toBe('MFA_CODE_INVALID')
  })

  it("takes no one else's code", async () => {
    const [mine, other] = [await protectedUser(), await protectedUser()]
    const answer = await verify(await linkFor(mine.email, 2), { backup_code: other.backupCodes[0] })
    expect(codeOf(answer)).toBe('MFA_CODE_INVALID')
  })

  it('counts guesses before it compares them: after five the right one waits too, over every link', async () => {
    const { email, backupCodes } = await protectedUser()
    const token = await linkFor(email, 2)
    const wrong = { backup_code: '0000-0000-0000-0000-0000' }
    for (let time = 0; time < throttle.freeFailures; time += 1) await verify(token, wrong)
    const right = { backup_code: backupCodes[0] }
    for (const link of [token, await linkFor(email, 3)]) {
      const answer = await verify(link, right)
      expect([answer.status, codeOf(answer)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
      expect(cost(answer).hash).toBe(0)
      // Nor does it say what the password is.
      const guess = await verify(link, { ...wrong, new_password: password })
      expect([guess.status, codeOf(guess)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
    }
    expect((await signIn(email)).body).toHaveProperty('mfa_token')
  })
})

describe('without a code', () => {
  it('waits a day, in which nothing changes, and tells the owner', async () => {
    const { email, secret } = await protectedUser()
    const answer = await verify(await linkFor(email, 2))
    expect(answer.status).toBe(202)
    expect(cost(answer)).toEqual({ db: 2, do: 0, kv: 0, hash: 2 })
    const { status, completes_at: at } = answer.body as { status: string; completes_at: string }
    expect(status).toBe('recovery_pending')
    const wait = (Date.parse(at) - Date.now()) / 1_000
    expect(wait).toBeGreaterThan(recovery.delay - 60)
    expect(wait).toBeLessThanOrEqual(recovery.delay)

    expect((await signIn(email, { password: renewed })).status).toBe(401)
    const challenge = (await signIn(email)).body as unknown as { mfa_token: string }
    const code = totpOf(secret)
    const body = { mfa_token: challenge.mfa_token, type: 'totp', code }
    expect((await call('/api/v1/auth/mfa/verify', body)).status).toBe(200)
  })

  it('writes a letter with a link that cancels, and none that completes', async () => {
    const { email } = await protectedUser()
    const token = await linkFor(email, 2)
    await verify(token)
    const [letter] = (await mails(email, 4)) as [Message]
    expect(letter.subject).toBe('Your account is about to be recovered')
    expect(letter.text).toMatch(/http:\/\/localhost:8787\/recover\/cancel#token=ghc_[\w-]{43}\n/)
    expect(letter.text + letter.html).not.toContain(token)
    expect(await trailEntries(email, 'recovery.started')).toHaveLength(1)
  })

  it('texts a proven number as well, with the link that cancels, and counts the text', async () => {
    const { email } = await protectedUser()
    const number = randomPhone()
    await setUser(email, { phone_e164: number, phone_verified_at: new Date().toISOString() })
    const sentTo = (prefix: string) =>
      row<{ sent: number }>(
        'select coalesce(sum(sent), 0)::int as sent from text_counts where prefix = $1',
        [prefix],
      )
    const before = await sentTo('+880 BD')
    const answer = await verify(await linkFor(email, 2))
    expect([answer.status, cost(answer).db]).toEqual([202, 2])
    const [text] = (await mails(number)) as [Message]
    expect(text.text).toContain('is about to be recovered. Not you?')
    expect((await sentTo('+880 BD')).sent).toBeGreaterThan(before.sent)
    const link = /cancel#token=(ghc_[\w-]{43})/.exec(text.text)?.[1]
    expect((await call('/api/v1/auth/recover/cancel', { token: link })).status).toBe(204)
  })

  it('texts the number of a factor, whatever number the account has', async () => {
    const { email } = await protectedUser()
    const { id } = await userOf(email)
    const number = randomPhone()
    await setUser(email, { phone_e164: randomPhone() })
    await rows(
      `insert into factors (id, tenant_id, user_id, type, phone_e164)
       select gen_random_uuid(), tenant_id, id, 'whatsapp', $2 from users where id = $1 returning id`,
      [id, number],
    )
    const answer = await verify(await linkFor(email, 2))
    expect([answer.status, cost(answer).db]).toEqual([202, 2])
    const [text] = (await mails(number)) as [Message]
    expect(text.text).toContain('is about to be recovered. Not you?')
    const texted = await rows("select from outbox where user_id = $1 and channel = 'sms'", [id])
    expect(texted).toHaveLength(1)
  })

  it("texts the account's number where the tenant texts nobody in the country of the factor's", async () => {
    const tenant = await newTenant({ textRegions: ['BD'] })
    const email = await preparedUserIn(tenant)
    const { id } = await userOf(email)
    const number = randomPhone()
    const proven = { phone_e164: number, phone_verified_at: new Date().toISOString() }
    await setUser(email, { ...proven, mfa_enabled: true })
    await rows(
      `insert into factors (id, tenant_id, user_id, type, phone_e164)
       select gen_random_uuid(), tenant_id, id, 'sms', '+79161234567' from users where id = $1 returning id`,
      [id],
    )
    const { headers } = tenant
    const { length } = await mails(email, 0)
    await call('/api/v1/auth/recover', { email }, { headers })
    const [link] = (await mails(email, length + 1)) as [Message]
    expect((await verify(tokenIn(link), {}, headers)).status).toBe(202)
    expect(((await mails(number)) as [Message])[0].text).toContain('is about to be recovered')
  })

  it('texts a number once an hour, however often a recovery is begun', async () => {
    const { email } = await protectedUser()
    const number = randomPhone()
    await setUser(email, { phone_e164: number, phone_verified_at: new Date().toISOString() })
    const { id } = await userOf(email)
    const texts = () => rows("select from outbox where user_id = $1 and channel = 'sms'", [id])
    expect((await verify(await linkFor(email, 2))).status).toBe(202)
    expect((await verify(await linkFor(email, 4))).status).toBe(202)
    expect(await texts()).toHaveLength(1)
    await rows(
      `update audit_events set occurred_at = occurred_at - make_interval(secs => $2)
       where user_id = $1 and action = 'recovery.started' returning 1`,
      [id, recovery.textPause + 1],
    )
    expect((await verify(await linkFor(email, 6))).status).toBe(202)
    expect(await texts()).toHaveLength(2)
  })

  it('texts no number that only who imported the account vouches for', async () => {
    const { email } = await protectedUser()
    const proven = { phone_e164: randomPhone(), phone_verified_at: new Date().toISOString() }
    await setUser(email, proven)
    const { id, tenant_id } = await userOf(email)
    await rows(
      `insert into audit_events (id, tenant_id, user_id, action, outcome)
       values (uuidv7(), $1, $2, 'account.imported', 'success')`,
      [tenant_id, id],
    )
    expect((await verify(await linkFor(email, 2))).status).toBe(202)
    expect(await rows("select from outbox where user_id = $1 and channel = 'sms'", [id])).toEqual(
      [],
    )
  })

  it('texts no number that nobody proved', async () => {
    const { email } = await protectedUser()
    await setUser(email, { phone_e164: randomPhone(), phone_verified_at: null })
    expect((await verify(await linkFor(email, 2))).status).toBe(202)
    const { id } = await userOf(email)
    expect(await rows("select from outbox where user_id = $1 and channel = 'sms'", [id])).toEqual(
      [],
    )
  })

  it('keeps the new password as a hash only', async () => {
    const { email } = await protectedUser()
    await verify(await linkFor(email, 2))
    const { kept } = await row<{ kept: string }>(
      `select row_to_json(r)::text as kept from recoveries r join users u on u.id = r.user_id
       where u.email = $1`,
      [email],
    )
    expect(kept).toContain('$argon2id$')
    expect(kept).not.toContain(renewed)
  })
})

describe('a link', () => {
  it('is redeemed once', async () => {
    for (const user of [await protectedUser(), { ...(await preparedSignIn()), secret: '' }]) {
      const token = await linkFor(user.email, user.secret ? 2 : 1)
      await verify(token)
      expectDead(await verify(token, { new_password: 'another harbour plum 43' }))
    }
  })

  it('dies after an hour', async () => {
    const email = await preparedUser()
    const token = await linkFor(email, 1)
    await ageTokens(email, recovery.linkLife)
    expectDead(await verify(token))
  })

  it('is good only in its tenant, at its own endpoint, and for an active account', async () => {
    const { headers } = await newTenant()
    const email = await preparedUser()
    const token = await linkFor(email, 1)
    expectDead(await verify(token, {}, headers))
    expectDead(await call('/api/v1/auth/reset-password', { token, password: renewed }))
    expectDead(await call('/api/v1/auth/verify-email', { token }))
    await setUser(email, { status: 'disabled' })
    expectDead(await verify(token))
  })

  it('dies with a password reset', async () => {
    const email = await preparedUser()
    const token = await linkFor(email, 1)
    await call('/api/v1/auth/forgot-password', { email })
    const [mail] = (await mails(email, 3)) as [Message]
    const reset = /#token=([\w-]+)/.exec(mail.text)?.[1]
    await call('/api/v1/auth/reset-password', { token: reset, password: renewed })
    expectDead(await verify(token, { new_password: 'another harbour plum 43' }))
  })

  it.each(['', 'ghx_', `ghx_${'A'.repeat(43)}`, `ghp_${'A'.repeat(43)}`, 'ghx_ä'])(
    '%j is none, and costs no hash',
    async (token) => {
      const answer = await verify(token)
      expectDead(answer)
      expect(cost(answer).hash).toBe(0)
    },
  )

  it.each([
    ['abc', ['PASSWORD_TOO_SHORT', 'PASSWORD_TOO_WEAK']],
    ['correcthorsebatterystaple', ['PASSWORD_BREACHED']],
    [password, ['PASSWORD_REUSED']],
  ])(
    'stays unspent by the refused password %s; a code is counted before hashes are compared',
    async (next, codes) => {
      const { email, backupCodes } = await protectedUser()
      const token = await linkFor(email, 2)
      const refused = await verify(token, { new_password: next, backup_code: backupCodes[0] })
      expect(refused.status).toBe(422)
      expect(cost(refused).do).toBe(codes.includes('PASSWORD_REUSED') ? 1 : 0)
      expect(fieldCodes(refused)).toEqual(codes.map((code) => `new_password ${code}`))
      expect(await lettersFor(email)).toEqual(['verify_email', 'factor_added', 'recover'])
      expect((await verify(token, { backup_code: backupCodes[0] })).status).toBe(200)
    },
  )

  it.each([
    ['without a code', undefined],
    ['with a code that nothing asks for', '0000-0000-0000-0000-0000'],
  ])('is presented so often and no more %s', async (_name, backup_code) => {
    const email = await preparedUser()
    const token = await linkFor(email, 1)
    const shown = { new_password: password, ...(backup_code ? { backup_code } : {}) }
    for (let tries = 0; tries < oneTime.presentations; tries += 1) {
      const refused = await verify(token, shown)
      expect(fieldCodes(refused)).toEqual(['new_password PASSWORD_REUSED'])
      expect(cost(refused)).toEqual({ db: 1, do: 0, kv: 0, hash: 1 })
    }
    expectDead(await verify(token))
    expect((await verify(await linkFor(email, 2))).status).toBe(200)
  })

  it('names every field that is missing or unknown', async () => {
    const answer = await call('/api/v1/auth/recover/verify', { token: 'x', password: renewed })
    expect(fieldCodes(answer)).toEqual(['new_password REQUIRED', 'password UNKNOWN_FIELD'])
  })
})
