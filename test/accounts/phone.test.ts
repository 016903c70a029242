import { describe, expect, it } from 'vitest'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  randomPhone,
  signIn,
  type Tokens,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import { ageSession, row, rows, trailEntries } from '../support/database.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'

interface Sent {
  status: string
  challenge_id: string
  sent_to: string
}

function change(token: string, phone: string): Promise<Answer<Sent>> {
  return call<Sent>(`${auth}/me/phone`, { phone_e164: phone }, { token })
}

function prove(token: string, challenge_id: string, code: string): Promise<Answer> {
  return call(`${auth}/me/phone/verify`, { challenge_id, code }, { token })
}

async function codeTo(phone: string, count = 1): Promise<string> {
  return codeIn(((await mails(phone, count)) as [Message])[0])
}

async function changed(token: string, phone: string): Promise<Answer> {
  const { body } = await change(token, phone)
  return prove(token, body.challenge_id, await codeTo(phone))
}

/** As if another service had had the number, and was believed. */
async function takeOver(id: string, phone: string): Promise<void> {
  await row(
    'update users set phone_e164 = $2, phone_verified_at = now() where id = $1 returning id',
    [id, phone],
  )
  await rows(
    `insert into audit_events (id, tenant_id, user_id, action, outcome)
     select uuidv7(), tenant_id, id, 'account.imported', 'success' from users where id = $1`,
    [id],
  )
}

const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0')

