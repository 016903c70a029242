import { describe, expect, it } from 'vitest'
import { mailedCode, oneTimeCode, throttle } from '../../src/policy.ts'
import { sentCode, verify as verifyCode } from '../methods/code/codes.ts'
import { nativeProof, nativeSignIn, newPerson } from '../methods/social/browser.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  randomEmail,
  randomPhone,
  type Tokens,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import { ageSession, row, rows, trailEntries } from '../support/database.ts'
import { behind } from '../support/lock.ts'
import { newOwner } from '../support/passkey.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'

interface Signed {
  /** Where codes go. */
  to: string
  token: string
  session: string
  user: string
  headers: Record<string, string>
}

async function tokensOf(to: string, headers = {}, messages = 1): Promise<Tokens> {
  const { challenge, code } = await sentCode(to, {}, { headers }, messages)
  return (await verifyCode(challenge, code, {}, { headers })).body
}

/** Somebody without a password and a factor, whose session is old. */
async function codeOnly(to = randomEmail(), headers = {}): Promise<Signed> {
  const body = await tokensOf(to, headers)
  await ageSession(body.session_id, 301)
  const { access_token: token, session_id: session } = body
  return { to, token, session, user: body.user.id, headers }
}

async function byProvider(): Promise<Signed> {
  const person = newPerson()
  const { body } = await nativeSignIn('apple', await nativeProof('apple', person))
  await ageSession(body.session_id, 301)
  const { access_token: token, session_id: session } = body
  return { to: person.email, token, session, user: body.user.id, headers: {} }
}

const post = <T = Record<string, unknown>>(
  { token, headers }: Signed,
  path: string,
  body: unknown,
): Promise<Answer<T>> => call<T>(auth + path, body, { token, headers })

const challenge = (signed: Signed, type = 'email') => post(signed, '/mfa/challenge', { type })

const show = (signed: Signed, code: string, type = 'email') =>
  post<Tokens>(signed, '/mfa/verify', { type, code })

/** What the account is told that would raise its session. */
async function typesOf({ token, headers }: Signed): Promise<unknown> {
  const { body } = await call(`${auth}/mfa/methods`, undefined, { token, headers })
  return body.step_up_types
}

const enable = (signed: Signed) => post(signed, '/mfa/enable', { type: 'totp' })

async function newestCode(to: string, count: number): Promise<string> {
  return codeIn(((await mails(to, count)) as [Message])[0])
}

/** A code that was sent to raise a session. */
async function raisingCode(signed: Signed, before: number, type = 'email'): Promise<string> {
  expect((await challenge(signed, type)).status).toBe(200)
  return newestCode(signed.to, before + 1)
}

/** As if so long had passed since the codes that were sent to raise the sessions of an account. */
const rest = ({ user }: Signed, seconds: number) =>
  row(
    `update factor_sends set sent_at = sent_at - make_interval(secs => $2),
       window_at = window_at - make_interval(secs => $2) where user_id = $1 returning user_id`,
    [user, seconds],
  )

function claimsOf(token: string): { amr: string[]; acr: string } {
  const [, payload = ''] = token.split('.')
  const { amr, acr } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
  return { amr, acr }
}

function expectClosed(answer: Answer<unknown>): void {
  expect([answer.status, fieldCodes(answer)]).toEqual([422, ['type FACTOR_NOT_AVAILABLE']])
}

function expectWrong(answer: Answer<unknown>): void {
  expect([answer.status, codeOf(answer)]).toEqual([401, 'MFA_CODE_INVALID'])
}

