import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import worker from '../../src/index.ts'
import { mailedCode } from '../../src/policy.ts'
import { call, randomPhone } from '../support/client.ts'
import { ageMailedCodes, row } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'

async function askedForCode(): Promise<string> {
  const { email, access_token: token } = await preparedSignIn()
  const body = { type: 'sms', phone_e164: randomPhone() }
  expect((await call('/api/v1/auth/mfa/enable', body, { token })).status).toBe(200)
  return email
}

const kept = (email: string) =>
  row(
    `select (select count(*)::int from factor_codes c where c.user_id = u.id) as codes,
       (select count(*)::int from factor_sends s where s.user_id = u.id) as sends
     from users u where u.email = $1`,
    [email],
  )

it('codes that are over are not kept, nor that they were sent', async () => {
  const [fresh, late, old] = [await askedForCode(), await askedForCode(), await askedForCode()]
  await ageMailedCodes(late, mailedCode.life)
  await ageMailedCodes(old, mailedCode.window)
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
  expect(await kept(fresh)).toEqual({ codes: 1, sends: 1 })
  expect(await kept(late)).toEqual({ codes: 0, sends: 1 })
  expect(await kept(old)).toEqual({ codes: 0, sends: 0 })
})
