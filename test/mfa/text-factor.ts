import { describe, expect, it } from 'vitest'
import { mailedCode, oneTimeCode } from '../../src/policy.ts'
import { sentCode, verify as verifyCode } from '../methods/code/codes.ts'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  type CallOptions,
  call,
  codeIn,
  type Message,
  mails,
  randomPhone,
  signIn,
  type Tokens,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import { ageMailedCodes, row, rows, trailEntries, userOf } from '../support/database.ts'
import { preparedSignIn, preparedUser, preparedUserIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'

const mfa = '/api/v1/auth/mfa'
type Channel = 'sms' | 'whatsapp'

async function textTo(phone: string, count = 1): Promise<{ message: Message; code: string }> {
  const [message] = (await mails(phone, count)) as [Message]
  return { message, code: codeIn(message) }
}

function enable(token: string, body: object, options: CallOptions = {}): Promise<Answer> {
  return call(`${mfa}/enable`, body, { ...options, token })
}

/** Somebody whose second factor is codes to a number. */
async function holder(
  type: Channel,
  phone = randomPhone(),
  tenant?: TestTenant,
): Promise<{ email: string; phone: string; token: string }> {
  const email = tenant ? await preparedUserIn(tenant) : await preparedUser()
  const token = (await signIn(email, tenant)).body.access_token
  const begun = await enable(token, { type, phone_e164: phone }, tenant)
  expect(begun.status).toBe(200)
  const { code } = await textTo(phone)
  const confirmed = await call(`${mfa}/confirm`, { type, code }, { ...tenant, token })
  expect([confirmed.status, confirmed.body]).toEqual([
    200,
    { mfa_enabled: true, backup_codes: expect.any(Array) },
  ])
  // As if a minute had passed since.
  await rows("update factor_sends set sent_at = sent_at - interval '1 minute' where user_id = $1", [
    (await userOf(email)).id,
  ])
  return { email, phone, token }
}

async function pending(
  email: string,
  options: CallOptions = {},
): Promise<{ mfa_token: string; mfa_types: string[] }> {
  const { body } = await signIn(email, options)
  return body as unknown as { mfa_token: string; mfa_types: string[] }
}

function challenge(
  mfa_token: string,
  type: Channel,
  options: CallOptions = {},
): Promise<Answer<{ sent_to: string }>> {
  return call(`${mfa}/challenge`, { mfa_token, type }, options)
}

function verify(mfa_token: string, type: Channel, code: string): Promise<Answer<Tokens>> {
  return call<Tokens>(`${mfa}/verify`, { mfa_token, type, code })
}

function wrong(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

/** Also run with a KV that is late, stale, empty or failing. */
export function textFactor(): void {
  describe.each(['sms', 'whatsapp'] as const)('%s as a second factor', (type) => {
    it('is bound by a code, listed without its number, and asked for at sign-in', async () => {
      const { email, phone, token } = await holder(type)
      const { body: list } = await call<{ methods: object[] }>(`${mfa}/methods`, undefined, {
        token,
      })
      expect(list.methods).toMatchObject([{ type, name: `+880***${phone.slice(-3)}` }])
      const { mfa_token, mfa_types } = await pending(email)
      expect(mfa_types).toEqual(['backup_code', type].sort())
      const sent = await challenge(mfa_token, type)
      expect([sent.status, sent.body]).toEqual([
        200,
        { sent_to: `+880***${phone.slice(-3)}`, expires_in: expect.any(Number), retry_after: 60 },
      ])
      const { message, code } = await textTo(phone, 2)
      expect(message.channel).toBe(type)
      const { status, body } = await verify(mfa_token, type, code)
      expect(status).toBe(200)
      const [session] = await rows('select amr, acr from sessions where id = $1', [body.session_id])
      expect(session).toEqual({ amr: ['pwd', 'sms', 'mfa'], acr: 'aal2' })
      expect((await verify(mfa_token, type, code)).status).toBe(401)
    })

    it('lets one of fifty by who show one code', async () => {
      const { email, phone } = await holder(type)
      const { mfa_token } = await pending(email)
      await challenge(mfa_token, type)
      const { code } = await textTo(phone, 2)
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => verify(mfa_token, type, code)),
      )
      expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1)
      const { id } = await userOf(email)
      const opened = await rows("select 1 from sessions where user_id = $1 and acr = 'aal2'", [id])
      expect(opened.length).toBeLessThanOrEqual(1)
    })
  })

  it('is burnt by three wrong codes', async () => {
    const { email, phone } = await holder('sms')
    const { mfa_token } = await pending(email)
    await challenge(mfa_token, 'sms')
    const { code } = await textTo(phone, 2)
    for (let tries = 0; tries < 3; tries += 1) {
      expect(codeOf(await verify(mfa_token, 'sms', wrong(code)))).toBe('MFA_CODE_INVALID')
    }
    expect((await verify(mfa_token, 'sms', code)).status).toBe(401)
    expect(await trailEntries(email, 'mfa.refused')).toHaveLength(4)
  })

  it('is sent once a minute, and a refusal counts no text', async () => {
    const tenant = await newTenant()
    const sent = () =>
      row("select sent from text_counts where tenant_id = $1 and prefix = '*'", [tenant.id])
    const { email } = await holder('sms', randomPhone(), tenant)
    const { mfa_token } = await pending(email, tenant)
    expect((await challenge(mfa_token, 'sms', tenant)).status).toBe(200)
    expect(await sent()).toEqual({ sent: 2 })
    const refused = await challenge((await pending(email, tenant)).mfa_token, 'sms', tenant)
    expect([refused.status, codeOf(refused)]).toEqual([429, 'RATE_LIMITED'])
    expect(await sent()).toEqual({ sent: 2 })
  })

  it('that no budget is left for is refused, and the refusal stands in the trail', async () => {
    const tenant = await newTenant()
    const { email } = await holder('sms', randomPhone(), tenant)
    const other = await preparedUserIn(tenant)
    const { access_token: token } = (await signIn(other, tenant)).body
    await changeSettings(tenant, { textsPerDay: 0 }, 'told')
    const refused = [
      await challenge((await pending(email, tenant)).mfa_token, 'sms', tenant),
      await enable(token, { type: 'sms', phone_e164: randomPhone() }, tenant),
    ]
    expect(refused.map((answer) => [answer.status, codeOf(answer)])).toEqual([
      [429, 'RATE_LIMITED'],
      [429, 'RATE_LIMITED'],
    ])
    for (const person of [email, other]) {
      expect(await trailEntries(person, 'code.refused')).toMatchObject([
        { reason: 'tenant_budget' },
      ])
    }
  })

  it('works only for the sign-in that it was sent for', async () => {
    const { email, phone } = await holder('sms')
    const [one, other] = [await pending(email), await pending(email)]
    await challenge(one.mfa_token, 'sms')
    const { code } = await textTo(phone, 2)
    expect((await verify(other.mfa_token, 'sms', code)).status).toBe(401)
    expect((await verify(one.mfa_token, 'sms', code)).status).toBe(200)
  })

  it('that sets a number up is none for the number that another session binds meanwhile', async () => {
    const { email, access_token: owner } = await preparedSignIn()
    const thief = (await signIn(email)).body.access_token
    const [planted, own] = [randomPhone(), randomPhone()]
    expect((await enable(thief, { type: 'sms', phone_e164: planted })).status).toBe(200)
    await ageMailedCodes(email, 60)
    expect((await enable(owner, { type: 'sms', phone_e164: own })).status).toBe(200)
    const bound = { type: 'sms', code: (await textTo(own)).code }
    expect((await call(`${mfa}/confirm`, bound, { token: owner })).status).toBe(200)
    const shown = { type: 'sms', code: (await textTo(planted)).code }
    const refused = await call(`${mfa}/verify`, shown, { token: thief })
    expect([refused.status, codeOf(refused)]).toEqual([401, 'MFA_CODE_INVALID'])
  })

  it.each(['sms', 'totp'])(
    'beside an authenticator app, with a code asked for: one of %s removes a factor',
    async (kind) => {
      const session = await preparedSignIn()
      const { email, access_token: token } = session
      const { secret, backupCodes } = await addTotp(session)
      const own = { token }
      const raise = { type: 'backup_code', code: backupCodes[0] }
      expect((await call(`${mfa}/verify`, raise, own)).status).toBe(200)
      const phone = randomPhone()
      await enable(token, { type: 'sms', phone_e164: phone })
      const bound = { type: 'sms', code: (await textTo(phone)).code }
      expect((await call(`${mfa}/confirm`, bound, own)).status).toBe(200)
      await ageMailedCodes(email, mailedCode.resendAfter)
      expect((await call(`${mfa}/challenge`, { type: 'sms' }, own)).status).toBe(200)
      const { code } = await textTo(phone, 2)

      const remove = (code: string) => call(`${mfa}/disable`, { type: 'totp', code }, own)
      expect(codeOf(await remove(wrong(code)))).toBe('MFA_CODE_INVALID')
      const refused = await trailEntries(email, 'mfa.refused')
      expect(refused.map(({ reason }) => reason)).toEqual(['sms', 'totp'])
      expect((await remove(kind === 'sms' ? code : totpOf(secret))).status).toBe(204)
    },
  )

  it('sends nothing to the number that the sign-in has begun with', async () => {
    const tenant = await newTenant()
    const { email, phone } = await holder('sms', randomPhone(), tenant)
    await rows('update users set phone_e164 = $2, phone_verified_at = now() where email = $1', [
      email,
      phone,
    ])
    await ageCodes(phone, oneTimeCode.window, 'code', tenant.id)
    const { challenge: id, code } = await sentCode(phone, {}, tenant, 2)
    const { body } = await verifyCode(id, code, {}, tenant)
    const refused = await challenge(body.mfa_token ?? '', 'sms', tenant)
    expect([refused.status, fieldCodes(refused)]).toEqual([422, ['type FACTOR_NOT_AVAILABLE']])
    expect(await rows('select 1 from outbox where recipient = $1', [phone])).toHaveLength(2)
  })

  it('is not offered to who has just signed in by the same number', async () => {
    const { email, phone } = await holder('sms')
    await rows('update users set phone_e164 = $2, phone_verified_at = now() where email = $1', [
      email,
      phone,
    ])
    const refused = await call<{ challenge_id: string }>('/api/v1/auth/whatsapp', {
      phone_e164: phone,
    })
    // The number was sent its first code a moment ago.
    expect(codeOf(refused)).toBe('RATE_LIMITED')
  })

  describe('a number', () => {
    it('is asked for where the account has none, and its own is taken where it has one', async () => {
      const { access_token: token, email } = await preparedSignIn()
      const refused = await enable(token, { type: 'sms' })
      expect([refused.status, fieldCodes(refused)]).toEqual([422, ['phone_e164 REQUIRED']])
      const phone = randomPhone()
      await rows('update users set phone_e164 = $2, phone_verified_at = now() where email = $1', [
        email,
        phone,
      ])
      expect((await enable(token, { type: 'sms' })).status).toBe(200)
      expect((await textTo(phone)).message.text).toContain('confirms your number')
    })

    it('is sent one code by fifty who name it at once', async () => {
      const phone = randomPhone()
      const sessions = await Promise.all(Array.from({ length: 10 }, () => preparedSignIn()))
      const answers = await Promise.all(
        sessions.map(({ access_token: token }) =>
          enable(token, { type: 'sms', phone_e164: phone }),
        ),
      )
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      expect(await rows('select 1 from outbox where recipient = $1', [phone])).toHaveLength(1)
    })

    it('cannot be bound twice, nor with a wrong code', async () => {
      const { token, phone } = await holder('sms')
      const again = await enable(token, { type: 'sms', phone_e164: randomPhone() })
      expect([403, 409]).toContain(again.status)
      const { access_token: other } = await preparedSignIn()
      await enable(other, { type: 'whatsapp', phone_e164: randomPhone() })
      const refused = await call(
        `${mfa}/confirm`,
        { type: 'whatsapp', code: (await textTo(phone)).code },
        { token: other },
      )
      expect(codeOf(refused)).toBe('MFA_CODE_INVALID')
    })
  })
}