describe('a change of the number', () => {
  it('takes the code that was sent there, and ends other sessions', async () => {
    const { email, access_token: token } = await preparedSignIn()
    const elsewhere = (await signIn(email)).body.access_token
    const phone = randomPhone()
    const sent = await change(token, phone)
    expect([sent.status, sent.body]).toEqual([
      202,
      {
        status: 'accepted',
        challenge_id: expect.any(String),
        sent_to: `${phone.slice(0, 4)}***${phone.slice(-3)}`,
        expires_in: 300,
        retry_after: 60,
      },
    ])
    expect(cost(sent)).toMatchObject({ db: 1, do: 1, hash: 0 })
    const answer = await prove(token, sent.body.challenge_id, await codeTo(phone))
    expect([answer.status, answer.body]).toMatchObject([
      200,
      { email, phone_e164: phone, phone_verified: true },
    ])
    expect(cost(answer)).toMatchObject({ db: 1, do: 1, hash: 0 })
    expect((await call(`${auth}/me`, undefined, { token })).status).toBe(200)
    expect((await call(`${auth}/me`, undefined, { token: elsewhere })).status).toBe(401)
    expect(await trailEntries(email, 'account.phone_changed')).toHaveLength(1)
  })

  it('is told by mail, and by a text to the old number', async () => {
    const { email, access_token: token } = await preparedSignIn()
    const [first, second] = [randomPhone(), randomPhone()]
    expect((await changed(token, first)).status).toBe(200)
    expect((await changed(token, second)).status).toBe(200)
    const texts = await mails(first, 2)
    expect(texts[0]?.text).toContain('no longer has this number')
    expect((await mails(email, 3))[0]?.subject).toBe('The phone number of your account was changed')
  })

  it('is told to no number that another service is said to have proven: no code was ever sent there', async () => {
    const { user, access_token: token } = await preparedSignIn()
    const [imported, second, third] = [randomPhone(), randomPhone(), randomPhone()]
    await takeOver(user.id, imported)
    expect((await changed(token, second)).status).toBe(200)
    expect((await changed(token, third)).status).toBe(200)
    expect(await rows('select from outbox where recipient = $1', [imported])).toEqual([])
    expect((await mails(second, 2))[0]?.text).toContain('no longer has this number')
  })

  it('is told to such a number all the same where somebody has signed in by it', async () => {
    const { user, session_id: id, access_token: token } = await preparedSignIn()
    const [imported, next] = [randomPhone(), randomPhone()]
    await takeOver(user.id, imported)
    await row("update sessions set amr = '{sms}' where id = $1 returning id", [id])
    expect((await changed(token, next)).status).toBe(200)
    expect((await mails(imported))[0]?.text).toContain('no longer has this number')
  })

  it('the link of its letter takes the number off again', async () => {
    const { email, user, access_token: token } = await preparedSignIn()
    const phone = randomPhone()
    await changed(token, phone)
    const [letter] = await mails(email, 2)
    const link = /not-me#token=([\w-]+)/.exec(letter?.text ?? '')?.[1]
    expect((await call(`${auth}/recover/not-me`, { token: link })).status).toBe(200)
    const left = await row('select phone_e164, phone_verified_at from users where id = $1', [
      user.id,
    ])
    expect(left).toEqual({ phone_e164: null, phone_verified_at: null })
  })

  it('moves a factor that texts the old number on to the new one', async () => {
    const { user, access_token: token } = await preparedSignIn()
    const [first, second, third] = [randomPhone(), randomPhone(), randomPhone()]
    await changed(token, first)
    await rows(
      `insert into factors (id, tenant_id, user_id, type, phone_e164)
       select gen_random_uuid(), tenant_id, id, t.type, t.phone from users,
         (values ('sms', $2), ('whatsapp', $3)) as t (type, phone) where id = $1`,
      [user.id, first, third],
    )
    expect((await changed(token, second)).status).toBe(200)
    const factors = await rows(
      'select type, phone_e164 from factors where user_id = $1 order by type',
      [user.id],
    )
    expect(factors).toEqual([
      { type: 'sms', phone_e164: second },
      { type: 'whatsapp', phone_e164: third },
    ])
  })

  it.each([
    [
      'a wrong code',
      async (token: string, challenge: string, code: string) =>
        prove(token, challenge, other(code)),
    ],
    [
      'another session, of the same account or not',
      async (_: string, challenge: string, code: string) =>
        prove((await preparedSignIn()).access_token, challenge, code),
    ],
    [
      'a challenge that nobody made',
      async (token: string, _: string, code: string) => prove(token, 'ghq_x', code),
    ],
  ])('refuses %s', async (_, attempt) => {
    const { user, access_token: token } = await preparedSignIn()
    const phone = randomPhone()
    const { body } = await change(token, phone)
    const answer = await attempt(token, body.challenge_id, await codeTo(phone))
    expect([answer.status, codeOf(answer)]).toEqual([400, 'CODE_INVALID'])
    const { phone_e164 } = await row<{ phone_e164: string | null }>(
      'select phone_e164 from users where id = $1',
      [user.id],
    )
    expect(phone_e164).toBeNull()
  })

  it('a code to sign in does not change a number, nor the reverse', async () => {
    const { access_token: token } = await preparedSignIn()
    const phone = randomPhone()
    const { body } = await change(token, phone)
    const code = await codeTo(phone)
    const signedIn = await call(`${auth}/otp/verify`, { challenge_id: body.challenge_id, code })
    expect([signedIn.status, codeOf(signedIn)]).toEqual([400, 'CODE_INVALID'])
    const number = randomPhone()
    const sent = await call<Sent>(`${auth}/otp/send`, { destination: number, type: 'phone' })
    const answer = await prove(token, sent.body.challenge_id, await codeTo(number))
    expect([answer.status, codeOf(answer)]).toEqual([400, 'CODE_INVALID'])
  })

  it('the code works once, of many at one moment too', async () => {
    const { access_token: token } = await preparedSignIn()
    const phone = randomPhone()
    const { body } = await change(token, phone)
    const code = await codeTo(phone)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => prove(token, body.challenge_id, code)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('a number that another account has proven stays there, and nobody is told before the code', async () => {
    const [theirs, mine] = [await preparedSignIn(), await preparedSignIn()]
    const phone = randomPhone()
    await changed(theirs.access_token, phone)
    await ageCodes(phone, 61)
    const sent = await change(mine.access_token, phone)
    expect(sent.status).toBe(202)
    const answer = await prove(mine.access_token, sent.body.challenge_id, await codeTo(phone, 2))
    expect([answer.status, codeOf(answer)]).toEqual([409, 'USER_EXISTS'])
  })

  it('asks for a fresh proof, with the second factor where there is one, and sends nothing', async () => {
    const [old, weak] = [await preparedSignIn(), await preparedSignIn()]
    await ageSession(old.session_id, 301)
    await addTotp(weak)
    const phone = randomPhone()
    for (const token of [old.access_token, weak.access_token]) {
      const answer = await change(token, phone)
      expect([answer.status, codeOf(answer)]).toEqual([403, 'STEP_UP_REQUIRED'])
    }
    expect(await rows('select id from outbox where recipient = $1', [phone])).toEqual([])
    const { access_token } = await preparedSignIn()
    expect((await change(access_token, phone)).status).toBe(202)
  })

  it.each<[string, (tenant: TestTenant, session: Tokens) => Promise<string | null>]>([
    [
      'the tenant became strict',
      async (tenant) => {
        await changeSettings(tenant, { assuranceProfile: 'strict' }, 'not told')
        return null
      },
    ],
    ['the account got one', async (_, session) => (await addTotp(session)).secret],
  ])('is not finished without the second factor where %s meanwhile', async (_, become) => {
    const tenant = await newTenant()
    const email = await preparedUserIn(tenant)
    const session = (await signIn(email, tenant)).body
    const phone = randomPhone()
    const { challenge_id } = (await change(session.access_token, phone)).body
    const code = await codeTo(phone)
    const secret = await become(tenant, session)
    const answer = await prove(session.access_token, challenge_id, code)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'STEP_UP_REQUIRED'])
    expect(answer.body).toMatchObject({ required_acr: 'aal2' })
    const numbers = () => row('select phone_e164 from users where email = $1', [email])
    expect(await numbers()).toEqual({ phone_e164: null })
    const shown = { type: 'totp', code: totpOf(secret ?? (await addTotp(session)).secret) }
    const raised = await call<Tokens>(`${auth}/mfa/verify`, shown, { token: session.access_token })
    // The code was not used up.
    const done = await prove(raised.body.access_token, challenge_id, code)
    expect(done.status).toBe(200)
    expect(await numbers()).toEqual({ phone_e164: phone })
  })

  it('is finished by a session that has grown old since', async () => {
    const { access_token: token, session_id } = await preparedSignIn()
    const phone = randomPhone()
    const { challenge_id } = (await change(token, phone)).body
    await ageSession(session_id, 301)
    expect((await prove(token, challenge_id, await codeTo(phone))).status).toBe(200)
  })
})
