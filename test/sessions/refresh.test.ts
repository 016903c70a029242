import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { session as policy } from '../../src/policy.ts'
import { type Answer, call, cost, signIn, type Tokens } from '../support/client.ts'
import { ageSession, row, rows } from '../support/database.ts'
import { preparedSignIn, preparedUser } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

type Refreshed = Omit<Tokens, 'user'> & { refresh_expires_in: number }

function refresh(token: string, headers = {}): Promise<Answer<Refreshed>> {
  return call<Refreshed>('/api/v1/auth/refresh', { refresh_token: token }, { headers })
}

async function meStatus(token: string): Promise<number> {
  return (await call('/api/v1/auth/me', undefined, { token })).status
}

function expectInvalid(answer: Answer<unknown>): void {
  expect([answer.status, codeOf(answer)]).toEqual([401, 'REFRESH_INVALID'])
}

describe('a refresh', () => {
  it('gives new tokens of the same session, without the user, in one round trip', async () => {
    const { session_id, refresh_token } = await preparedSignIn()
    const refreshed = await refresh(refresh_token)
    expect(refreshed.status).toBe(200)
    expect(refreshed.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: expect.stringMatching(/^ghr_[\w-]{70}$/),
      refresh_expires_in: policy.idleLife,
      session_id,
    })
    expect(cost(refreshed)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(await meStatus(refreshed.body.access_token)).toBe(200)
  })

  it('changes nothing that an index holds but the day of its end, so that Postgres writes the row alone', async () => {
    const { session_id, refresh_token } = await preparedSignIn()
    const one = 'select to_jsonb(s) as session from sessions s where id = $1'
    const held = async () => (await row<{ session: object }>(one, [session_id])).session
    const before = new Map(Object.entries(await held()))
    expect((await refresh(refresh_token, { 'CF-IPCountry': 'BD' })).status).toBe(200)
    const names = Object.entries(await held())
      .filter(([name, value]) => JSON.stringify(before.get(name)) !== JSON.stringify(value))
      .map(([name]) => name)
      .filter((name) => name !== 'expires_on')
    expect(names).toEqual(expect.arrayContaining(['expires_at', 'last_seen_at', 'refresh_hash']))
    expect(names).not.toContain('amr')
    const indexed = `select a.attname from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
      where i.indrelid = 'sessions'::regclass and a.attname = any($1)`
    expect(await rows(indexed, [names])).toEqual([])
  })

  it('goes on: each token gives the next', async () => {
    let { refresh_token: token } = await preparedSignIn()
    const seen = new Set([token])
    for (let time = 0; time < 5; time += 1) {
      const { body } = await refresh(token)
      expect(seen.has(body.refresh_token)).toBe(false)
      token = body.refresh_token
      seen.add(token)
    }
  })

  it('repeated within ten seconds gives the same successor, byte for byte, and it works', async () => {
    const { session_id, refresh_token } = await preparedSignIn()
    const first = await refresh(refresh_token)
    await ageSession(session_id, policy.refreshGrace - 5)
    const repeat = await refresh(refresh_token)
    expect(repeat.status).toBe(200)
    expect(repeat.body.refresh_token).toBe(first.body.refresh_token)
    expect((await refresh(repeat.body.refresh_token)).status).toBe(200)
  })

  it('by parallel tabs gives all of them the same successor', async () => {
    const { refresh_token } = await preparedSignIn()
    const tabs = await Promise.all(Array.from({ length: 10 }, () => refresh(refresh_token)))
    expect(tabs.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(new Set(tabs.map(({ body }) => body.refresh_token)).size).toBe(1)
  })

  it('stores no token: only the hash of the newest', async () => {
    const { session_id, refresh_token } = await preparedSignIn()
    const { body } = await refresh(refresh_token)
    const [stored] = await rows('select * from sessions where id = $1', [session_id])
    expect(JSON.stringify(stored)).not.toContain(body.refresh_token.slice(4))
    expect(stored).toMatchObject({ refresh_generation: 2 })
  })
})

describe('auth_time', () => {
  it('is the whole second in which the session was proven, never one in the future', async () => {
    const { session_id, refresh_token } = await preparedSignIn()
    const [proven] = await rows<{ second: number }>(
      `update sessions set authenticated_at = date_trunc('second', authenticated_at) + interval '0.9 seconds'
       where id = $1 returning floor(extract(epoch from authenticated_at))::int as second`,
      [session_id],
    )
    const { body } = await refresh(refresh_token)
    expect(decodeJwt(body.access_token).auth_time).toBe(proven?.second)
  })

  it('of a sign-in in the later half of a second is that second', async () => {
    const email = await preparedUser()
    let opened: { second: number; part: number } | undefined
    for (let tries = 0; tries < 50 && !(opened && opened.part >= 0.5); tries += 1) {
      const { body } = await signIn(email)
      const found = await rows<{ second: number; part: number }>(
        `select floor(extract(epoch from authenticated_at))::int as second,
           (extract(epoch from authenticated_at) % 1)::float8 as part from sessions where id = $1`,
        [body.session_id],
      )
      opened = found[0]
      expect(decodeJwt(body.access_token).auth_time).toBe(opened?.second)
    }
    expect(opened?.part).toBeGreaterThanOrEqual(0.5)
  })
})

describe('a session', () => {
  it('ends when it was idle for 30 days', async () => {
    const { session_id, refresh_token, access_token } = await preparedSignIn()
    await ageSession(session_id, policy.idleLife - 60)
    const { body } = await refresh(refresh_token)
    await ageSession(session_id, policy.idleLife)
    expectInvalid(await refresh(body.refresh_token))
    expect(await meStatus(access_token)).toBe(401)
  })

  it('ends 90 days after the sign-in, however often it was refreshed', async () => {
    const { session_id, refresh_token } = await preparedSignIn()
    const step = 29 * 86_400
    let token = refresh_token
    const left = []
    for (let time = 0; time < 3; time += 1) {
      await ageSession(session_id, step)
      const { body } = await refresh(token)
      left.push(Math.round(body.refresh_expires_in / 86_400))
      token = body.refresh_token
    }
    expect(left).toEqual([30, 30, 3])
    await ageSession(session_id, 3 * 86_400)
    expectInvalid(await refresh(token))
  })
})

describe('a token that is not good here', () => {
  it.each([
    ['nothing', () => ''],
    ['another prefix', (token: string) => token.replace('ghr_', 'ghv_')],
    [
      'another last byte',
      (token: string) => token.slice(0, -2) + flipped(token.at(-2)) + token.slice(-1),
    ],
    ['another family', (token: string) => token.slice(0, 6) + flipped(token[6]) + token.slice(7)],
    [
      'another generation',
      (token: string) => token.slice(0, 28) + flipped(token[28]) + token.slice(29),
    ],
    ['a tail', (token: string) => `${token}A`],
    ['padding', (token: string) => `${token}==`],
    ['a cut', (token: string) => token.slice(0, -4)],
    ['text', () => 'not a token'],
  ])('with %s is refused without a question to the database', async (_, forge) => {
    const { refresh_token } = await preparedSignIn()
    const refused = await refresh(forge(refresh_token))
    expectInvalid(refused)
    expect(cost(refused)).toEqual({ db: 0, do: 0, kv: 0, hash: 0 })
    expect((await refresh(refresh_token)).status).toBe(200)
  })

  it("is another tenant's, and its own still takes it", async () => {
    const { headers } = await newTenant()
    const { refresh_token } = await preparedSignIn()
    expectInvalid(await refresh(refresh_token, headers))
    expect((await refresh(refresh_token)).status).toBe(200)
  })

  it('is none at all, or an access token', async () => {
    const { access_token } = await preparedSignIn()
    expectInvalid(await call('/api/v1/auth/refresh', {}))
    expectInvalid(await call('/api/v1/auth/refresh', undefined, { method: 'POST' }))
    const other = await refresh(access_token)
    expect(other.status === 401 || fieldCodes(other)[0] === 'refresh_token TOO_LONG').toBe(true)
  })
})

/** Another character of the alphabet. */
function flipped(character = 'A'): string {
  return character === 'A' ? 'B' : 'A'
}
