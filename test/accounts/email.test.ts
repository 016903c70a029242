import { describe, expect, it } from 'vitest'
import { addTotp } from '../support/authenticator.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  password,
  randomEmail,
  randomPhone,
  registration,
  signIn,
  tokenIn,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import {
  ageSession,
  ageTokens,
  lettersFor,
  row,
  rows,
  setUser,
  trailEntries,
  userOf,
} from '../support/database.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'

function change(token: string, email: string): Promise<Answer> {
  return call(`${auth}/me/email`, { email }, { token })
}

function prove(token: string): Promise<Answer> {
  return call(`${auth}/me/email/verify`, { token })
}

function undo(token: string): Promise<Answer> {
  return call(`${auth}/me/email/undo`, { token })
}

async function newest(to: string, count: number): Promise<Message> {
  return ((await mails(to, count)) as [Message])[0]
}

/** A person who has asked for another address: the links to the new one and to the old. */
async function asked(next = randomEmail()) {
  const session = await preparedSignIn()
  const answer = await change(session.access_token, next)
  expect([answer.status, answer.body]).toEqual([202, { status: 'accepted' }])
  const [confirm, back] = [await newest(next, 1), await newest(session.email, 2)]
  return { ...session, next, confirm: tokenIn(confirm), back: tokenIn(back) }
}

const emailOf = async (id: string) =>
  (await row<{ email: string | null }>('select email from users where id = $1', [id])).email

const endOf = (id: string) =>
  rows(
    "select outcome, reason from audit_events where user_id = $1 and action = 'account.deleted'",
    [id],
  )

