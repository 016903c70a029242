import { expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { trailEntries } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'

it('wrong codes of a set-up are counted and in the trail', async () => {
  const session = await preparedSignIn()
  const how = { token: session.access_token }
  await call('/api/v1/auth/mfa/enable', { type: 'totp' }, how)
  const statuses = []
  for (let time = 0; time < 6; time += 1) {
    const wrong = { type: 'totp', code: '000000' }
    statuses.push((await call('/api/v1/auth/mfa/confirm', wrong, how)).status)
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  expect(await trailEntries(session.email, 'mfa.refused')).toHaveLength(5)
})
