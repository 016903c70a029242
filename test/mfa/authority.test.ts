import { describe, expect, it } from 'vitest'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import { call, password, signIn } from '../support/client.ts'
import { rows, userOf } from '../support/database.ts'
import { newKey } from '../support/key.ts'
import { behind, oneBehindTheOther } from '../support/lock.ts'
import { registerOptions } from '../support/passkey.ts'
import { preparedSignIn, preparedUser, preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

/** What takes authority away, as a reset does. */
const taken = `update users set authority_version = authority_version + 1, authority_changed_at = now()
  where id = $1 returning id`

const factorsOf = (email: string) =>
  rows<{ type: string }>(
    `select f.type from users u join lateral (
       select type from factors where user_id = u.id
       union all select 'webauthn' from webauthn_credentials where user_id = u.id) as f on true
     where u.email = $1 order by f.type`,
    [email],
  )

const setUpTotp = async (token: string, headers: Record<string, string> = {}) => {
  const body = { type: 'totp' }
  const setup = await call<{ secret: string }>('/api/v1/auth/mfa/enable', body, { token, headers })
  return () =>
    call(
      '/api/v1/auth/mfa/confirm',
      { type: 'totp', code: totpOf(setup.body.secret) },
      { token, headers },
    )
}

const setUpKey = async (token: string, headers: Record<string, string> = {}) => {
  const { body: options } = await registerOptions(token, 'passkey', { headers })
  const key = await newKey()
  const credential = await key.create(options)
  return () => call('/api/v1/auth/webauthn/register/verify', { credential }, { token, headers })
}

describe('authority that goes while a request waits for the account', () => {
  it.each([
    ['an authenticator app', setUpTotp],
    ['a key', setUpKey],
  ])('binds not %s', async (_what, setUp) => {
    const session = await preparedSignIn()
    const confirm = await setUp(session.access_token)
    const [answer] = await behind(taken, session.user.id, [confirm])
    expect(answer?.status).toBeGreaterThanOrEqual(400)
    expect(await factorsOf(session.email)).toEqual([])
  })

  it('raises no session', async () => {
    const session = await preparedSignIn()
    const { backupCodes } = await addTotp(session)
    const [answer] = await behind(taken, session.user.id, [
      () =>
        call(
          '/api/v1/auth/mfa/verify',
          { type: 'backup_code', code: backupCodes[0] },
          { token: session.access_token },
        ),
    ])
    expect(answer?.status).toBe(401)
    const unused = await rows(
      'select id from backup_codes where user_id = $1 and used_at is null',
      [session.user.id],
    )
    expect(unused).toHaveLength(10)
  })

  it('raises no session by password once there is a first factor', async () => {
    const session = await preparedSignIn()
    const enabled = 'update users set mfa_enabled = true where id = $1 returning id'
    const [answer] = await behind(enabled, session.user.id, [
      () =>
        call(
          '/api/v1/auth/mfa/verify',
          { type: 'password', code: password },
          { token: session.access_token },
        ),
    ])
    expect(answer?.status).toBe(401)
  })
})

describe('a sign-in that has read an older account', () => {
  it.each([
    ['a first factor', 'mfa_enabled = true'],
    ['a role that asks for one', "roles = '{member,admin}'"],
  ])('opens nothing beside %s', async (_what, change) => {
    const email = await preparedUser()
    const { id } = await userOf(email)
    const changed = `update users set ${change} where id = $1 returning id`
    const [answer] = await behind(changed, id, [() => signIn(email)])
    expect(answer?.status).toBe(401)
    const sessions = await rows('select id from sessions where user_id = $1', [id])
    expect(sessions).toEqual([])
  })

  it('waits for no second factor that has gone', async () => {
    const session = await preparedSignIn()
    await addTotp(session)
    const gone = 'update users set mfa_enabled = false where id = $1 returning id'
    const [answer] = await behind(gone, session.user.id, [() => signIn(session.email)])
    expect(answer?.status).toBe(401)
  })
})

describe('the token of an enrolment', () => {
  it('binds one factor, of any number at the same moment', async () => {
    const tenant = await newTenant({ requireMfa: true })
    const { headers } = tenant
    const email = await preparedUserIn(tenant)
    const { id } = await userOf(email)
    const { body } = await signIn(email, { headers })
    const { enrollment_token: token } = body as unknown as { enrollment_token: string }
    const other = (await signIn(email, { headers })).body as unknown as { enrollment_token: string }
    const answers = await oneBehindTheOther(id, [
      await setUpTotp(token, headers),
      await setUpKey(token, headers),
      await setUpKey(other.enrollment_token, headers),
    ])
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
    expect(await factorsOf(email)).toHaveLength(1)
  })
})

describe('a pending sign-in', () => {
  it('takes one code, of any number at the same moment', async () => {
    const session = await preparedSignIn()
    const { backupCodes } = await addTotp(session)
    const { body } = await signIn(session.email)
    const { mfa_token } = body as unknown as { mfa_token: string }
    const answers = await oneBehindTheOther(
      session.user.id,
      backupCodes
        .slice(0, 3)
        .map(
          (code) => () => call('/api/v1/auth/mfa/verify', { mfa_token, type: 'backup_code', code }),
        ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const unused = await rows(
      'select id from backup_codes where user_id = $1 and used_at is null',
      [session.user.id],
    )
    expect(unused).toHaveLength(9)
  })
})
