import { describe, expect, it } from 'vitest'
import { type Answer, call, cost, signIn, type Tokens } from '../support/client.ts'
import { trailEntries } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'

function logout(token: string): Promise<Answer> {
  return call('/api/v1/auth/logout', undefined, { method: 'POST', token })
}

function logoutAll(token: string, body?: object): Promise<Answer> {
  return call('/api/v1/auth/logout-all', body, { method: 'POST', token })
}

async function alive({ access_token, refresh_token }: Tokens): Promise<number[]> {
  const me = await call('/api/v1/auth/me', undefined, { token: access_token })
  const refreshed = await call('/api/v1/auth/refresh', { refresh_token })
  return [me.status, refreshed.status]
}

describe('logout', () => {
  it('ends this session at once, in one round trip, and leaves others', async () => {
    const { email, ...own } = await preparedSignIn()
    const other = (await signIn(email)).body
    const ended = await logout(own.access_token)
    expect(ended.status).toBe(204)
    expect(cost(ended)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(ended.headers.get('Clear-Site-Data')).toBe('"cache", "storage"')
    expect(await alive(own)).toEqual([401, 401])
    expect(await alive(other)).toEqual([200, 200])
  })

  it('may be repeated, and is in the trail once', async () => {
    const { email, access_token, session_id } = await preparedSignIn()
    expect((await logout(access_token)).status).toBe(204)
    expect((await logout(access_token)).status).toBe(204)
    expect(await trailEntries(email, 'session.ended')).toMatchObject([
      { outcome: 'success', reason: 'logout', session_id },
    ])
  })

  it('needs a token', async () => {
    for (const answer of [await logout('x.y.z'), await logoutAll('x.y.z')]) {
      expect([answer.status, codeOf(answer)]).toEqual([401, 'TOKEN_INVALID'])
      expect(answer.headers.get('WWW-Authenticate')).toContain('Bearer')
      expect(cost(answer)).toMatchObject({ db: 0 })
    }
  })
})

describe('logout-all', () => {
  it('ends every session of the owner, and nobody else', async () => {
    const [{ email, ...own }, stranger] = [await preparedSignIn(), await preparedSignIn()]
    const other = (await signIn(email)).body
    const ended = await logoutAll(own.access_token)
    expect(ended.status).toBe(204)
    expect(cost(ended)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(ended.headers.get('Clear-Site-Data')).toBe('"cache", "storage"')
    for (const tokens of [own, other]) expect(await alive(tokens)).toEqual([401, 401])
    expect(await alive(stranger)).toEqual([200, 200])
    expect((await signIn(email)).status).toBe(200)
  })

  it('with except_current keeps this session, twice by the same access token too', async () => {
    const { email, ...own } = await preparedSignIn()
    for (let time = 0; time < 2; time += 1) {
      const other = (await signIn(email)).body
      const ended = await logoutAll(own.access_token, { except_current: true })
      expect(ended.status).toBe(204)
      expect(ended.headers.get('Clear-Site-Data')).toBeNull()
      expect(await alive(other)).toEqual([401, 401])
    }
    expect(await alive(own)).toEqual([200, 200])
  })

  it('works once by a token of its own session', async () => {
    const { access_token } = await preparedSignIn()
    await logoutAll(access_token, { except_current: false })
    const again = await logoutAll(access_token)
    expect([again.status, codeOf(again)]).toEqual([401, 'TOKEN_INVALID'])
  })

  it('is in the trail', async () => {
    const { email, access_token, session_id } = await preparedSignIn()
    await logoutAll(access_token, { except_current: true })
    await logoutAll(access_token)
    expect(await trailEntries(email, 'session.all_ended')).toMatchObject([
      { reason: 'except_current', session_id },
      { reason: null, session_id },
    ])
  })

  it('refuses other bodies by field', async () => {
    const { access_token, ...own } = await preparedSignIn()
    const refused = await logoutAll(access_token, { except_current: 'yes', all: true })
    expect(refused.status).toBe(422)
    expect(fieldCodes(refused)).toEqual(['all UNKNOWN_FIELD', 'except_current INVALID_TYPE'])
    expect(await alive({ ...own, access_token })).toEqual([200, 200])
  })
})
