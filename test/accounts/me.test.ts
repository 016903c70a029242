import { expect, it } from 'vitest'
import { call, cost, password, randomEmail, registration } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

const path = '/api/v1/auth/me'

it('shows the whole account, and none of its secrets', async () => {
  const { email, access_token } = await preparedSignIn()
  const { status, body, headers } = await call(path, undefined, { token: access_token })
  const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(status).toBe(200)
  expect(headers.get('Cache-Control')).toBe('no-store')
  expect(body).toEqual({
    id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
    tenant: 'default',
    email,
    email_verified: true,
    phone_e164: null,
    phone_verified: false,
    first_name: null,
    last_name: null,
    date_of_birth: null,
    extra: {},
    gender: null,
    mobile: null,
    locale: 'en',
    status: 'active',
    roles: ['member'],
    mfa_enabled: false,
    created_at: moment,
    updated_at: moment,
    last_login_at: moment,
  })
})

it('is closed without a token of this tenant, at no cost', async () => {
  const { access_token } = await preparedSignIn()
  const { headers } = await newTenant()
  const foreign = await call(path, undefined, { token: access_token, headers })
  const none = await call(path)
  const wrongScheme = await call(path, undefined, { headers: { Authorization: access_token } })
  for (const answer of [foreign, none, wrongScheme]) {
    expect([answer.status, codeOf(answer)]).toEqual([401, 'TOKEN_INVALID'])
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"')
  }
  expect(cost(none).db).toBe(0)
})

it('of two tenants with one address are two accounts', async () => {
  const { headers } = await newTenant({ emailVerification: false })
  const other = await newTenant({ emailVerification: false })
  const email = randomEmail()
  const ids = []
  for (const tenant of [headers, other.headers]) {
    await call('/api/v1/auth/register', registration(email), { headers: tenant })
    const { body } = await call<{ user: { id: string } }>(
      '/api/v1/auth/login',
      { email, password },
      { headers: tenant },
    )
    ids.push(body.user.id)
  }
  expect(new Set(ids).size).toBe(2)
})
