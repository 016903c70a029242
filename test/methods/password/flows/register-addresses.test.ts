import { describe, expect, it } from 'vitest'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  newUser,
  password,
  randomEmail,
  registration,
  signIn,
  tokenIn,
} from '../../../support/client.ts'
import { lettersFor, rows, setUser, trailEntries, userOf } from '../../../support/database.ts'
import { credentialOf } from '../../../support/password.ts'
import { comparableHeaders } from '../../../support/problem.ts'

const stranger = { password: 'vexing plum harbour 42', first_name: 'Mallory' }

function register(email: string, changes: Record<string, unknown> = {}): Promise<Answer> {
  return call('/api/v1/auth/register', registration(email, changes))
}

function verify(mail: Message | undefined): Promise<Answer> {
  return call('/api/v1/auth/verify-email', { token: tokenIn(mail as Message) })
}

describe('an address that has an account', () => {
  it('gets the answer of a free one, at the same cost', async () => {
    const [free, taken, waiting] = [randomEmail(), await newUser(), randomEmail()]
    await register(waiting)
    const first = await register(free)
    for (const email of [taken, waiting]) {
      const again = await register(email)
      expect(again.status).toBe(first.status)
      expect(again.body).toEqual({ ...first.body, email })
      expect(cost(again)).toEqual(cost(first))
      expect(comparableHeaders(again)).toEqual(comparableHeaders(first))
    }
    expect(cost(first)).toEqual({ db: 1, do: 0, kv: 0, hash: 1 })
  })

  it('keeps account and password, and its owner is told', async () => {
    const email = await newUser({ first_name: 'Ann' })
    const before = [await userOf(email), await credentialOf(email)]
    await register(email, stranger)

    const [mail] = await mails(email, 2)
    expect(mail?.subject).toBe('You already have an account')
    expect(tokenIn(mail as Message)).toBe('')
    const unchanged = { mail_window_count: expect.anything(), mail_window_at: expect.anything() }
    expect([await userOf(email), await credentialOf(email)]).toEqual([
      { ...before[0], ...unchanged },
      before[1],
    ])
    expect((await signIn(email)).status).toBe(200)
    expect((await signIn(email, stranger)).status).toBe(401)
    expect(await trailEntries(email, 'account.registered')).toMatchObject([
      { reason: null },
      { reason: 'address_taken' },
    ])
  })

  it('stays disabled where it was', async () => {
    const email = await newUser()
    await setUser(email, { status: 'disabled' })
    expect((await register(email)).status).toBe(202)
    expect((await userOf(email)).status).toBe('disabled')
    expect(await lettersFor(email)).toEqual(['verify_email', 'already_registered'])
  })

  it('is the same account in every spelling of case and domain', async () => {
    const name = crypto.randomUUID()
    const spellings = [
      `${name}@bücher.example`,
      `${name.toUpperCase()}@BÜCHER.example`,
      `${name}@xn--bcher-kva.example`,
      ` ${name}@bu\u0308cher.example `,
    ]
    const address = `${name}@xn--bcher-kva.example`
    for (const spelling of spellings) {
      expect((await register(spelling)).body).toEqual({
        status: 'verification_required',
        email: address,
      })
    }
    const accounts = await rows<{ email: string }>('select email from users where email ilike $1', [
      `%${name}%`,
    ])
    expect(accounts).toEqual([{ email: address }])

    await verify((await mails(address, 4))[0])
    for (const email of spellings) expect((await signIn(email)).status).toBe(200)
  })
})

describe('an address that waits for proof', () => {
  it('keeps one row, whoever registers it again', async () => {
    const email = randomEmail()
    await register(email)
    await register(email, stranger)
    expect(await rows('select id from users where email = $1', [email])).toHaveLength(1)
    expect((await userOf(email)).first_name).toBeNull()
  })

  it.each([
    ['after', 'the older'],
    ['before', 'the newer'],
  ])('belongs to whoever proves it: a stranger registered %s, %s link wins', async (when) => {
    const email = randomEmail()
    const own = { first_name: 'Ann', last_name: 'Lee', locale: 'en' }
    const inOrder = when === 'after' ? [own, stranger] : [stranger, own]
    for (const changes of inOrder) await register(email, changes)

    const newestFirst = await mails(email, 2)
    const [ownMail, strangersMail] = when === 'after' ? newestFirst.toReversed() : newestFirst
    expect((await verify(ownMail)).status).toBe(200)

    expect(await userOf(email)).toMatchObject({ ...own, status: 'active' })
    expect((await signIn(email, { password })).status).toBe(200)
    expect((await signIn(email, stranger)).status).toBe(401)
    expect((await verify(strangersMail)).status).toBe(400)
    expect(await userOf(email)).toMatchObject(own)
    const consents = await rows('select kind from consents where user_id = $1 order by kind', [
      (await userOf(email)).id,
    ])
    expect(consents).toEqual([{ kind: 'privacy' }, { kind: 'terms' }])
  })
})
