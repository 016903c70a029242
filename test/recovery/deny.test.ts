import { describe, expect, it } from 'vitest'
import { denial, recovery } from '../../src/policy.ts'
import { nativeProof, nativeSignIn, newPerson, signInWith } from '../methods/social/browser.ts'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
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
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { ageCodes } from '../support/codes.ts'
import {
  ageRecovery,
  ageTokens,
  lettersFor,
  row,
  rows,
  setUser,
  trailEntries,
} from '../support/database.ts'
import { newKey } from '../support/key.ts'
import { newOwner, register, registerOptions, signInByKey } from '../support/passkey.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'
import {
  cancel,
  complete,
  linkFor,
  pendingRecovery,
  protectedUser,
  renewed,
  verify,
} from './recoveries.ts'

const auth = '/api/v1/auth'

function deny(token: string, headers = {}): Promise<Answer> {
  return call(`${auth}/recover/not-me`, { token }, { headers })
}

/** The link of the newest letter that carries one, once there are so many mails. */
async function denialOf(email: string, count: number): Promise<string> {
  const mail = (await mails(email, count)).find(({ text }) => text.includes('/recover/not-me#'))
  return tokenIn(mail as Message)
}

interface State {
  mfa: boolean
  factors: number
  codes: number
  devices: number
  sessions: number
  passwords: number
}

function stateOf(email: string): Promise<State> {
  return row<State & Record<string, unknown>>(
    `select u.mfa_enabled as mfa,
       (select count(*)::int from factors f where f.user_id = u.id)
         + (select count(*)::int from webauthn_credentials k where k.user_id = u.id) as factors,
       (select count(*)::int from backup_codes b where b.user_id = u.id) as codes,
       (select count(*)::int from devices d where d.user_id = u.id) as devices,
       (select count(*)::int from sessions s where s.user_id = u.id and s.revoked_at is null) as sessions,
       (select count(*)::int from password_credentials c where c.user_id = u.id) as passwords
     from users u where u.email = $1`,
    [email],
  )
}

function expectDead(answer: Answer<unknown>): void {
  expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
}

/** An account of a tenant that asks for no proof of its address, and the link of the letter about its new password. */
async function unverified({ headers }: TestTenant): Promise<{ email: string; link: string }> {
  const email = randomEmail()
  const { body } = await call<Tokens>(`${auth}/register`, registration(email), { headers })
  const change = { current_password: password, new_password: renewed }
  const options = { method: 'PUT', headers, token: body.access_token }
  const changed = await call(`${auth}/change-password`, change, options)
  expect(changed.status).toBe(204)
  const [letter] = (await mails(email)) as [Message]
  return { email, link: tokenIn(letter) }
}

async function changePassword(token: string): Promise<void> {
  const body = { current_password: password, new_password: renewed }
  const answer = await call(`${auth}/change-password`, body, { method: 'PUT', token })
  expect(answer.status).toBe(204)
}

