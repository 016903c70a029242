import { describe, expect, it } from 'vitest'
import { session as policy } from '../../src/policy.ts'
import { type Answer, call, mails, signIn, type Tokens } from '../support/client.ts'
import { ageSession, lettersFor, rows, trailEntries } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'

function refresh(token: string): Promise<Answer<Tokens>> {
  return call<Tokens>('/api/v1/auth/refresh', { refresh_token: token })
}

async function me(token: string): Promise<number> {
  return (await call('/api/v1/auth/me', undefined, { token })).status
}

/** A session whose first token is used, and the grace over. */
async function stolen() {
  const session = await preparedSignIn()
  const { body } = await refresh(session.refresh_token)
  await ageSession(session.session_id, policy.refreshGrace + 1)
  return { ...session, next: body }
}

describe('an old token after the grace', () => {
  it('ends the session: each of its tokens is refused, access tokens too', async () => {
    const { refresh_token, access_token, next } = await stolen()
    const reused = await refresh(refresh_token)
    expect([reused.status, codeOf(reused)]).toEqual([401, 'REFRESH_REUSED'])
    for (const token of [refresh_token, next.refresh_token]) {
      const refused = await refresh(token)
      expect(refused.status).toBe(401)
      expect(codeOf(refused)).toMatch(/^REFRESH_(INVALID|REUSED)$/)
    }
    expect([await me(access_token), await me(next.access_token)]).toEqual([401, 401])
  })

  it('leaves other sessions of the owner alone', async () => {
    const { email, refresh_token } = await stolen()
    const other = (await signIn(email)).body
    await refresh(refresh_token)
    expect(await me(other.access_token)).toBe(200)
    expect((await refresh(other.refresh_token)).status).toBe(200)
  })

  it('tells the owner once, and the trail', async () => {
    const { email, refresh_token, session_id } = await stolen()
    await refresh(refresh_token)
    await refresh(refresh_token)
    expect((await mails(email, 2))[0]?.subject).toBe('We ended a session of your account')
    expect(await lettersFor(email)).toEqual(['verify_email', 'refresh_reused'])
    expect(await trailEntries(email, 'session.refresh_reused')).toMatchObject([
      { outcome: 'failure', session_id },
    ])
    expect(await rows('select revoked_reason from sessions where id = $1', [session_id])).toEqual([
      { revoked_reason: 'refresh_reused' },
    ])
  })

  it('is listed among the revocations', async () => {
    const { refresh_token, session_id } = await stolen()
    await refresh(refresh_token)
    const { body } = await call<{ revoked: { sid: string }[] }>('/.well-known/revocations')
    expect(body.revoked.map(({ sid }) => sid)).toContain(session_id)
  })
})

it('a token two generations old is reuse even within the grace', async () => {
  const { refresh_token } = await preparedSignIn()
  const second = (await refresh(refresh_token)).body
  await refresh(second.refresh_token)
  const reused = await refresh(refresh_token)
  expect([reused.status, codeOf(reused)]).toEqual([401, 'REFRESH_REUSED'])
})

it('the newest token never counts as reuse, however old', async () => {
  const { next, session_id } = await stolen()
  await ageSession(session_id, 86_400)
  expect((await refresh(next.refresh_token)).status).toBe(200)
})
