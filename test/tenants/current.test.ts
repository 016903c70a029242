import { describe, expect, it } from 'vitest'
import { newAdministrator } from '../support/administrator.ts'
import { call, cost, randomEmail, signIn, type Tokens } from '../support/client.ts'
import { row, trailEntries } from '../support/database.ts'
import { newKey } from '../support/key.ts'
import { loginOptions, loginVerify, register } from '../support/passkey.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { changeSettings, newTenant } from '../support/tenant.ts'

describe('settings that another isolate has changed', () => {
  it('bite at the next sign-in: a way in that was closed is closed', async () => {
    const tenant = await newTenant()
    const email = await preparedUserIn(tenant)
    await changeSettings(tenant, { signInMethods: ['passkey'] }, 'not told')
    const answer = await signIn(email, { headers: tenant.headers })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'SIGN_IN_METHOD_CLOSED'])
    const once = await row<{ sessions: number }>(
      `select count(*)::int as sessions from sessions s join users u on u.id = s.user_id where u.email = $1`,
      [email],
    )
    expect(once.sessions).toBe(0)
  })

  it('bite at the next sign-in: a second factor that was not asked for is', async () => {
    const tenant = await newTenant()
    const email = await preparedUserIn(tenant)
    await changeSettings(tenant, { requireMfa: true }, 'not told')
    const { body } = await signIn(email, { headers: tenant.headers })
    expect(body).toMatchObject({ mfa_enrollment_required: true })
  })

  it('bite at the next sign-in: one that was asked for is not any more', async () => {
    const tenant = await newTenant({ requireMfa: true })
    const email = await preparedUserIn(tenant)
    await changeSettings(tenant, {}, 'not told')
    const { body } = await signIn(email, { headers: tenant.headers })
    expect(body).toMatchObject({ token_type: 'Bearer', user: { email } })
  })

  it('spend no second factor that was right, and no pending sign-in', async () => {
    const tenant = await newTenant()
    const { headers } = tenant
    const email = await preparedUserIn(tenant)
    const { body } = await signIn(email, { headers })
    const enrolled = await register(body.access_token, await newKey(), 'passkey', {}, headers)
    const { mfa_token } = (await signIn(email, { headers })).body as unknown as {
      mfa_token: string
    }
    await changeSettings(tenant, { minimumAge: 21 }, 'not told')
    const code = enrolled.body.backup_codes?.[0]
    const shown = { mfa_token, type: 'backup_code', code }
    expect((await call('/api/v1/auth/mfa/verify', shown, { headers })).status).toBe(200)
    expect(await trailEntries(email, 'mfa.refused')).toEqual([])
  })

  it('spend no passkey challenge', async () => {
    const tenant = await newTenant()
    const owner = await newAdministrator(tenant, 'owner')
    const options = await loginOptions(undefined, { headers: tenant.headers })
    await changeSettings(tenant, { minimumAge: 21 }, 'not told')
    const credential = await owner.key.get(options)
    expect((await loginVerify(options, credential, { headers: tenant.headers })).status).toBe(200)
  })

  it('let a session be renewed by the rules of today, once, and not end it by those of yesterday', async () => {
    const tenant = await newTenant()
    const { headers } = tenant
    const { body } = await signIn(await preparedUserIn(tenant), { headers })
    const idle = { idleLife: 600, absoluteLife: 3_600 }
    await changeSettings(tenant, { session: idle }, 'not told')
    const first = await call<Tokens & { refresh_expires_in: number }>(
      '/api/v1/auth/refresh',
      { refresh_token: body.refresh_token },
      { headers },
    )
    expect(first.status).toBe(200)
    expect(first.body.refresh_expires_in).toBeLessThanOrEqual(600)
    const { refresh_token } = first.body
    const second = await call('/api/v1/auth/refresh', { refresh_token }, { headers })
    expect([second.status, cost(second).db]).toEqual([200, 1])
  })
})

describe('a tenant', () => {
  it('costs one round trip at its first request, and none after', async () => {
    const { slug } = await row<{ slug: string }>(
      `insert into tenants (id, slug, name) values (gen_random_uuid(), $1, 'New') returning slug`,
      [`new-${crypto.randomUUID().slice(0, 8)}`],
    )
    const headers = { 'X-Tenant': slug }
    const forgot = () => call('/api/v1/auth/forgot-password', { email: randomEmail() }, { headers })
    const [first, second] = [await forgot(), await forgot()]
    expect(cost(first).db - cost(second).db).toBe(1)
  })

  it('opens sessions as long as it says', async () => {
    const tenant = await newTenant({ session: { idleLife: 900, absoluteLife: 7_200 } })
    const email = await preparedUserIn(tenant)
    await signIn(email, { headers: tenant.headers })
    const { idle, absolute } = await row<{ idle: number; absolute: number }>(
      `select extract(epoch from s.expires_at - s.created_at)::int as idle,
         extract(epoch from s.ends_at - s.created_at)::int as absolute
       from sessions s join users u on u.id = s.user_id where u.email = $1`,
      [email],
    )
    expect([idle, absolute]).toEqual([900, 7_200])
  })

  it.each([
    ['/api/v1/auth/register', { email: 'a@example.com', password: 'x' }, 'password'],
    ['/api/v1/auth/login', { email: 'a@example.com', password: 'x' }, 'password'],
    ['/api/v1/auth/otp/send', { destination: 'a@example.com', type: 'email' }, 'email_code'],
    ['/api/v1/auth/otp/send', { destination: '+8801712345678', type: 'phone' }, 'sms_code'],
    ['/api/v1/auth/magic-link', { email: 'a@example.com' }, 'magic_link'],
    ['/api/v1/auth/webauthn/login/options', {}, 'passkey'],
    ['/api/v1/auth/social/google', { id_token: 'x', nonce: 'y' }, 'google'],
  ] as const)(
    'refuses at %s %j a way in that it has closed, before any work',
    async (path, body, method) => {
      const signInMethods = ['password', 'github'] as const
      const tenant = await newTenant({
        signInMethods: signInMethods.filter((each) => each !== method),
      })
      const answer = await call(path, body, { headers: tenant.headers })
      expect([answer.status, codeOf(answer)]).toEqual([403, 'SIGN_IN_METHOD_CLOSED'])
      expect(cost(answer)).toEqual({ db: 0, do: 0, kv: 0, hash: 0 })
    },
  )
})
