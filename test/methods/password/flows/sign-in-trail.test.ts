import { expect, it } from 'vitest'
import { call, randomEmail, registration, signIn } from '../../../support/client.ts'
import { rows, setUser, trailEntries } from '../../../support/database.ts'
import { preparedUser } from '../../../support/prepared.ts'

const wrong = { password: 'vexing plum harbour 42' }

it('the trail holds each failure with its reason, and the success with its session', async () => {
  const email = await preparedUser()
  const headers = { 'CF-Connecting-IP': '198.51.100.7' }
  await signIn(email, { ...wrong, headers })
  const { body } = await signIn(email, { headers })

  expect(await trailEntries(email, 'sign_in.refused')).toEqual([
    {
      action: 'sign_in.refused',
      outcome: 'failure',
      reason: 'wrong_password',
      session_id: null,
      ip_prefix: '198.51.100.7',
    },
  ])
  expect(await trailEntries(email, 'session.opened')).toEqual([
    {
      action: 'session.opened',
      outcome: 'success',
      reason: 'pwd',
      session_id: body.session_id,
      ip_prefix: '198.51.100.7',
    },
  ])
})

it('the trail holds the failure of an unknown address without naming it', async () => {
  const id = crypto.randomUUID()
  await signIn(randomEmail(), { headers: { 'X-Request-Id': id } })
  const [entry] = await rows('select * from audit_events where request_id = $1', [id])
  expect(entry).toMatchObject({ action: 'sign_in.refused', user_id: null, details: {} })
  expect(JSON.stringify(entry)).not.toContain('@')
})

it('the trail holds why the right password opened nothing', async () => {
  const [pending, disabled] = [randomEmail(), await preparedUser()]
  await call('/api/v1/auth/register', registration(pending))
  await setUser(disabled, { status: 'disabled' })
  await signIn(pending)
  await signIn(disabled)
  const reasons = [pending, disabled].map(async (email) =>
    (await trailEntries(email, 'sign_in.refused')).map(({ reason }) => reason),
  )
  expect(await Promise.all(reasons)).toEqual([['email_not_verified'], ['account_disabled']])
})
