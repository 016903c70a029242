import { describe, expect, it } from 'vitest'
import { oneTimeCode } from '../../../../src/policy.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  password,
  randomEmail,
  randomPhone,
} from '../../../support/client.ts'
import { ageCodes } from '../../../support/codes.ts'
import { row, rows } from '../../../support/database.ts'
import { codeOf, withoutRequestId } from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

const auth = '/api/v1/auth'
const consents = { terms_accepted: true, privacy_accepted: true }

function register(phone_e164: string, changes = {}, options = {}): Promise<Answer> {
  return call(`${auth}/register`, { phone_e164, password, ...consents, ...changes }, options)
}

function prove(phone_e164: string, code: string, options = {}): Promise<Answer> {
  return call(`${auth}/verify-email`, { phone_e164, code }, options)
}

function signIn(phone_e164: string, secret = password, options = {}): Promise<Answer> {
  return call(`${auth}/login`, { phone_e164, password: secret }, options)
}

async function codeFor(phone: string, count = 1): Promise<string> {
  const [text] = (await mails(phone, count)) as [Message]
  return codeIn(text)
}

function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

/** Also run with a KV that is late, stale, empty or failing. */
export function phoneRegistration(): void {
  describe('a registration by number alone', () => {
    it('sends a code by text, and takes effect with it', async () => {
      const phone = randomPhone()
      const { status, body } = await register(phone, { first_name: 'Rahim' })
      expect([status, body]).toEqual([
        202,
        {
          status: 'verification_required',
          phone_e164: phone,
          sent_to: expect.stringMatching(/^\+880\*\*\*\d{3}$/),
          expires_in: 300,
          retry_after: 60,
        },
      ])
      const [text] = (await mails(phone)) as [Message]
      expect(text.channel).toBe('sms')
      expect((await signIn(phone)).status).toBe(401)
      expect(await prove(phone, codeIn(text))).toMatchObject({
        status: 200,
        body: { status: 'verified' },
      })
      expect((await signIn(phone)).body).toMatchObject({
        user: { phone_e164: phone, phone_verified: true, email: null, first_name: 'Rahim' },
      })
      const kept = await rows(
        'select kind from consents c join users u on u.id = c.user_id where u.phone_e164 = $1',
        [phone],
      )
      expect(kept).toHaveLength(2)
    })

    it('answers and costs the same for a number that has an account, whose owner is told', async () => {
      const fresh = randomPhone()
      const tenant = await newTenant()
      const known = randomPhone()
      await rows(
        `insert into users (id, tenant_id, status, phone_e164, phone_verified_at)
       values (gen_random_uuid(), $1, 'active', $2, now())`,
        [tenant.id, known],
      )
      const [first, second] = [await register(fresh, {}, tenant), await register(known, {}, tenant)]
      expect(Object.keys(second.body)).toEqual(Object.keys(first.body))
      expect([first.status, second.status]).toEqual([202, 202])
      expect(cost(second)).toEqual(cost(first))
      expect(cost(first)).toEqual({ db: 1, do: 1, kv: 0, hash: 1 })
      const [text] = (await mails(known)) as [Message]
      expect(text.text).toContain('You have an account')
      expect(codeIn(text)).toBe('')
    })

    it('keeps one row for a number, and the last proven registration wins', async () => {
      const phone = randomPhone()
      await register(phone, { first_name: 'Mallory' })
      await mails(phone)
      await ageCodes(phone, oneTimeCode.resendAfter)
      await register(phone, { first_name: 'Rahim', password: 'another horse battery staple 7' })
      expect(await rows('select 1 from users where phone_e164 = $1', [phone])).toHaveLength(1)
      expect((await prove(phone, await codeFor(phone, 2))).status).toBe(200)
      const { body } = await signIn(phone, 'another horse battery staple 7')
      expect(body).toMatchObject({ user: { first_name: 'Rahim' } })
      expect((await signIn(phone)).status).toBe(401)
    })

    it('refuses wrong, used and foreign codes alike, and burns them at three', async () => {
      const phone = randomPhone()
      await register(phone)
      const code = await codeFor(phone)
      const first = await prove(phone, wrong(code))
      expect([first.status, codeOf(first)]).toEqual([400, 'TOKEN_INVALID'])
      const unknown = await prove(randomPhone(), code)
      expect(withoutRequestId(unknown)).toEqual(withoutRequestId(first))
      expect(cost(unknown)).toEqual(cost(first))
      await prove(phone, wrong(code))
      await prove(phone, wrong(code))
      expect((await prove(phone, code)).status).toBe(400)
    })

    it('is proven once by fifty at the same time', async () => {
      const phone = randomPhone()
      await register(phone)
      const code = await codeFor(phone)
      const answers = await Promise.all(Array.from({ length: 50 }, () => prove(phone, code)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    })

    it('waits a minute for a second code', async () => {
      const phone = randomPhone()
      await register(phone)
      expect(codeOf(await register(phone))).toBe('RATE_LIMITED')
    })

    it('is proven also where the tenant asks for no proof of addresses', async () => {
      const tenant = await newTenant({ emailVerification: false })
      expect((await register(randomPhone(), {}, tenant)).status).toBe(202)
    })

    it('takes an e-mail address where no texts are sent', async () => {
      const tenant = await newTenant({ textChannels: [] })
      const refused = await register(randomPhone(), {}, tenant)
      expect([refused.status, JSON.stringify(refused.body)]).toEqual([
        422,
        expect.stringContaining('EMAIL_REQUIRED'),
      ])
      expect((await register(randomPhone(), { email: randomEmail() }, tenant)).status).toBe(202)
    })

    it('gives the number to who proves it by a code for signing in: what waited is dropped', async () => {
      const tenant = await newTenant()
      const phone = randomPhone()
      await rows(
        `insert into users (id, tenant_id, status, phone_e164, first_name) values (gen_random_uuid(), $1, 'pending', $2, 'Mallory')`,
        [tenant.id, phone],
      )
      const sent = await call<{ challenge_id: string }>(
        `${auth}/otp/send`,
        { destination: phone, type: 'phone' },
        tenant,
      )
      const code = await codeFor(phone)
      const { body } = await call(
        `${auth}/otp/verify`,
        { challenge_id: sent.body.challenge_id, code },
        tenant,
      )
      expect(body).toMatchObject({ user_created: false, user: { phone_verified: true } })
      const { count } = await row<{ count: string }>(
        'select count(*) from users where phone_e164 = $1',
        [phone],
      )
      expect(Number(count)).toBe(1)
    })
  })
}
