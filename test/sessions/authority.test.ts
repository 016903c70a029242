import { describe, expect, it } from 'vitest'
import { accessToken } from '../../src/policy.ts'
import { type Answer, call, password, signIn, type Tokens } from '../support/client.ts'
import { ageSession, setUser } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'

interface Revocations {
  revoked: { sid: string; revoked_at: string }[]
  max_age: number
}

function revocations(): Promise<Answer<Revocations>> {
  return call<Revocations>('/.well-known/revocations')
}

async function listed({ session_id }: Tokens): Promise<boolean> {
  return (await revocations()).body.revoked.some(({ sid }) => sid === session_id)
}

function post(path: string, token: string, body?: object): Promise<Answer> {
  return call(`/api/v1/auth/${path}`, body, { method: 'POST', token })
}

describe('a disabled account', () => {
  it('is out at once: nothing that its sessions could do works', async () => {
    const { email, access_token: token, refresh_token } = await preparedSignIn()
    await setUser(email, { status: 'disabled' })
    const change = { current_password: password, new_password: 'vexing plum harbour 42' }
    const answers = [
      await call('/api/v1/auth/me', undefined, { token }),
      await call('/api/v1/auth/me', { first_name: 'Ann' }, { token, method: 'PATCH' }),
      await call('/api/v1/auth/me/activity', undefined, { token }),
      await call('/api/v1/auth/sessions', undefined, { token }),
      await call('/api/v1/auth/change-password', change, { token, method: 'PUT' }),
      await post('logout-all', token),
      await call('/api/v1/auth/refresh', { refresh_token }),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 401))
  })
})

describe('the revocations', () => {
  it('list nothing that lives', async () => {
    expect(await listed(await preparedSignIn())).toBe(false)
  })

  it.each([
    ['logout', (own: Tokens) => post('logout', own.access_token)],
    ['logout-all', (own: Tokens) => post('logout-all', own.access_token)],
    [
      'ending it by id',
      (own: Tokens) =>
        call(`/api/v1/auth/sessions/${own.session_id}`, undefined, {
          method: 'DELETE',
          token: own.access_token,
        }),
    ],
  ])('list a session that ended by %s', async (_, finish) => {
    const own = await preparedSignIn()
    expect((await finish(own)).status).toBe(204)
    expect(await listed(own)).toBe(true)
  })

  it('list the other sessions after logout-all with except_current, and after a new password', async () => {
    const { email, ...own } = await preparedSignIn()
    const other = (await signIn(email)).body
    await post('logout-all', own.access_token, { except_current: true })
    expect([await listed(own), await listed(other)]).toEqual([false, true])

    const third = (await signIn(email)).body
    const change = { current_password: password, new_password: 'vexing plum harbour 42' }
    const options = { method: 'PUT', token: own.access_token }
    expect((await call('/api/v1/auth/change-password', change, options)).status).toBe(204)
    expect([await listed(own), await listed(third)]).toEqual([false, true])
  })

  it('list a session as long as an access token of it could still pass, no longer', async () => {
    const own = await preparedSignIn()
    await post('logout', own.access_token)
    await ageSession(own.session_id, accessToken.life)
    expect(await listed(own)).toBe(true)
    await ageSession(own.session_id, accessToken.leeway + 1)
    expect(await listed(own)).toBe(false)
  })

  it('name the time, and how long they may be cached', async () => {
    const own = await preparedSignIn()
    await post('logout', own.access_token)
    const { body, headers } = await revocations()
    expect(body.max_age).toBe(15)
    expect(headers.get('Cache-Control')).toBe('public, max-age=15')
    const entry = body.revoked.find(({ sid }) => sid === own.session_id)
    expect(Object.keys(entry ?? {})).toEqual(['sid', 'revoked_at'])
    expect(entry?.revoked_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })
})