describe('"this was not me", of a factor that was added', () => {
  it('ends every session, takes factor and password away, and mails a recovery, in one round trip', async () => {
    const intruder = await protectedUser()
    const { email } = intruder
    const answer = await deny(await denialOf(email, 2))
    expect([answer.status, answer.body]).toEqual([200, { status: 'recovery_started' }])
    expect(cost(answer)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(await stateOf(email)).toEqual({
      mfa: false,
      factors: 0,
      codes: 0,
      devices: 0,
      sessions: 0,
      passwords: 0,
    })
    const me = await call(`${auth}/me`, undefined, { token: intruder.access_token })
    expect(me.status).toBe(401)
    const refreshed = await call(`${auth}/refresh`, { refresh_token: intruder.refresh_token })
    expect(refreshed.status).toBe(401)
    expect(codeOf(await signIn(email))).toBe('INVALID_CREDENTIALS')
    expect(await lettersFor(email)).toEqual(['verify_email', 'factor_added', 'recover'])

    const [mail] = (await mails(email, 3)) as [Message]
    expect((await verify(tokenIn(mail))).body).toMatchObject({ status: 'recovery_pending' })
    expect(await trailEntries(email, 'recovery.change_denied')).toMatchObject([
      { outcome: 'success', reason: 'factor_added' },
    ])
    expect(await trailEntries(email, 'mfa.factor_removed')).toMatchObject([{ reason: 'totp' }])
  })

  it('of new backup codes takes the codes away, and leaves the factor', async () => {
    const owner = await newOwner()
    const codes = await call(`${auth}/mfa/backup-codes`, undefined, {
      method: 'POST',
      token: owner.access_token,
    })
    expect(codes.status).toBe(200)
    expect((await mails(owner.email, 3))[0]?.subject).toBe('New backup codes were made')
    expect((await deny(await denialOf(owner.email, 3))).status).toBe(200)
    expect(await stateOf(owner.email)).toMatchObject({ mfa: true, factors: 1, codes: 0 })
  })

  it('takes away the codes that were made after the change that it tells of', async () => {
    const owner = await newOwner()
    await changePassword(owner.access_token)
    const link = await denialOf(owner.email, 3)
    const options = { method: 'POST', token: owner.access_token }
    expect((await call(`${auth}/mfa/backup-codes`, undefined, options)).status).toBe(200)
    expect((await deny(link)).status).toBe(200)
    expect(await stateOf(owner.email)).toMatchObject({ mfa: true, factors: 1, codes: 0 })
  })

  it('leaves the factors that it does not tell of', async () => {
    const owner = await newOwner()
    await mails(owner.email, 2)
    const planted = await newKey()
    await register(owner.access_token, planted)
    expect((await deny(await denialOf(owner.email, 3))).status).toBe(200)
    expect(await stateOf(owner.email)).toMatchObject({ mfa: true, factors: 1, codes: 10 })
    expect((await signInByKey(planted)).status).toBe(400)
    expect((await signInByKey(owner.key)).status).toBe(200)
  })

  it('kills what was half done: a pending sign-in, and links of before', async () => {
    const { email, secret } = await protectedUser()
    const { body } = await signIn(email)
    const { mfa_token } = body as unknown as { mfa_token: string }
    const earlier = await linkFor(email, 2)
    const token = await denialOf(email, 3)
    expect((await deny(token)).status).toBe(200)
    const shown = { mfa_token, type: 'totp', code: totpOf(secret) }
    expect(codeOf(await call(`${auth}/mfa/verify`, shown))).toBe('MFA_TOKEN_INVALID')
    expectDead(await verify(earlier))
  })

  it('ends a recovery that waits', async () => {
    const { email, token } = await pendingRecovery()
    const letters = await mails(email, 4)
    const added = letters.find(({ text }) => text.includes('/recover/not-me#')) as Message
    expect((await deny(tokenIn(added))).status).toBe(200)
    expectDead(await call(`${auth}/recover/complete`, { token }))
  })
})

describe('"this was not me", of the only factor', () => {
  /** The mailbox alone has removed the factor; `recover` is what it was mailed for that. */
  async function withoutFactor() {
    const user = await protectedUser()
    expect((await deny(await denialOf(user.email, 2))).status).toBe(200)
    const [mail] = (await mails(user.email, 3)) as [Message]
    return { ...user, recover: tokenIn(mail) }
  }

  const ageDenial = (email: string, seconds: number) =>
    row(
      `update users set factors_denied_at = factors_denied_at - make_interval(secs => $2)
       where email = $1 returning id`,
      [email, seconds],
    )

  it.each([
    ['', {}],
    [', whatever code is shown', { backup_code: '0000-0000-0000-0000-0000' }],
  ])('is worth no more than a recovery with it: that waits%s, and is told', async (_, shown) => {
    const { email, recover } = await withoutFactor()
    const answer = await verify(recover, shown)
    expect([answer.status, answer.body]).toMatchObject([202, { status: 'recovery_pending' }])
    expect(cost(answer)).toMatchObject({ db: 2, do: 0 })
    expect(await stateOf(email)).toMatchObject({ passwords: 0, sessions: 0 })
    expect(codeOf(await signIn(email, { password: renewed }))).toBe('INVALID_CREDENTIALS')
    expect(codeOf(await complete(recover))).toBe('RECOVERY_PENDING')
    expect(await lettersFor(email)).toContain('recovery_pending')

    await ageRecovery(email, recovery.delay)
    expect((await complete(recover)).status).toBe(200)
    expect((await signIn(email, { password: renewed })).body).toHaveProperty('access_token')
  })

  it('the owner can cancel what waits', async () => {
    const { email, recover } = await withoutFactor()
    await verify(recover)
    const [letter] = (await mails(email, 4)) as [Message]
    expect((await cancel(tokenIn(letter))).status).toBe(204)
    await ageRecovery(email, recovery.delay)
    expectDead(await complete(recover))
  })

  it('waits for a link that was asked for afterwards too, until a day has gone by', async () => {
    const { email } = await withoutFactor()
    await ageDenial(email, recovery.delay - 60)
    const early = await linkFor(email, 3)
    expect((await verify(early)).body).toMatchObject({ status: 'recovery_pending' })
    await ageDenial(email, 60)
    expect((await verify(await linkFor(email, 5))).body).toEqual({ status: 'recovered' })
  })

  it('lets no mailed link set a password in that day', async () => {
    const { email } = await withoutFactor()
    await call(`${auth}/forgot-password`, { email })
    const [mail] = (await mails(email, 4)) as [Message]
    const wish = { token: tokenIn(mail), password: renewed }
    expectDead(await call(`${auth}/reset-password`, wish))
    expect(await stateOf(email)).toMatchObject({ passwords: 0 })
    await ageDenial(email, recovery.delay)
    expect((await call(`${auth}/reset-password`, wish)).status).toBe(200)
  })

  it('makes nobody wait who had none', async () => {
    const { email, access_token } = await preparedSignIn()
    await changePassword(access_token)
    expect((await deny(await denialOf(email, 2))).status).toBe(200)
    const [mail] = (await mails(email, 3)) as [Message]
    const other = { new_password: 'amber kettle meadow 17' }
    expect((await verify(tokenIn(mail), other)).body).toEqual({ status: 'recovered' })
  })

  it('joins no account of a provider in that day, although the mailbox proves it', async () => {
    const { email } = await withoutFactor()
    const early = await nativeSignIn('google', await nativeProof('google', newPerson({ email })))
    expect([early.status, codeOf(early)]).toEqual([409, 'USER_EXISTS'])
    expect(await stateOf(email)).toMatchObject({ sessions: 0 })
    await ageDenial(email, recovery.delay)
    const late = await nativeSignIn('google', await nativeProof('google', newPerson({ email })))
    expect(late.body).toHaveProperty('access_token')
  })

  it('opens nothing by a mailed sign-in link in that day', async () => {
    const { email } = await withoutFactor()
    const signInByLink = async (count: number) => {
      const headers = { 'X-Install-Id': crypto.randomUUID() }
      await call(`${auth}/magic-link`, { email }, { headers })
      const [mail] = (await mails(email, count)) as [Message]
      return call(`${auth}/magic-link/verify`, { token: tokenIn(mail) }, { headers })
    }
    const early = await signInByLink(4)
    expect([early.status, codeOf(early)]).toEqual([403, 'SIGN_IN_METHOD_CLOSED'])
    expect(await stateOf(email)).toMatchObject({ sessions: 0 })
    await ageDenial(email, recovery.delay)
    await ageCodes(email, 61, 'link')
    expect((await signInByLink(5)).body).toHaveProperty('access_token')
  })
})

describe('"this was not me", at an address that was only typed', () => {
  /** A number is proven, the address is not. */
  const typed = (email: string) =>
    setUser(email, { email_verified_at: null, phone_e164: randomPhone(), phone_verified_at: now() })
  const now = () => new Date().toISOString()

  it('does nothing by a link from before, until the address is proven', async () => {
    const { email, access_token: token } = await protectedUser()
    const link = await denialOf(email, 2)
    await typed(email)
    expectDead(await deny(link))
    expect(await stateOf(email)).toMatchObject({ mfa: true, factors: 1, passwords: 1 })
    expect((await call(`${auth}/me`, undefined, { token })).status).toBe(200)
    await setUser(email, { email_verified_at: now() })
    expect((await deny(link)).status).toBe(200)
  })

  it('has no link that could work later', async () => {
    const session = await preparedSignIn()
    await typed(session.email)
    await changePassword(session.access_token)
    await addTotp(session)
    const links = `select 1 from one_time_tokens where user_id = $1 and purpose = 'deny'`
    expect(await rows(links, [session.user.id])).toEqual([])
  })

  it('is no proof where a tenant asks for none, once a number is proven', async () => {
    const tenant = await newTenant({ emailVerification: false })
    const open = await unverified(tenant)
    expect((await deny(open.link, tenant.headers)).status).toBe(200)
    const byNumber = await unverified(tenant)
    await setUser(byNumber.email, { phone_e164: randomPhone(), phone_verified_at: now() })
    expectDead(await deny(byNumber.link, tenant.headers))
  })

  it('does nothing where the tenant asks for a proof and there is none of anything', async () => {
    const { email } = await protectedUser()
    const link = await denialOf(email, 2)
    await setUser(email, { email_verified_at: null })
    expectDead(await deny(link))
  })
})

describe('"this was not me", of another change', () => {
  it('works for a changed password, though the intruder knows the new one', async () => {
    const { email, access_token } = await preparedSignIn()
    await changePassword(access_token)
    expect((await deny(await denialOf(email, 2))).status).toBe(200)
    for (const tried of [password, renewed]) {
      expect(codeOf(await signIn(email, { password: tried }))).toBe('INVALID_CREDENTIALS')
    }
    const history = await rows(
      'select 1 from password_history h join users u on u.id = h.user_id where u.email = $1',
      [email],
    )
    expect(history.length).toBeGreaterThan(0)
    expect(await trailEntries(email, 'recovery.change_denied')).toMatchObject([
      { reason: 'password_changed' },
    ])
    expect(await trailEntries(email, 'mfa.factor_removed')).toEqual([])
  })

  it('works for a reset password', async () => {
    const { email } = await preparedSignIn()
    await call(`${auth}/forgot-password`, { email })
    const [mail] = (await mails(email, 2)) as [Message]
    await call(`${auth}/reset-password`, { token: tokenIn(mail), password: renewed })
    expect((await deny(await denialOf(email, 3))).status).toBe(200)
    expect(codeOf(await signIn(email, { password: renewed }))).toBe('INVALID_CREDENTIALS')
  })

  it('works for a recovered account', async () => {
    const { email, backupCodes } = await protectedUser()
    const link = await linkFor(email, 2)
    expect((await verify(link, { backup_code: backupCodes[0] })).status).toBe(200)
    expect((await deny(await denialOf(email, 4))).status).toBe(200)
    expect(codeOf(await signIn(email, { password: renewed }))).toBe('INVALID_CREDENTIALS')
  })

  it('works for a factor that was removed', async () => {
    const { email, secret, access_token: token } = await protectedUser()
    await call(`${auth}/mfa/disable`, { type: 'totp', code: totpOf(secret) }, { token })
    expect((await deny(await denialOf(email, 3))).status).toBe(200)
    expect(await stateOf(email)).toMatchObject({ mfa: false, sessions: 0, passwords: 0 })
    expect(await trailEntries(email, 'recovery.change_denied')).toMatchObject([
      { reason: 'factor_removed' },
    ])
  })

  it('works for a device that is remembered: it is forgotten', async () => {
    const { email, backupCodes } = await protectedUser()
    const headers = { 'X-Install-Id': crypto.randomUUID() }
    const { body } = await signIn(email, { headers })
    const { mfa_token } = body as unknown as { mfa_token: string }
    const shown = { mfa_token, type: 'backup_code', code: backupCodes[0], remember_device: true }
    const answer = await call<Tokens>(`${auth}/mfa/verify`, shown, { headers })
    expect([answer.status, cost(answer)]).toEqual([200, { db: 2, do: 1, kv: 0, hash: 0 }])
    const [letter] = (await mails(email, 3)) as [Message]
    expect(letter.subject).toBe('A new device of your account')
    expect((await deny(tokenIn(letter))).status).toBe(200)
    expect(await stateOf(email)).toMatchObject({ mfa: true, factors: 1, devices: 0, sessions: 0 })
  })

  it('works for a provider that was linked: it signs in no more', async () => {
    const { email, access_token: token } = await preparedSignIn()
    const intruder = newPerson()
    const proof = await nativeProof('google', intruder)
    const linked = await call(`${auth}/identities/google`, proof, { token })
    expect(linked.status).toBe(201)
    expect((await signInWith('google', intruder)).body.user.email).toBe(email)
    expect((await deny(await denialOf(email, 2))).status).toBe(200)
    expect(await stateOf(email)).toMatchObject({ sessions: 0, passwords: 0 })
    const left = await rows(
      'select o.id from oauth_accounts o join users u on u.id = o.user_id where u.email = $1',
      [email],
    )
    expect(left).toEqual([])
    expect((await signInWith('google', intruder)).body.user.email).toBe(intruder.email)
    expect(await trailEntries(email, 'recovery.change_denied')).toMatchObject([
      { reason: 'identity_linked' },
    ])
    expect(await trailEntries(email, 'identity.unlinked')).toMatchObject([{ reason: 'google' }])
  })

  it('works for a provider that was linked by a sign-in, and leaves the others', async () => {
    const email = await preparedUser()
    await signInWith('google', newPerson({ email }))
    await mails(email, 2)
    await signInWith('github', newPerson({ email }))
    expect((await deny(await denialOf(email, 3))).status).toBe(200)
    const left = await rows(
      'select o.provider from oauth_accounts o join users u on u.id = o.user_id where u.email = $1',
      [email],
    )
    expect(left).toEqual([{ provider: 'google' }])
  })

  it('works for a provider that was unlinked', async () => {
    const { email, access_token: token } = await preparedSignIn()
    const proof = await nativeProof('google', newPerson())
    const { body } = await call<{ id: string }>(`${auth}/identities/google`, proof, { token })
    await mails(email, 2)
    await call(`${auth}/identities/${body.id}`, undefined, { token, method: 'DELETE' })
    expect((await deny(await denialOf(email, 3))).status).toBe(200)
    expect(await stateOf(email)).toMatchObject({ sessions: 0, passwords: 0 })
  })

  it('is told of no device that is not remembered', async () => {
    const { email, backupCodes } = await protectedUser()
    await setUser(email, { roles: ['admin'] })
    const headers = { 'X-Install-Id': crypto.randomUUID() }
    const { body } = await signIn(email, { headers })
    const { mfa_token } = body as unknown as { mfa_token: string }
    const shown = { mfa_token, type: 'backup_code', code: backupCodes[0], remember_device: true }
    expect((await call(`${auth}/mfa/verify`, shown, { headers })).status).toBe(200)
    expect(await lettersFor(email)).toEqual(['verify_email', 'factor_added'])
  })
})

describe('its link', () => {
  it('stands in the fragment, and is spent by no GET', async () => {
    const { email } = await protectedUser()
    const [letter] = (await mails(email, 2)) as [Message]
    expect(letter.text).toMatch(/http:\/\/localhost:8787\/recover\/not-me#token=ghn_[\w-]{43}\n/)
    const token = tokenIn(letter)
    const path = `${auth}/recover/not-me?token=${token}`
    expect((await call(path)).status).toBe(405)
    expect((await deny(token)).status).toBe(200)
  })

  it('works once, for fifty at the same moment too', async () => {
    const { email } = await protectedUser()
    const token = await denialOf(email, 2)
    const answers = await Promise.all(Array.from({ length: 50 }, () => deny(token)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const others = answers.filter(({ status }) => status !== 200)
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([400]))
    expect(await trailEntries(email, 'recovery.change_denied')).toHaveLength(1)
    expect(await lettersFor(email)).toEqual(['verify_email', 'factor_added', 'recover'])
    expectDead(await deny(token))
  })

  it('works for two weeks', async () => {
    const { email } = await protectedUser()
    const token = await denialOf(email, 2)
    await ageTokens(email, denial.linkLife - 60)
    await ageTokens(email, 61)
    expectDead(await deny(token))
    await ageTokens(email, -60)
    expect((await deny(token)).status).toBe(200)
  })

  it('works in its own tenant only, and for an account that is not disabled', async () => {
    const { email } = await protectedUser()
    const token = await denialOf(email, 2)
    expectDead(await deny(token, (await newTenant()).headers))
    await setUser(email, { status: 'disabled' })
    expectDead(await deny(token))
    await setUser(email, { status: 'active' })
    expect((await deny(token)).status).toBe(200)
  })

  it('of each letter works for itself', async () => {
    const owner = await newOwner()
    const first = await denialOf(owner.email, 2)
    await register(owner.access_token, await newKey())
    const second = await denialOf(owner.email, 3)
    expect((await deny(second)).status).toBe(200)
    expect(await stateOf(owner.email)).toMatchObject({ mfa: true, factors: 1 })
    expect((await deny(first)).status).toBe(200)
    expect(await stateOf(owner.email)).toMatchObject({ mfa: false, factors: 0, codes: 0 })
  })

  it.each(['', 'wrong', `ghn_${'A'.repeat(43)}`, `ghc_${'A'.repeat(43)}`])(
    'is none of %j',
    async (token) => {
      expectDead(await deny(token))
    },
  )

  it('against a factor that is added at the same moment leaves an account that knows what it has', async () => {
    for (let round = 0; round < 5; round += 1) {
      const owner = await newOwner()
      const token = await denialOf(owner.email, 2)
      const { body: options } = await registerOptions(owner.access_token)
      const credential = await (await newKey()).create(options)
      const [denied] = await Promise.all([
        deny(token),
        call(`${auth}/webauthn/register/verify`, { credential }, { token: owner.access_token }),
      ])
      expect(denied.status).toBe(200)
      const { mfa, factors } = await stateOf(owner.email)
      expect(mfa).toBe(factors > 0)
    }
  })
})
