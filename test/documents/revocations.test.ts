import { describe, expect, it } from 'vitest'
import { accessToken } from '../../src/policy.ts'
import { expectProblem } from '../http/problem-document.ts'
import { send, serviceWith, withoutDatabase } from '../http/service.ts'
import { call, password, signIn } from '../support/client.ts'
import { ageSession } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'

const path = '/.well-known/revocations'

interface Revocations {
  revoked: { sid: string; revoked_at: string }[]
  max_age: number
}

async function read(): Promise<Revocations> {
  return (await send(path)).body as unknown as Revocations
}

async function sids(): Promise<string[]> {
  return (await read()).revoked.map(({ sid }) => sid)
}

describe('the list of ended sessions', () => {
  it('may be kept for 15 seconds, and says so', async () => {
    const { status, headers, body } = await send(path)
    expect(status).toBe(200)
    expect(headers.get('Cache-Control')).toBe('public, max-age=15')
    expect(body.max_age).toBe(15)
  })

  it('names a session at once when it is signed out, and not before', async () => {
    const { access_token: token, session_id: sid } = await preparedSignIn()
    expect(await sids()).not.toContain(sid)
    await call('/api/v1/auth/logout', {}, { token })
    expect(await sids()).toContain(sid)
  })

  it('names a session that its owner ends from another', async () => {
    const { email, session_id: ended } = await preparedSignIn()
    const { body: other } = await signIn(email)
    const url = `/api/v1/auth/sessions/${ended}`
    await call(url, undefined, { method: 'DELETE', token: other.access_token })
    expect(await sids()).toContain(ended)
    expect(await sids()).not.toContain(other.session_id)
  })

  it('names every session of a person who signs out everywhere', async () => {
    const first = await preparedSignIn()
    const { body: second } = await signIn(first.email)
    await call('/api/v1/auth/logout-all', {}, { token: second.access_token })
    expect(await sids()).toEqual(expect.arrayContaining([first.session_id, second.session_id]))
  })

  it('names all but the own session of a person who signs out elsewhere', async () => {
    const first = await preparedSignIn()
    const { body: second } = await signIn(first.email)
    const { access_token: token } = second
    await call('/api/v1/auth/logout-all', { except_current: true }, { token })
    expect(await sids()).toContain(first.session_id)
    expect(await sids()).not.toContain(second.session_id)
  })

  it('names the other sessions of a person who changes the password', async () => {
    const first = await preparedSignIn()
    const { body: second } = await signIn(first.email)
    const body = { current_password: password, new_password: 'another horse battery staple 7' }
    const changed = await call('/api/v1/auth/change-password', body, {
      method: 'PUT',
      token: second.access_token,
    })
    expect(changed.status).toBe(204)
    expect(await sids()).toContain(first.session_id)
    expect(await sids()).not.toContain(second.session_id)
  })

  it('names the session whose refresh token was used twice', async () => {
    const { refresh_token, session_id: sid } = await preparedSignIn()
    const refresh = () => call('/api/v1/auth/refresh', { refresh_token })
    await refresh()
    await ageSession(sid, 60)
    expectProblem(await refresh(), 401, 'REFRESH_REUSED')
    expect(await sids()).toContain(sid)
  })

  it('forgets a session once no access token of it can be alive', async () => {
    const { access_token: token, session_id: sid } = await preparedSignIn()
    await call('/api/v1/auth/logout', {}, { token })
    await ageSession(sid, accessToken.life - 5)
    expect(await sids()).toContain(sid)
    await ageSession(sid, accessToken.leeway + 10)
    expect(await sids()).not.toContain(sid)
  })

  it('tells of a session its id and the moment, and nothing of a person', async () => {
    const { access_token: token, session_id: sid, user } = await preparedSignIn()
    await call('/api/v1/auth/logout', {}, { token })
    const { revoked } = await read()
    expect(revoked.find((entry) => entry.sid === sid)).toEqual({
      sid,
      revoked_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(JSON.stringify(revoked)).not.toContain(user.id)
    expect(new Set(revoked.map((entry) => entry.sid)).size).toBe(revoked.length)
  })

  it('names the newest first, so that a cut never hides them', async () => {
    // Ended in another order than begun.
    const sessions = await Promise.all(Array.from({ length: 6 }, () => preparedSignIn()))
    const ended = sessions.toSorted((a, b) => (a.email < b.email ? -1 : 1))
    for (const { access_token: token } of ended) await call('/api/v1/auth/logout', {}, { token })
    const order = ended.map(({ session_id }) => session_id).reverse()
    const { revoked } = await read()
    const own = revoked.map(({ sid }) => sid).filter((sid) => order.includes(sid))
    expect(own).toEqual(order)
    const moments = revoked.map(({ revoked_at }) => revoked_at)
    expect(moments).toEqual(moments.toSorted().reverse())
  })

  it('costs one query, and fails closed where that fails', async () => {
    expect((await send(path)).headers.get('Server-Timing')).toMatch(/^db;desc="1"/)
    const answer = await serviceWith(withoutDatabase)(path)
    expectProblem(answer, 503, 'UNAVAILABLE')
    // A cache that kept an empty list or this answer would bring the sessions back to life.
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })
})
