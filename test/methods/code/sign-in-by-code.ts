import { describe, expect, it } from 'vitest'
import {
  call,
  codeIn,
  cost,
  mails,
  randomEmail,
  randomPhone,
  registration,
  signIn,
} from '../../support/client.ts'
import { row, rows, setUser, trailEntries, userOf } from '../../support/database.ts'
import { hold } from '../../support/lock.ts'
import { preparedUser } from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'
import { newTenant } from '../../support/tenant.ts'
import { send, sentCode, verify, wrong } from './codes.ts'

/** Also run with a KV that is late, stale, empty or failing. */
export function signInByCode(): void {
  describe('a code', () => {
    it('by mail opens an account for a new address, with the mailbox proven', async () => {
      const email = randomEmail()
      const { challenge, code, message } = await sentCode(email)
      expect(message).toMatchObject({ channel: 'email', subject: 'Your sign-in code' })
      const { status, body } = await verify(challenge, code)
      expect(status).toBe(200)
      expect(body).toMatchObject({
        user_created: true,
        token_type: 'Bearer',
        user: { email, email_verified: true, phone_e164: null, status: 'active' },
      })
      const me = await call('/api/v1/auth/me', undefined, { token: body.access_token })
      expect(me.status).toBe(200)
    })

    it.each(['sms', 'whatsapp'])(
      'by %s opens an account for a new number, and finds it the next time',
      async (channel) => {
        const phone = randomPhone()
        const { challenge, code, message } = await sentCode(phone, { channel })
        expect(message.channel).toBe(channel)
        const { body } = await verify(challenge, code)
        expect(body).toMatchObject({
          user_created: true,
          user: { email: null, phone_e164: phone, phone_verified: true },
        })
        const tenantId = (await userByPhone(phone)).tenant_id
        expect(await rows('select amr from sessions where id = $1', [body.session_id])).toEqual([
          { amr: ['sms'] },
        ])
        expect(tenantId).toBeDefined()
      },
    )

    it('signs in to the account that its address proved before', async () => {
      const email = await preparedUser()
      const { challenge, code } = await sentCode(email, {}, {}, 2)
      const { body } = await verify(challenge, code)
      expect(body).toMatchObject({ user_created: false, user: { id: (await userOf(email)).id } })
      expect((await signIn(email)).status).toBe(200)
    })

    it('by POST /auth/whatsapp goes by WhatsApp', async () => {
      const phone = randomPhone()
      const { status, body } = await call('/api/v1/auth/whatsapp', { phone_e164: phone })
      expect(status).toBe(202)
      expect(body).toMatchObject({
        sent_to: expect.stringMatching(/^\+880\*\*\*\d{3}$/),
        expires_in: 300,
        retry_after: 60,
      })
    })

    it('says where it went without saying it', async () => {
      const email = randomEmail()
      const { body } = await send(email)
      expect(body).toEqual({
        challenge_id: expect.stringMatching(/^ghq_/),
        sent_to: 'u***@example.com',
        expires_in: 300,
        retry_after: 60,
      })
      expect(body.challenge_id).not.toContain(email)
    })

    it('costs one round trip and one object to send, two and one to redeem', async () => {
      for (const address of [randomEmail(), randomPhone(), await preparedUser()]) {
        const before = address.includes('@')
          ? await rows('select 1 from outbox where recipient = $1', [address])
          : []
        const sent = await send(address)
        expect(cost(sent)).toEqual({ db: 1, do: 1, kv: 0, hash: 0 })
        const [mail] = await mails(address, before.length + 1)
        const verified = await verify(sent.body.challenge_id, mail ? codeIn(mail) : '')
        expect(verified.status).toBe(200)
        expect(cost(verified)).toEqual({ db: 2, do: 1, kv: 1, hash: 0 })
      }
    })

    it('keeps what its owner accepted on the way', async () => {
      const email = randomEmail()
      const { challenge, code } = await sentCode(email)
      await verify(challenge, code, { terms_accepted: true, privacy_accepted: true })
      const { id } = await userOf(email)
      const kept = await rows('select kind from consents where user_id = $1 order by kind', [id])
      expect(kept).toEqual([{ kind: 'privacy' }, { kind: 'terms' }])
    })
  })

  describe('an account that was never proven', () => {
    it('belongs to who proves its address: the password that waited is dropped', async () => {
      const email = randomEmail()
      await call('/api/v1/auth/register', registration(email, { first_name: 'Mallory' }))
      const { challenge, code } = await sentCode(email, {}, {}, 2)
      const { body } = await verify(challenge, code)
      expect(body).toMatchObject({ user_created: false, user: { email, first_name: null } })
      expect((await signIn(email)).status).toBe(401)
      const { id } = await userOf(email)
      expect(
        await rows('select 1 from one_time_tokens where user_id = $1 and used_at is null', [id]),
      ).toEqual([])
      expect(await trailEntries(email, 'account.verified')).toHaveLength(1)
    })

    it('loses factors, keys, devices and sessions of whoever opened it without a proof', async () => {
      const tenant = await newTenant({ emailVerification: false })
      const email = randomEmail()
      const squatter = await call<{ access_token: string }>(
        '/api/v1/auth/register',
        registration(email),
        tenant,
      )
      expect(squatter.status).toBe(201)
      const { id } = await userOf(email)
      await rows(
        "insert into factors (id, tenant_id, user_id, type) values (gen_random_uuid(), $1, $2, 'totp')",
        [tenant.id, id],
      )
      await setUser(email, { mfa_enabled: true })
      const { challenge, code } = await sentCode(email, {}, tenant)
      const { status, body } = await verify(challenge, code, {}, tenant)
      expect([status, body.user.id]).toEqual([200, id])
      const { access_token: token } = squatter.body
      expect((await call('/api/v1/auth/me', undefined, { ...tenant, token })).status).toBe(401)
      expect(await rows('select 1 from factors where user_id = $1', [id])).toEqual([])
      expect(await rows('select 1 from password_credentials where user_id = $1', [id])).toEqual([])
    })
  })

  describe('an account that was taken over', () => {
    /** A statement of the stranger that holds the account when its owner comes, and ends before them. */
    async function whileItIsHeld<T>(email: string, statement: string, work: () => Promise<T>) {
      const account = 'select id, tenant_id from users where email = $1 for update'
      const held = await hold(account, [email], statement)
      const done = work()
      await held.until(1)
      await held.release()
      return done
    }

    it('keeps no identity that was being added at that moment', async () => {
      const tenant = await newTenant({ emailVerification: false })
      const email = randomEmail()
      await call('/api/v1/auth/register', registration(email), tenant)
      const { challenge, code } = await sentCode(email, {}, tenant)
      const subject = crypto.randomUUID()
      const answer = await whileItIsHeld(
        email,
        `insert into oauth_accounts (id, tenant_id, user_id, provider, subject)
       select gen_random_uuid(), tenant_id, id, 'google', '${subject}' from slept`,
        () => verify(challenge, code, {}, tenant),
      )
      expect(answer.status).toBe(200)
      expect(await rows('select 1 from oauth_accounts where subject = $1', [subject])).toEqual([])
    })

    it('keeps nothing of what was typed into it', async () => {
      const tenant = await newTenant({ emailVerification: false })
      const email = randomEmail()
      const typed = { first_name: 'Mallory', phone_e164: '+8801712345678', gender: 'other' }
      await call('/api/v1/auth/register', registration(email, typed), tenant)
      expect(await userOf(email)).toMatchObject(typed)
      const { challenge, code } = await sentCode(email, {}, tenant)
      const { body } = await verify(challenge, code, {}, tenant)
      expect(body.user).toMatchObject({ first_name: null, phone_e164: null, gender: null })
    })

    it('is none that has a role: there the mailbox is one factor', async () => {
      const tenant = await newTenant({ emailVerification: false })
      const email = randomEmail()
      await call('/api/v1/auth/register', registration(email), tenant)
      const { id } = await userOf(email)
      await rows(
        "insert into factors (id, tenant_id, user_id, type) values (gen_random_uuid(), $1, $2, 'totp')",
        [tenant.id, id],
      )
      await setUser(email, { mfa_enabled: true, roles: '{admin}' })
      const { challenge, code } = await sentCode(email, {}, tenant)
      const { body } = await verify(challenge, code, {}, tenant)
      expect(body).toMatchObject({ mfa_required: true, mfa_types: ['totp'] })
    })
  })

  describe('a refusal', () => {
    it('is one for wrong, used, foreign and made-up', async () => {
      const email = randomEmail()
      const { challenge, code } = await sentCode(email)
      const other = await sentCode(randomEmail())
      const tenant = await newTenant()
      const answers = [
        await verify(challenge, wrong(code)),
        await verify(other.challenge, code === other.code ? wrong(code) : code),
        await verify(challenge, code, {}, tenant),
        await verify(`${challenge.slice(0, -2)}AA`, code),
        await verify('ghq_a.b.c', code),
      ]
      await verify(challenge, code)
      answers.push(await verify(challenge, code))
      for (const answer of answers) {
        expect([answer.status, codeOf(answer)]).toEqual([400, 'CODE_INVALID'])
      }
    })

    it('burns the code at three, and a new code brings no new tries', async () => {
      const email = randomEmail()
      const { challenge, code } = await sentCode(email)
      for (let tries = 0; tries < 3; tries += 1) await verify(challenge, wrong(code))
      expect((await verify(challenge, code)).status).toBe(400)
    })

    it('comes for a second code within a minute, at the same cost for known and unknown', async () => {
      for (const email of [randomEmail(), await preparedUser()]) {
        await send(email)
        const refused = await send(email)
        expect([refused.status, codeOf(refused)]).toEqual([429, 'RATE_LIMITED'])
        expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(50)
        expect(refused.headers.get('RateLimit-Policy')).toContain('"codes"')
        expect(cost(refused)).toEqual({ db: 1, do: 1, kv: 0, hash: 0 })
      }
    })

    it('names the field of what is no address, and of a way that is closed', async () => {
      const asks: [Record<string, unknown>, string][] = [
        [{ destination: 'nobody', type: 'email' }, 'EMAIL_INVALID'],
        [{ destination: '12345', type: 'phone' }, 'PHONE_INVALID'],
        [{ destination: randomEmail(), type: 'email', channel: 'sms' }, 'CHANNEL_NOT_AVAILABLE'],
        [{ destination: randomPhone(), type: 'phone', channel: 'email' }, 'CHANNEL_NOT_AVAILABLE'],
      ]
      for (const [body, code] of asks) {
        const { status, body: problem } = await call<{ errors: { code: string }[] }>(
          '/api/v1/auth/otp/send',
          body,
        )
        expect([status, problem.errors.map((error) => error.code)]).toEqual([422, [code]])
      }
    })

    it('meets a disabled account only after the code', async () => {
      const email = await preparedUser()
      await setUser(email, { status: 'disabled' })
      const { challenge, code } = await sentCode(email, {}, {}, 2)
      const refused = await verify(challenge, code)
      expect([refused.status, codeOf(refused)]).toEqual([403, 'ACCOUNT_DISABLED'])
    })
  })

  it('leads to the second factor where the account has one', async () => {
    const email = await preparedUser()
    const { id, tenant_id } = await userOf(email)
    await rows(
      "insert into factors (id, tenant_id, user_id, type) values (gen_random_uuid(), $1, $2, 'totp')",
      [tenant_id, id],
    )
    await setUser(email, { mfa_enabled: true })
    const { challenge, code } = await sentCode(email, {}, {}, 2)
    const { body } = await verify(challenge, code)
    expect(body).toMatchObject({ mfa_required: true, mfa_types: ['totp'], user_created: false })
    expect(body).not.toHaveProperty('access_token')
  })

  it('opens one session for fifty who show one code', async () => {
    const email = randomEmail()
    const { challenge, code } = await sentCode(email)
    const answers = await Promise.all(Array.from({ length: 50 }, () => verify(challenge, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const { id } = await userOf(email)
    expect(await rows('select 1 from sessions where user_id = $1', [id])).toHaveLength(1)
  })

  it('sends one message to fifty who ask at once', async () => {
    for (const address of [randomEmail(), randomPhone()]) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(address)))
      expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
      expect(await rows('select 1 from outbox where recipient = $1', [address])).toHaveLength(1)
    }
  })
}

function userByPhone(phone: string) {
  return row<{ id: string; tenant_id: string }>('select * from users where phone_e164 = $1', [
    phone,
  ])
}
