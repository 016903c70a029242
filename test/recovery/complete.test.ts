import { describe, expect, it } from 'vitest'
import { recovery } from '../../src/policy.ts'
import { newPerson, signInWith } from '../methods/social/browser.ts'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import { type Answer, call, cost, mails, randomEmail, signIn, tokenIn } from '../support/client.ts'
import { ageRecovery, row, rows, setUser, trailEntries, userOf } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'
import {
  beginRecovery,
  cancel,
  complete,
  linkFor,
  pendingRecovery,
  renewed,
  verify,
} from './recoveries.ts'

const late = recovery.delay + recovery.completeWithin

function expectDead(answer: Answer): void {
  expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
}

/** Signs in with the old password and the authenticator app. */
async function signInWithApp(email: string, secret: string): Promise<Answer> {
  const { body } = await signIn(email)
  const { mfa_token } = body as unknown as { mfa_token: string }
  return call('/api/v1/auth/mfa/verify', { mfa_token, type: 'totp', code: totpOf(secret) })
}

describe('completing', () => {
  it('is refused until the time has come, and says when that is', async () => {
    const { email, token } = await pendingRecovery()
    await ageRecovery(email, recovery.delay - 60)
    const answer = await complete(token)
    expect([answer.status, codeOf(answer)]).toEqual([409, 'RECOVERY_PENDING'])
    expect(Date.parse(answer.body.completes_at as string) - Date.now()).toBeLessThanOrEqual(60_000)
    expect(cost(answer)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect((await signIn(email)).body).toHaveProperty('mfa_token')
  })

  it('then clears the factors, sets the password, ends sessions and tells the owner', async () => {
    const { email, token, access_token, refresh_token } = await pendingRecovery()
    await ageRecovery(email, recovery.delay)
    const answer = await complete(token)
    expect([answer.status, answer.body]).toEqual([200, { status: 'recovered' }])
    expect(cost(answer)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect((await call('/api/v1/auth/me', undefined, { token: access_token })).status).toBe(401)
    expect((await call('/api/v1/auth/refresh', { refresh_token })).status).toBe(401)
    expect((await signIn(email)).status).toBe(401)
    const fresh = await signIn(email, { password: renewed })
    expect(fresh.body).toMatchObject({ user: { mfa_enabled: false } })
    const methods = await call('/api/v1/auth/mfa/methods', undefined, {
      token: fresh.body.access_token,
    })
    expect(methods.body).toMatchObject({ mfa_enabled: false, methods: [], backup_codes_left: 0 })
    expect((await mails(email, 5))[0]?.subject).toBe('Your account was recovered')
    expect(await trailEntries(email, 'recovery.completed')).toMatchObject([{ reason: 'delay' }])
  })

  it('clears passkeys and security keys too', async () => {
    const { email, token } = await pendingRecovery()
    await row(
      `insert into webauthn_credentials (id, tenant_id, user_id, credential_id, public_key, sign_count, kind, name,
         transports, aaguid, backup_eligible, backed_up, user_verified)
       select gen_random_uuid(), tenant_id, id, sha256(id::text::bytea), '\\x00', 0, 'passkey', 'Phone', '{}',
         gen_random_uuid(), true, true, true
       from users where email = $1 returning id`,
      [email],
    )
    await ageRecovery(email, recovery.delay)
    await complete(token)
    expect(
      await row(
        `select count(*)::int as left from webauthn_credentials w join users u on u.id = w.user_id
         where u.email = $1`,
        [email],
      ),
    ).toEqual({ left: 0 })
  })

  it('keeps no hash that was set aside, and puts the old one into the history', async () => {
    const { email, token } = await pendingRecovery()
    await ageRecovery(email, recovery.delay)
    await complete(token)
    expect(
      await row(
        `select r.hash, r.closed_reason, (select count(*)::int from password_history h where h.user_id = u.id) as past
         from recoveries r join users u on u.id = r.user_id where u.email = $1`,
        [email],
      ),
    ).toEqual({ hash: null, closed_reason: 'completed', past: 1 })
  })

  it('works once, for 50 at the same time too', async () => {
    const { email, token } = await pendingRecovery()
    await ageRecovery(email, recovery.delay)
    const answers = await Promise.all(Array.from({ length: 50 }, () => complete(token)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array<number>(49).fill(400)])
    expect(await trailEntries(email, 'recovery.completed')).toHaveLength(1)
  })

  it('is over a week after it became possible', async () => {
    const { email, token } = await pendingRecovery()
    await ageRecovery(email, late)
    expectDead(await complete(token))
  })

  it("takes no other token, no other tenant's, and nothing for a disabled account", async () => {
    const { email, token, cancelToken } = await pendingRecovery()
    await ageRecovery(email, recovery.delay)
    expectDead(await complete(cancelToken))
    expectDead(await complete(`ghx_${'A'.repeat(43)}`))
    expectDead(await complete(token, (await newTenant()).headers))
    await setUser(email, { status: 'disabled' })
    expectDead(await complete(token))
  })

  it('does not take a link that was never redeemed', async () => {
    const { email } = await pendingRecovery()
    expectDead(await complete(await linkFor(email, 4)))
  })
})

describe('an identity of a provider that a reader of the mailbox has joined', () => {
  /** Somebody else than the owner, known by the subject from here on. The address has got two mails. */
  async function joined() {
    const session = await preparedSignIn()
    const person = newPerson({ email: session.email })
    const { body } = await signInWith('google', person)
    expect(body.user.id).toBe(session.user.id)
    await mails(session.email, 2)
    return { ...session, person }
  }

  async function expectGone(email: string, person: ReturnType<typeof newPerson>): Promise<void> {
    const { id } = await userOf(email)
    expect(await rows('select id from oauth_accounts where user_id = $1', [id])).toEqual([])
    const later = await signInWith('google', { ...person, email: randomEmail() })
    expect(later.body).toMatchObject({ user_created: true })
    expect(later.body.user.id).not.toBe(id)
  }

  it('opens nothing after a recovery that has waited', async () => {
    const { person, ...session } = await joined()
    await addTotp(session)
    await mails(session.email, 3)
    const { token } = await beginRecovery(session.email, 3)
    await ageRecovery(session.email, recovery.delay)
    expect((await complete(token)).status).toBe(200)
    await expectGone(session.email, person)
  })

  it('opens nothing after a recovery by a backup code', async () => {
    const { person, ...session } = await joined()
    const { backupCodes } = await addTotp(session)
    await mails(session.email, 3)
    const link = await linkFor(session.email, 3)
    expect((await verify(link, { backup_code: backupCodes[0] })).status).toBe(200)
    await expectGone(session.email, person)
  })

  it('opens nothing after a recovery of an account without a second factor', async () => {
    const { person, email } = await joined()
    expect((await verify(await linkFor(email, 2))).status).toBe(200)
    await expectGone(email, person)
  })
})

describe('cancelling', () => {
  it('ends it, in one round trip: nothing has changed', async () => {
    const { email, token, cancelToken, secret } = await pendingRecovery()
    const answer = await cancel(cancelToken)
    expect(answer.status).toBe(204)
    expect(cost(answer)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    await ageRecovery(email, recovery.delay)
    expectDead(await complete(token))
    expect((await signInWithApp(email, secret)).status).toBe(200)
    expect(await trailEntries(email, 'recovery.cancelled')).toMatchObject([{ reason: 'link' }])
  })

  it('works once, for 50 at the same time too', async () => {
    const { email, cancelToken } = await pendingRecovery()
    const answers = await Promise.all(Array.from({ length: 50 }, () => cancel(cancelToken)))
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([204, ...Array<number>(49).fill(400)])
    expect(await trailEntries(email, 'recovery.cancelled')).toHaveLength(1)
  })

  it('or completing, whichever is first: never both', async () => {
    const { email, token, cancelToken } = await pendingRecovery()
    await ageRecovery(email, recovery.delay)
    const racers = Array.from({ length: 50 }, (_, index) =>
      index % 2 ? complete(token) : cancel(cancelToken),
    )
    const won = (await Promise.all(racers)).filter(({ status }) => status < 300)
    expect(won).toHaveLength(1)
  })

  it('ends a later recovery too, by the letter of an earlier one, and links not yet redeemed', async () => {
    const { email, cancelToken } = await pendingRecovery()
    const second = await linkFor(email, 4)
    expect((await verify(second)).status).toBe(202)
    await mails(email, 6)
    const third = await linkFor(email, 6)
    expect((await cancel(cancelToken)).status).toBe(204)
    await ageRecovery(email, recovery.delay)
    expectDead(await complete(second))
    expectDead(await verify(third))
  })

  it('does not end what begins after it: that has a letter of its own', async () => {
    const { email, cancelToken } = await pendingRecovery()
    expect((await cancel(cancelToken)).status).toBe(204)
    const second = await linkFor(email, 4)
    await verify(second)
    expectDead(await cancel(cancelToken))
    expect(codeOf(await complete(second))).toBe('RECOVERY_PENDING')
  })

  it('takes no other token, and comes too late after completion', async () => {
    const { email, token, cancelToken } = await pendingRecovery()
    expectDead(await cancel(token))
    expectDead(await cancel(`ghc_${'A'.repeat(43)}`))
    expectDead(await cancel(cancelToken, (await newTenant()).headers))
    await ageRecovery(email, recovery.delay)
    await complete(token)
    expectDead(await cancel(cancelToken))
  })
})

describe('what else ends a recovery that waits', () => {
  it('is a second one: the clock starts anew', async () => {
    const { email, token } = await pendingRecovery()
    await ageRecovery(email, recovery.delay)
    const second = await linkFor(email, 4)
    await verify(second)
    expectDead(await complete(token))
    expect(codeOf(await complete(second))).toBe('RECOVERY_PENDING')
  })

  it('is a sign-in with the second factor: who has it needs no recovery', async () => {
    const { email, secret, token } = await pendingRecovery()
    expect((await signInWithApp(email, secret)).status).toBe(200)
    await ageRecovery(email, recovery.delay)
    expectDead(await complete(token))
    expect(await trailEntries(email, 'recovery.cancelled')).toMatchObject([
      { reason: 'second_factor_shown' },
    ])
  })

  it('is a step-up with it, but not the password alone', async () => {
    const { email, secret, token, access_token } = await pendingRecovery()
    await signIn(email)
    await ageRecovery(email, recovery.delay - 60)
    expect(codeOf(await complete(token))).toBe('RECOVERY_PENDING')
    const raised = await call(
      '/api/v1/auth/mfa/verify',
      { type: 'totp', code: totpOf(secret) },
      { token: access_token },
    )
    expect(raised.status).toBe(200)
    expectDead(await complete(token))
  })

  it('is a reset of the password: the older wish does not come back', async () => {
    const { email, token } = await pendingRecovery()
    await call('/api/v1/auth/forgot-password', { email })
    const [mail] = await mails(email, 5)
    const reset = mail ? tokenIn(mail) : ''
    const next = 'another harbour plum 43'
    await call('/api/v1/auth/reset-password', { token: reset, password: next })
    await ageRecovery(email, recovery.delay)
    expectDead(await complete(token))
    expect((await signIn(email, { password: next })).body).toHaveProperty('mfa_token')
  })
})

describe('races of verify', () => {
  it('spend one link once', async () => {
    const { email } = await pendingRecovery()
    const token = await linkFor(email, 4)
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(token)))
    // The hash queue refuses some of them; of the others one is first.
    const statuses = answers.map(({ status }) => status).filter((status) => status !== 503)
    expect(statuses.filter((status) => status === 202)).toHaveLength(1)
    expect(statuses.filter((status) => status !== 202 && status !== 400)).toEqual([])
  })

  it('spend one backup code once, over two links', async () => {
    const { email, backupCodes } = await pendingRecovery()
    const links = [await linkFor(email, 4), await linkFor(email, 5)]
    const answers = await Promise.all(
      links.map((link) => verify(link, { backup_code: backupCodes[0] })),
    )
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1)
  })
})