const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('a mailed code raises the session of an account without password and factor', () => {
  it('that a mailed code has opened', async () => {
    const signed = await codeOnly()
    expect(codeOf(await enable(signed))).toBe('STEP_UP_REQUIRED')
    expect(await typesOf(signed)).toEqual(['email'])
    const asked = await challenge(signed)
    expect([asked.status, asked.body]).toEqual([
      200,
      {
        sent_to: 'u***@example.com',
        expires_in: mailedCode.life,
        retry_after: mailedCode.resendAfter,
      },
    ])
    expect(cost(asked)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    const [letter] = (await mails(signed.to, 2)) as [Message]
    expect(letter.subject).toBe('Your code to confirm')
    const raised = await show(signed, codeIn(letter))
    expect(raised.status).toBe(200)
    expect(cost(raised)).toEqual({ db: 2, do: 1, kv: 0, hash: 0 })
    const token = raised.body.access_token
    expect(claimsOf(token)).toEqual({ amr: ['email'], acr: 'aal1' })
    expect((await enable({ ...signed, token })).status).toBe(200)
    expect(await mails(signed.to, 2)).toHaveLength(2)
  })

  it('that a provider has opened, and its word adds nothing to the mailbox', async () => {
    const signed = await byProvider()
    const raised = await show(signed, await raisingCode(signed, 0))
    expect(claimsOf(raised.body.access_token)).toEqual({ amr: ['email'], acr: 'aal1' })
    expect(await row('select amr, acr from sessions where id = $1', [signed.session])).toEqual({
      amr: ['email'],
      acr: 'aal1',
    })
  })

  it('in Bengali', async () => {
    const to = randomEmail()
    const signed = await codeOnly(to, { 'Accept-Language': 'bn' })
    await raisingCode(signed, 1)
    expect((await mails(to, 2))[0]?.subject).toBe('নিশ্চিত করার কোড')
  })

  it('by a text, where the number is all that was proven', async () => {
    const signed = await codeOnly(randomPhone())
    expectClosed(await challenge(signed, 'email'))
    expect(await typesOf(signed)).toEqual(['sms', 'whatsapp'])
    const raised = await show(signed, await raisingCode(signed, 1, 'sms'), 'sms')
    expect(claimsOf(raised.body.access_token)).toEqual({ amr: ['sms'], acr: 'aal1' })
  })

  it('once, in the session that asked for it', async () => {
    const signed = await codeOnly()
    await ageCodes(signed.to, oneTimeCode.window)
    const { access_token: token } = await tokensOf(signed.to, {}, 2)
    const code = await raisingCode(signed, 2)
    expectWrong(await show({ ...signed, token }, code))
    expect((await show(signed, code)).status).toBe(200)
    expectWrong(await show(signed, code))
  })
})

describe('it is not for an account that has something else to show', () => {
  it('a password', async () => {
    const { access_token: token, email } = await preparedSignIn()
    const signed = { token, to: email, session: '', user: '', headers: {} }
    expectClosed(await challenge(signed))
    expect(await typesOf(signed)).toEqual(['password'])
    expect(await mails(email)).toHaveLength(1)
  })

  it('a second factor', async () => {
    const { access_token: token, email } = await newOwner({}, async () => {
      const signed = await codeOnly()
      await ageSession(signed.session, -301)
      return { email: signed.to, access_token: signed.token }
    })
    expectClosed(await challenge({ token, to: email, session: '', user: '', headers: {} }))
  })

  it('a mailbox beside the number', async () => {
    const signed = await codeOnly()
    await row(
      'update users set phone_e164 = $2, phone_verified_at = now() where id = $1 returning id',
      [signed.user, randomPhone()],
    )
    expectClosed(await challenge(signed, 'sms'))
    expect((await challenge(signed)).status).toBe(200)
  })

  it('an address that was never proven', async () => {
    const signed = await codeOnly()
    await row('update users set email_verified_at = null where id = $1 returning id', [signed.user])
    expectClosed(await challenge(signed))
  })

  it('a letter that has just taken the only factor back', async () => {
    const signed = await codeOnly()
    await row('update users set factors_denied_at = now() where id = $1 returning id', [
      signed.user,
    ])
    expectClosed(await challenge(signed))
  })
})

/** What makes an account one that may not be without a second factor, or gives it something stronger. */
const changes: Record<string, (signed: Signed, tenant: TestTenant) => string> = {
  'a role': ({ user }) => `update users set roles = '{member,admin}' where id = '${user}'`,
  'the tenant': (_, { id }) =>
    `update tenants set settings = settings || '{"require_mfa":true}' where id = '${id}'`,
  'a factor': ({ user }) => `update users set mfa_enabled = true where id = '${user}'`,
  'a password': ({ user }) =>
    `insert into password_credentials (user_id, tenant_id, hash, pepper_id)
     select id, tenant_id, 'x', 'x' from users where id = '${user}'`,
  'a denial': ({ user }) => `update users set factors_denied_at = now() where id = '${user}'`,
}

describe.each(Object.entries(changes))('once %s asks for more', (_name, change) => {
  it('nothing is sent, and what was sent raises nothing', async () => {
    const tenant = await newTenant()
    const [sent, unsent] = [
      await codeOnly(randomEmail(), tenant.headers),
      await codeOnly(randomEmail(), tenant.headers),
    ]
    const code = await raisingCode(sent, 1)
    await rows(change(sent, tenant))
    await rows(change(unsent, tenant))
    expectClosed(await challenge(unsent))
    expect(await typesOf(unsent)).not.toContain('email')
    expect(await mails(unsent.to)).toHaveLength(1)
    expectWrong(await show(sent, code))
  })
})

it.each([["roles = '{member,admin}'"], ['mfa_enabled = true']])(
  'nothing is raised where %s while the request waits for the account',
  async (change) => {
    const signed = await codeOnly()
    const code = await raisingCode(signed, 1)
    const statement = `update users set ${change} where id = $1 returning id`
    const [answer] = await behind(statement, signed.user, [() => show(signed, code)])
    expectWrong(answer as Answer<unknown>)
    expect(await row('select used_at from factor_codes where user_id = $1', [signed.user])).toEqual(
      {
        used_at: null,
      },
    )
  },
)

describe('limits', () => {
  it('one a minute and five an hour, whatever session asks', async () => {
    const signed = await codeOnly()
    for (let sent = 0; sent < mailedCode.perWindow; sent += 1) {
      expect((await challenge(signed)).status).toBe(200)
      const soon = await challenge(signed)
      expect([soon.status, codeOf(soon)]).toEqual([429, 'RATE_LIMITED'])
      await rest(signed, mailedCode.resendAfter)
    }
    expect(codeOf(await challenge(signed))).toBe('RATE_LIMITED')
  })

  it('a third wrong guess burns a code, and the count outlives it', async () => {
    const signed = await codeOnly()
    const code = await raisingCode(signed, 1)
    for (let wrong = 0; wrong < mailedCode.failures; wrong += 1) {
      expectWrong(await show(signed, otherThan(code)))
    }
    expectWrong(await show(signed, code))
    await rest(signed, mailedCode.resendAfter)
    const next = await raisingCode(signed, 2)
    expectWrong(await show(signed, otherThan(next)))
    expect(codeOf(await show(signed, next))).toBe('TOO_MANY_ATTEMPTS')
    expect(await trailEntries(signed.to, 'mfa.refused')).toHaveLength(throttle.freeFailures)
  })

  it('whoever shows the right one each time is never made to wait', async () => {
    const signed = await codeOnly()
    for (let time = 0; time <= throttle.freeFailures; time += 1) {
      const code = await raisingCode(signed, time + 1)
      expect((await show(signed, code)).status).toBe(200)
      await rest(signed, mailedCode.window)
    }
  })

  it('fifty at the same time raise it once', async () => {
    const signed = await codeOnly()
    const code = await raisingCode(signed, 1)
    const answers = await Promise.all(Array.from({ length: 50 }, () => show(signed, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })
})
