import { describe, expect, it } from 'vitest'
import { addTotp } from '../support/authenticator.ts'
import { type Answer, call, password, type Tokens } from '../support/client.ts'
import { ageSession, setUser } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { acts } from './acts.ts'

/** The level that an answer asks for; null where the session was good enough. */
function askedBy(answer: Answer): unknown {
  if (codeOf(answer) !== 'STEP_UP_REQUIRED') return null
  expect(answer.status).toBe(403)
  const { required_acr: level, max_age: age } = answer.body
  expect(answer.headers.get('WWW-Authenticate')).toBe(
    `Bearer error="insufficient_user_authentication", acr_values="${level}", max_age="${age}"`,
  )
  expect(age).toBe(300)
  return level
}

describe.each(Object.entries(acts))('to %s', (_act, { ask, old, promoted }) => {
  it('a fresh session is enough where nobody asks for a second factor', async () => {
    const { access_token } = await preparedSignIn()
    expect(askedBy(await ask(access_token))).toBeNull()
  })

  it('an old one is not, unless the act brings its own proof', async () => {
    const { access_token, session_id } = await preparedSignIn()
    await ageSession(session_id, 301)
    expect(askedBy(await ask(access_token))).toBe(old)
  })

  it('a fresh one that has shown no second factor is not, where the account has one', async () => {
    const session = await preparedSignIn()
    await addTotp(session)
    expect(askedBy(await ask(session.access_token))).toBe('aal2')
  })

  it.each(['owner', 'admin'])(
    'who became %s and has no second factor gets one first',
    async (role) => {
      const { access_token, email } = await preparedSignIn()
      await setUser(email, { roles: ['member', role] })
      expect(askedBy(await ask(access_token))).toBe(promoted)
    },
  )
})

it.each(['owner', 'admin'])('who became %s raises nothing by a password', async (role) => {
  const { access_token: token, email, session_id } = await preparedSignIn()
  const show = () =>
    call<Tokens>('/api/v1/auth/mfa/verify', { type: 'password', code: password }, { token })
  await ageSession(session_id, 301)
  expect((await show()).status).toBe(200)
  await setUser(email, { roles: ['member', role] })
  const refused = await show()
  expect([refused.status, codeOf(refused)]).toEqual([401, 'MFA_CODE_INVALID'])
})