describe('a change of the address', () => {
  it('waits for the proof of the new one, and is told to the old', async () => {
    const { user, next, email, access_token: token } = await asked()
    expect(await emailOf(user.id)).toBe(email)
    expect((await newest(next, 1)).subject).toBe('Confirm your new e-mail address')
    expect((await newest(email, 2)).subject).toBe('Your e-mail address is about to change')
    expect((await call(`${auth}/me`, undefined, { token })).body).toMatchObject({ email })
  })

  it('takes effect by the link: the asking session lives on, others end, both are told', async () => {
    const { user, next, email, access_token: token, confirm } = await asked()
    const other = (await signIn(email)).body
    const answer = await prove(confirm)
    expect([answer.status, answer.body]).toEqual([200, { status: 'email_changed' }])
    expect(cost(answer)).toMatchObject({ db: 1, do: 0, hash: 0 })
    const me = await call(`${auth}/me`, undefined, { token })
    expect([me.status, me.body.email, me.body.email_verified]).toEqual([200, next, true])
    expect((await call(`${auth}/me`, undefined, { token: other.access_token })).status).toBe(401)
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(next)).status).toBe(200)
    expect((await newest(email, 3)).subject).toBe('Your e-mail address was changed')
    expect((await newest(next, 2)).subject).toBe('This is now the address of your account')
    expect(await trailEntries(next, 'account.email_changed')).toHaveLength(1)
    expect(await emailOf(user.id)).toBe(next)
  })

  it('the link works once, of many at one moment too', async () => {
    const { confirm } = await asked()
    const answers = await Promise.all(Array.from({ length: 10 }, () => prove(confirm)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)])
    expect((await prove(confirm)).status).toBe(400)
  })

  it('a later wish takes the place of an earlier one', async () => {
    const first = await asked()
    const second = randomEmail()
    await change(first.access_token, second)
    expect((await prove(first.confirm)).status).toBe(400)
    expect((await prove(tokenIn(await newest(second, 1)))).status).toBe(200)
  })

  it.each([
    ['is too old', (email: string) => ageTokens(email, 25 * 3_600)],
    [
      'asked before the password changed',
      (email: string) =>
        row(
          'update users set authority_version = authority_version + 1 where email = $1 returning id',
          [email],
        ),
    ],
    ['is of a disabled account', (email: string) => setUser(email, { status: 'disabled' })],
  ])('does nothing by a link that %s', async (_, spoil) => {
    const { confirm, email, user } = await asked()
    await spoil(email)
    const answer = await prove(confirm)
    expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
    expect(await emailOf(user.id)).toBe(email)
  })

  it('voids what was mailed to the old address', async () => {
    const { confirm, email } = await asked()
    await call(`${auth}/forgot-password`, { email })
    const reset = tokenIn(await newest(email, 3))
    await prove(confirm)
    const answer = await call(`${auth}/reset-password`, {
      token: reset,
      password: 'vexing plum harbour 42',
    })
    expect(answer.status).toBe(400)
  })

  it('voids "this was not me" of letters to the old address, not the way back of its own letter', async () => {
    const { confirm, email, access_token: token, user } = await asked()
    const passwords = {
      current_password: password,
      new_password: 'vexing plum harbour 42',
    }
    await call(`${auth}/change-password`, passwords, { method: 'PUT', token })
    const denial = tokenIn(await newest(email, 3))
    expect(denial).toMatch(/^ghn_/)
    // A new password ends the wish; the account asks again.
    expect((await prove(confirm)).status).toBe(400)
    const next = randomEmail()
    expect((await change(token, next)).status).toBe(202)
    expect((await prove(tokenIn(await newest(next, 1)))).status).toBe(200)
    const answer = await call(`${auth}/recover/not-me`, { token: denial })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
    expect((await call(`${auth}/me`, undefined, { token })).status).toBe(200)
    expect((await undo(tokenIn(await newest(email, 5)))).status).toBe(200)
    expect(await emailOf(user.id)).toBe(email)
  })

  it('is not finished by whoever cannot show the second factor that has come since', async () => {
    const { email, confirm, user } = await asked()
    await addTotp((await signIn(email)).body)
    expect(codeOf(await prove(confirm))).toBe('TOKEN_INVALID')
    expect(await emailOf(user.id)).toBe(email)
  })

  it.each([
    ['signs out', 'logout'],
    ['is ended by its owner from elsewhere', 'owner'],
    ['dies of a used refresh token', 'reuse'],
  ])('is not finished where the session that asked for it %s', async (_name, how) => {
    const { email, confirm, access_token: token, refresh_token, session_id: id } = await asked()
    if (how === 'logout') await call(`${auth}/logout`, undefined, { method: 'POST', token })
    if (how === 'owner') {
      const options = { method: 'DELETE', token: (await signIn(email)).body.access_token }
      expect((await call(`${auth}/sessions/${id}`, undefined, options)).status).toBe(204)
    }
    if (how === 'reuse') {
      await row('update sessions set refresh_generation = 5 where id = $1 returning id', [id])
      expect(codeOf(await call(`${auth}/refresh`, { refresh_token }))).toBe('REFRESH_REUSED')
    }
    expect(codeOf(await prove(confirm))).toBe('TOKEN_INVALID')
  })

  it('a free and a taken address get the same answer by the same work', async () => {
    const [mine, theirs] = [await preparedSignIn(), await preparedSignIn()]
    const taken = await preparedUser()
    const [free, known] = [
      await change(mine.access_token, randomEmail()),
      await change(theirs.access_token, taken),
    ]
    expect([known.status, known.body, cost(known)]).toEqual([free.status, free.body, cost(free)])
    expect(cost(free)).toMatchObject({ db: 1, do: 1, hash: 0 })
    expect((await newest(taken, 2)).text).not.toContain('#token=')
    expect(await lettersFor(theirs.email)).toContain('email_taken')
  })

  it('goes to whoever proves the address first', async () => {
    const { confirm, next, user, email } = await asked()
    await call(`${auth}/register`, registration(next))
    await call(`${auth}/verify-email`, { token: tokenIn(await newest(next, 2)) })
    const answer = await prove(confirm)
    expect([answer.status, codeOf(answer)]).toEqual([409, 'USER_EXISTS'])
    expect(await emailOf(user.id)).toBe(email)
  })

  it('is not kept from an address by a registration that nobody proved, whose end is in the trail', async () => {
    const { confirm, next, user } = await asked()
    await call(`${auth}/register`, registration(next))
    const waiting = await userOf(next)
    expect((await prove(confirm)).status).toBe(200)
    expect(await emailOf(user.id)).toBe(next)
    expect(await endOf(waiting.id)).toEqual([{ outcome: 'success', reason: 'displaced' }])
  })

  it('asks for a fresh proof, with the second factor where there is one, and mails nobody', async () => {
    const [old, weak] = [await preparedSignIn(), await preparedSignIn()]
    await ageSession(old.session_id, 301)
    await addTotp(weak)
    const next = randomEmail()
    for (const token of [old.access_token, weak.access_token]) {
      const answer = await change(token, next)
      expect([answer.status, codeOf(answer)]).toEqual([403, 'STEP_UP_REQUIRED'])
    }
    expect(await rows('select id from outbox where recipient = $1', [next])).toEqual([])
  })

  it('refuses an address that takes no mail', async () => {
    const { access_token } = await preparedSignIn()
    const answer = await change(access_token, `somebody@${crypto.randomUUID()}.invalid`)
    expect([answer.status, fieldCodes(answer)]).toEqual([422, ['email EMAIL_DOMAIN_INVALID']])
  })

  it('sends one address no more than a letter a minute, whoever asks', async () => {
    const next = randomEmail()
    const [one, two] = [await preparedSignIn(), await preparedSignIn()]
    expect((await change(one.access_token, next)).status).toBe(202)
    expect((await change(two.access_token, next)).status).toBe(429)
    await ageCodes(next, 61, 'link')
    expect((await change(two.access_token, next)).status).toBe(202)
  })

  it('tells nothing to an old address that was never proven', async () => {
    const session = await preparedSignIn()
    const { email } = session
    await row(
      `update users set email_verified_at = null, phone_e164 = $2, phone_verified_at = now()
       where email = $1 returning id`,
      [email, randomPhone()],
    )
    const next = randomEmail()
    expect((await change(session.access_token, next)).status).toBe(202)
    expect((await prove(tokenIn(await newest(next, 1)))).status).toBe(200)
    expect(await mails(email)).toHaveLength(1)
    const links = `select 1 from one_time_tokens where user_id = $1 and purpose = 'undo_email'`
    expect(await rows(links, [session.user.id])).toEqual([])
  })
})

