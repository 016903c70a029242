import { expect, it } from 'vitest'
import { codeOf as totpOf } from '../support/authenticator.ts'
import { call, signIn, type Tokens } from '../support/client.ts'
import { setUser } from '../support/database.ts'
import { newOwner } from '../support/passkey.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'

const refresh = (refresh_token: string, headers: Record<string, string> = {}) =>
  call<Tokens>('/api/v1/auth/refresh', { refresh_token }, { headers })

const requireMfa = (tenant: TestTenant) => changeSettings(tenant, { requireMfa: true }, 'not told')

it.each([['admin'], ['owner']])('whoever becomes %s shows a second factor first', async (role) => {
  const session = await preparedSignIn()
  await setUser(session.email, { roles: ['member', role] })
  const answer = await refresh(session.refresh_token)
  expect([answer.status, codeOf(answer)]).toEqual([401, 'REFRESH_INVALID'])
})

it('whoever has shown one goes on', async () => {
  const owner = await newOwner()
  await setUser(owner.email, { roles: ['member', 'admin'] })
  expect((await refresh(owner.refresh_token)).status).toBe(200)
})

it('a tenant that asks for a second factor ends what was opened without', async () => {
  const tenant = await newTenant()
  const { headers } = tenant
  const { body } = await signIn(await preparedUserIn(tenant), { headers })
  const { body: next } = await refresh(body.refresh_token, headers)
  await requireMfa(tenant)
  const answer = await refresh(next.refresh_token, headers)
  expect([answer.status, codeOf(answer)]).toEqual([401, 'REFRESH_INVALID'])
})

it('a device that stands for the second factor goes on, but not with a role that shows one each time', async () => {
  const tenant = await newTenant()
  const install = { 'X-Install-Id': crypto.randomUUID(), 'X-App-Platform': 'android' }
  const headers = { ...tenant.headers, ...install }
  const email = await preparedUserIn(tenant)
  const { body } = await signIn(email, { headers })
  const setup = await call<{ secret: string }>(
    '/api/v1/auth/mfa/enable',
    { type: 'totp' },
    { token: body.access_token, headers },
  )
  const confirmed = await call<{ backup_codes: string[] }>(
    '/api/v1/auth/mfa/confirm',
    { type: 'totp', code: totpOf(setup.body.secret) },
    { token: body.access_token, headers },
  )
  const { mfa_token } = (await signIn(email, { headers })).body as unknown as { mfa_token: string }
  const code = confirmed.body.backup_codes[0]
  const shown = { mfa_token, type: 'backup_code', code, remember_device: true }
  await call('/api/v1/auth/mfa/verify', shown, { headers })
  const remembered = await signIn(email, { headers })
  await requireMfa(tenant)
  const next = await refresh(remembered.body.refresh_token, headers)
  expect(next.status).toBe(200)
  await setUser(email, { roles: ['member', 'admin'] })
  expect((await refresh(next.body.refresh_token, headers)).status).toBe(401)
})
