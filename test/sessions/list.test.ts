import { describe, expect, it } from 'vitest'
import { type Answer, call, cost, signIn, type Tokens } from '../support/client.ts'
import { ageSession, trailEntries } from '../support/database.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Listed {
  sessions: { id: string; current: boolean }[]
}

const path = '/api/v1/auth/sessions'

function list(token: string): Promise<Answer<Listed>> {
  return call<Listed>(path, undefined, { token })
}

function end(token: string, id: string, headers = {}): Promise<Answer> {
  return call(`${path}/${id}`, undefined, { method: 'DELETE', token, headers })
}

async function me({ access_token }: Tokens): Promise<number> {
  return (await call('/api/v1/auth/me', undefined, { token: access_token })).status
}

describe('the list', () => {
  it('shows each live session with where it came from', async () => {
    const email = await preparedUser()
    const headers = {
      'CF-Connecting-IP': '198.51.100.7',
      'User-Agent': 'GatehouseApp/1.3 (Android 16)',
      'X-App-Platform': 'android',
      'X-App-Version': '1.3.0',
    }
    const { body } = await signIn(email, { headers })
    const listed = await list(body.access_token)
    expect(cost(listed)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(listed.body).toEqual({
      sessions: [
        {
          id: body.session_id,
          current: true,
          created_at: moment,
          last_seen_at: moment,
          ip_prefix: '198.51.100.7',
          country: null,
          user_agent: 'GatehouseApp/1.3 (Android 16)',
          platform: 'android',
          amr: ['pwd'],
        },
      ],
    })
  })

  it('marks the current one, newest use first', async () => {
    const { email, ...first } = await preparedSignIn()
    const second = (await signIn(email)).body
    const ids = async (tokens: Tokens) =>
      (await list(tokens.access_token)).body.sessions.map(({ id, current }) => [id, current])
    expect(await ids(first)).toEqual([
      [second.session_id, false],
      [first.session_id, true],
    ])
    await call('/api/v1/auth/refresh', { refresh_token: first.refresh_token })
    expect(await ids(second)).toEqual([
      [first.session_id, false],
      [second.session_id, true],
    ])
  })

  it('holds no ended, no expired and no foreign session', async () => {
    const { email, ...own } = await preparedSignIn()
    const [ended, expired] = [(await signIn(email)).body, (await signIn(email)).body]
    await preparedSignIn()
    await call('/api/v1/auth/logout', undefined, { method: 'POST', token: ended.access_token })
    await ageSession(expired.session_id, 30 * 86_400)
    const { body } = await list(own.access_token)
    expect(body.sessions.map(({ id }) => id)).toEqual([own.session_id])
    expect((await list(ended.access_token)).status).toBe(401)
  })
})

describe('ending one of them', () => {
  it('ends it at once, and is in the trail', async () => {
    const { email, ...own } = await preparedSignIn()
    const other = (await signIn(email)).body
    const ended = await end(own.access_token, other.session_id)
    expect(ended.status).toBe(204)
    expect(cost(ended)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect([await me(own), await me(other)]).toEqual([200, 401])
    const refreshed = await call('/api/v1/auth/refresh', { refresh_token: other.refresh_token })
    expect(refreshed.status).toBe(401)
    expect(await trailEntries(email, 'session.ended')).toMatchObject([
      { reason: 'revoked_by_owner', session_id: other.session_id },
    ])
  })

  it('may be the current one; then nothing more is taken from it', async () => {
    const { email, ...own } = await preparedSignIn()
    const other = (await signIn(email)).body
    expect((await end(own.access_token, own.session_id)).status).toBe(204)
    const late = await end(own.access_token, other.session_id)
    expect([late.status, codeOf(late)]).toEqual([401, 'TOKEN_INVALID'])
    expect(await me(other)).toBe(200)
  })

  it("says NOT_FOUND of a stranger's session, and leaves it alone", async () => {
    const [own, stranger] = [await preparedSignIn(), await preparedSignIn()]
    const refused = await end(own.access_token, stranger.session_id)
    expect([refused.status, codeOf(refused)]).toEqual([404, 'NOT_FOUND'])
    expect(await me(stranger)).toBe(200)
  })

  it('says NOT_FOUND of an ended one', async () => {
    const { email, ...own } = await preparedSignIn()
    const other = (await signIn(email)).body
    await end(own.access_token, other.session_id)
    expect((await end(own.access_token, other.session_id)).status).toBe(404)
  })

  it.each(['x', '00000000', `${crypto.randomUUID()}0`, '%00', "'--"])(
    'says NOT_FOUND of the malformed id %s, without a question to the database',
    async (id) => {
      const { access_token } = await preparedSignIn()
      const refused = await end(access_token, id)
      expect([refused.status, codeOf(refused)]).toEqual([404, 'NOT_FOUND'])
      expect(cost(refused)).toMatchObject({ db: 0 })
    },
  )

  it('takes no access token of another tenant', async () => {
    const { headers } = await newTenant()
    const own = await preparedSignIn()
    const refused = await end(own.access_token, own.session_id, headers)
    expect([refused.status, codeOf(refused)]).toEqual([401, 'TOKEN_INVALID'])
    expect(await me(own)).toBe(200)
  })
})
