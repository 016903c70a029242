import { describe, expect, it } from 'vitest'
import { throttle } from '../../../../src/policy.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  password,
  signIn,
  type Tokens,
  tokenIn,
} from '../../../support/client.ts'
import { lettersFor, row, setUser, trailEntries } from '../../../support/database.ts'
import { preparedSignIn, preparedUser } from '../../../support/prepared.ts'
import { codeOf, fieldCodes } from '../../../support/problem.ts'
import { failedBefore } from '../../../support/throttle.ts'

const path = '/api/v1/auth/change-password'
const renewed = 'vexing plum harbour 42'

function change(token: string, next = renewed, current = password): Promise<Answer> {
  const body = { current_password: current, new_password: next }
  return call(path, body, { method: 'PUT', token })
}

async function statuses({ access_token, refresh_token }: Tokens): Promise<number[]> {
  const me = await call('/api/v1/auth/me', undefined, { token: access_token })
  const refreshed = await call('/api/v1/auth/refresh', { refresh_token })
  return [me.status, refreshed.status]
}

describe('a change', () => {
  it('sets the password, in two round trips and one count', async () => {
    const { email, access_token } = await preparedSignIn()
    const changed = await change(access_token)
    expect(changed.status).toBe(204)
    expect(cost(changed)).toMatchObject({ db: 2, do: 1, kv: 0 })
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(email, { password: renewed })).status).toBe(200)
  })

  it('ends every other session, and keeps this one alive', async () => {
    const { email, ...own } = await preparedSignIn()
    const other = (await signIn(email)).body
    await change(own.access_token)
    expect(await statuses(other)).toEqual([401, 401])
    expect(await statuses(own)).toEqual([200, 200])
  })

  it('tells the owner and the trail', async () => {
    const { email, access_token, session_id } = await preparedSignIn()
    await change(access_token)
    const [mail] = (await mails(email, 2)) as [Message]
    expect(mail.subject).toBe('Your password was changed')
    expect(await trailEntries(email, 'password.changed')).toMatchObject([
      { outcome: 'success', session_id },
    ])
  })

  it('voids reset links that were mailed before', async () => {
    const { email, access_token } = await preparedSignIn()
    await call('/api/v1/auth/forgot-password', { email })
    const [mail] = (await mails(email, 2)) as [Message]
    await change(access_token)
    const body = { token: tokenIn(mail), password: 'another harbour plum 43' }
    const late = await call('/api/v1/auth/reset-password', body)
    expect([late.status, codeOf(late)]).toEqual([400, 'TOKEN_INVALID'])
  })

  it('may be made twice from one session', async () => {
    const { access_token } = await preparedSignIn()
    expect((await change(access_token)).status).toBe(204)
    expect((await change(access_token, 'another harbour plum 43', renewed)).status).toBe(204)
  })
})

describe('the wrong current password', () => {
  const wrong = 'not the password at all'

  it('changes nothing, and is in the trail', async () => {
    const { email, ...own } = await preparedSignIn()
    const refused = await change(own.access_token, renewed, wrong)
    expect([refused.status, codeOf(refused)]).toEqual([400, 'CURRENT_PASSWORD_INVALID'])
    expect(await trailEntries(email, 'password.change_refused')).toMatchObject([
      { outcome: 'failure', session_id: own.session_id },
    ])
    expect(await statuses(own)).toEqual([200, 200])
    expect((await signIn(email)).status).toBe(200)
  })

  it('is told to the owner where a sign-in would be: at ten failures', async () => {
    const { email, access_token, session_id } = await preparedSignIn()
    const lane = await row<{ device: string; epoch: number }>(
      `select s.device_id as device, (extract(epoch from c.proven_at) * 1000000)::float8 as epoch
       from sessions s join password_credentials c on c.user_id = s.user_id where s.id = $1`,
      [session_id],
    )
    await failedBefore(email, 9, lane)
    expect((await change(access_token, renewed, wrong)).status).toBe(400)
    expect(await lettersFor(email)).toContain('sign_in_failures')
  })

  it('counts as at sign-in: after five the right one waits, here and there', async () => {
    const { email, access_token } = await preparedSignIn()
    for (let time = 0; time < throttle.freeFailures; time += 1) {
      expect((await change(access_token, renewed, wrong)).status).toBe(400)
    }
    const blocked = await change(access_token)
    expect([blocked.status, codeOf(blocked)]).toEqual([429, 'TOO_MANY_ATTEMPTS'])
    expect(blocked.headers.get('Retry-After')).toMatch(/^(2\d|30)$/)
    expect((await signIn(email)).status).toBe(429)
  })

  it('counts in the lane of the device that the session was opened on', async () => {
    const email = await preparedUser()
    const headers = { 'X-Install-Id': crypto.randomUUID() }
    const { body } = await signIn(email, { headers })
    for (let time = 0; time < throttle.freeFailures; time += 1) {
      await change(body.access_token, renewed, wrong)
    }
    expect((await signIn(email, { headers })).status).toBe(429)
    expect((await signIn(email)).status).toBe(200)
  })
})

describe('the new password', () => {
  it.each([
    ['abc', ['PASSWORD_TOO_SHORT', 'PASSWORD_TOO_WEAK']],
    ['correcthorsebatterystaple', ['PASSWORD_BREACHED']],
    ['my gatehouse stands on a hill', ['PASSWORD_CONTAINS_CONTEXT']],
    [password, ['PASSWORD_REUSED']],
  ])('%s is refused', async (next, codes) => {
    const { access_token, email } = await preparedSignIn()
    const refused = await change(access_token, next)
    expect(refused.status).toBe(422)
    expect(fieldCodes(refused)).toEqual(codes.map((code) => `new_password ${code}`))
    expect((await signIn(email)).status).toBe(200)
  })

  it('may be refused any number of times: who knows the current one is not guessing', async () => {
    const { access_token } = await preparedSignIn()
    for (let time = 0; time < throttle.freeFailures; time += 1) await change(access_token, 'abc')
    expect((await change(access_token)).status).toBe(204)
  })
})

it('with a second factor asks for a fresh proof of it', async () => {
  const { email, access_token } = await preparedSignIn()
  await setUser(email, { mfa_enabled: true })
  const refused = await change(access_token)
  expect([refused.status, codeOf(refused)]).toEqual([403, 'STEP_UP_REQUIRED'])
  expect(refused.body).toMatchObject({ required_acr: 'aal2', max_age: 300 })
  expect(refused.headers.get('WWW-Authenticate')).toContain('insufficient_user_authentication')
  expect(cost(refused)).toMatchObject({ do: 0, hash: 0 })
})