describe('the link of the letter to the old address', () => {
  it('stops a change that waits', async () => {
    const { back, confirm, email, user, access_token: token } = await asked()
    const answer = await undo(back)
    expect([answer.status, answer.body]).toEqual([200, { status: 'email_restored' }])
    expect(cost(answer)).toMatchObject({ db: 1, do: 0, hash: 0 })
    expect((await prove(confirm)).status).toBe(400)
    expect(await emailOf(user.id)).toBe(email)
    expect((await call(`${auth}/me`, undefined, { token })).status).toBe(401)
  })

  it('brings the address back: sessions end, the password works no more, both are told', async () => {
    const { back, confirm, email, next, user, access_token: token } = await asked()
    await prove(confirm)
    expect((await undo(back)).status).toBe(200)
    expect(await emailOf(user.id)).toBe(email)
    expect((await call(`${auth}/me`, undefined, { token })).status).toBe(401)
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(next)).status).toBe(401)
    const letter = await newest(email, 4)
    expect(letter.subject).toBe('Your e-mail address is back')
    expect((await newest(next, 3)).subject).toBe('This address was taken off an account')
    const chosen = { token: tokenIn(letter), new_password: 'vexing plum harbour 42' }
    expect((await call(`${auth}/recover/verify`, chosen)).status).toBe(200)
    expect((await signIn(email, { password: 'vexing plum harbour 42' })).status).toBe(200)
    expect((await undo(back)).status).toBe(400)
    expect(await trailEntries(email, 'account.email_restored')).toHaveLength(1)
  })

  it('also the one of the letter after the change, and after further changes', async () => {
    const first = await asked()
    await prove(first.confirm)
    const later = tokenIn(await newest(first.email, 3))
    const second = randomEmail()
    await change(first.access_token, second)
    await prove(tokenIn(await newest(second, 1)))
    expect(await emailOf(first.user.id)).toBe(second)
    expect((await undo(later)).status).toBe(200)
    expect(await emailOf(first.user.id)).toBe(first.email)
    expect((await undo(tokenIn(await newest(first.next, 3)))).status).toBe(400)
  })

  it('takes what was added since, and no factor from before', async () => {
    const session = await preparedSignIn()
    await addTotp(session)
    await row("update sessions set acr = 'aal2' where id = $1 returning id", [session.session_id])
    await rows(`update factors set created_at = now() - interval '1 day' where user_id = $1`, [
      session.user.id,
    ])
    const next = randomEmail()
    expect((await change(session.access_token, next)).status).toBe(202)
    await prove(tokenIn(await newest(next, 1)))
    await rows(
      `insert into factors (id, tenant_id, user_id, type) select gen_random_uuid(), tenant_id, id, 'email'
       from users where id = $1`,
      [session.user.id],
    )
    await rows(
      `insert into oauth_accounts (id, tenant_id, user_id, provider, subject)
       select gen_random_uuid(), tenant_id, id, 'google', id::text from users where id = $1`,
      [session.user.id],
    )
    const phone = randomPhone()
    await row(
      'update users set phone_e164 = $2, phone_verified_at = now() where id = $1 returning id',
      [session.user.id, phone],
    )
    expect((await undo(tokenIn(await newest(session.email, 3)))).status).toBe(200)
    const left = await row(
      `select array(select type from factors where user_id = u.id) as factors, mfa_enabled, phone_e164,
         array(select provider from oauth_accounts where user_id = u.id) as identities from users u where id = $1`,
      [session.user.id],
    )
    expect(left).toEqual({ factors: ['totp'], mfa_enabled: true, phone_e164: null, identities: [] })
  })

  it('makes a recovery wait where it takes the last factor, as a denial does', async () => {
    const session = await preparedSignIn()
    const { email, access_token: token } = session
    await change(token, randomEmail())
    const back = tokenIn(await newest(email, 2))
    await addTotp(session)
    expect((await undo(back)).status).toBe(200)
    const letters = await mails(email, 4)
    const restored = letters.find(({ subject }) => subject.includes('is back')) as Message
    const wish = { token: tokenIn(restored), new_password: 'vexing plum harbour 42' }
    const answer = await call(`${auth}/recover/verify`, wish)
    expect([answer.status, answer.body]).toMatchObject([202, { status: 'recovery_pending' }])
  })

  it('works for 72 hours', async () => {
    const [young, old] = [await asked(), await asked()]
    await ageTokens(young.email, 71 * 3_600)
    await ageTokens(old.email, 73 * 3_600)
    expect((await undo(young.back)).status).toBe(200)
    expect((await undo(old.back)).status).toBe(400)
  })

  it('against the change itself: whoever is first, the old address has the last word', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => asked()))
    for (const { confirm, back, user, email } of people) {
      const [, undone] = await Promise.all([prove(confirm), undo(back)])
      expect(undone.status).toBe(200)
      expect(await emailOf(user.id)).toBe(email)
    }
  })

  it.each(['wrong', `ghu_${'A'.repeat(43)}`, `ghw_${'A'.repeat(43)}`])(
    'is not %s',
    async (token) => {
      expect([codeOf(await undo(token)), codeOf(await prove(token))]).toEqual([
        'TOKEN_INVALID',
        'TOKEN_INVALID',
      ])
    },
  )
})

it('another tenant knows nothing of a link', async () => {
  const { confirm, back } = await asked()
  const { headers } = await newTenant()
  for (const [path, token] of [
    ['verify', confirm],
    ['undo', back],
  ]) {
    const answer = await call(`${auth}/me/email/${path}`, { token }, { headers })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
  }
  // Where they belong they still work: nothing was spent.
  expect((await prove(confirm)).status).toBe(200)
})
