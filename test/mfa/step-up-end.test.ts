import { expect, it } from 'vitest'
import { call, password, signIn } from '../support/client.ts'
import { row } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { changeSettings, newTenant } from '../support/tenant.ts'

it('a session is not raised that is older than those of today may be', async () => {
  const tenant = await newTenant()
  const { body } = await signIn(await preparedUserIn(tenant), { headers: tenant.headers })
  const age = (seconds: number) =>
    row(
      `update sessions set created_at = created_at - make_interval(secs => $2) where id = $1 returning id`,
      [body.session_id, seconds],
    )
  const raise = () =>
    call(
      '/api/v1/auth/mfa/verify',
      { type: 'password', code: password },
      { token: body.access_token },
    )
  await age(86_401)
  expect((await raise()).status).toBe(200)
  await changeSettings(tenant, { assuranceProfile: 'strict' }, 'told')
  const over = await raise()
  expect([over.status, codeOf(over)]).toEqual([401, 'TOKEN_INVALID'])
})
