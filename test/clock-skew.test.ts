import { afterEach, describe, expect, it, vi } from 'vitest'
import { session as policy } from '../src/policy.ts'
import { expectProblem } from './http/problem-document.ts'
import { addTotp, codeOf } from './support/authenticator.ts'
import {
  type Answer,
  type CallOptions,
  call,
  type Message,
  mails,
  signIn,
  type Tokens,
  tokenIn,
} from './support/client.ts'
import { ageSession, row } from './support/database.ts'
import { preparedUserIn } from './support/prepared.ts'
import { newTenant } from './support/tenant.ts'

const auth = '/api/v1/auth'
const skews = [-120, 120]

// A tenant of its own: what an isolate has read by a clock that goes ahead would look young to the tests that follow.
const tenant = await newTenant()
const { headers } = tenant

afterEach(() => void vi.useRealTimers())

/** The Worker's clock from now on; the database keeps its own. */
function workerIsOffBy(seconds: number): void {
  vi.useRealTimers()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1_000 })
}

const ask = <T>(path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> =>
  call<T>(`${auth}${path}`, body, { ...options, headers })

const refresh = (refresh_token: string) => ask<Tokens>('/refresh', { refresh_token })
const me = async (token: string) => (await ask('/me', undefined, { token })).status
const post = async (path: string, token: string) =>
  (await ask(path, undefined, { method: 'POST', token })).status

async function newSession(): Promise<Tokens & { email: string }> {
  const email = await preparedUserIn(tenant)
  return { ...(await signIn(email, { headers })).body, email }
}

async function whyRevoked(sessionId: string): Promise<string | null> {
  const { revoked_reason } = await row<{ revoked_reason: string | null }>(
    'select revoked_reason from sessions where id = $1',
    [sessionId],
  )
  return revoked_reason
}

async function isListed(sessionId: string): Promise<boolean> {
  const { body } = await call<{ revoked: { sid: string }[] }>('/.well-known/revocations')
  return body.revoked.some(({ sid }) => sid === sessionId)
}

/** As if so many seconds had passed since the link of an address was mailed. */
async function ageLink(email: string, seconds: number): Promise<void> {
  await row(
    `update sign_in_links set expires_at = expires_at - make_interval(secs => $2) where email = $1 returning id`,
    [email, seconds],
  )
}

async function newestLink(email: string, count: number): Promise<string> {
  const [mail] = (await mails(email, count)) as [Message]
  return tokenIn(mail)
}

describe.each(skews)('a Worker whose clock is off by %i seconds', (skew) => {
  it('signs in, and the session goes on', async () => {
    workerIsOffBy(skew)
    const own = await newSession()
    expect(await me(own.access_token)).toBe(200)
    const { status, body } = await refresh(own.refresh_token)
    expect(status).toBe(200)
    expect(await me(body.access_token)).toBe(200)
  })

  it('answers a repeat within the grace with the same successor, and no family dies', async () => {
    const own = await newSession()
    workerIsOffBy(skew)
    const first = await refresh(own.refresh_token)
    await ageSession(own.session_id, policy.refreshGrace - 3)
    const again = await refresh(own.refresh_token)
    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.body.refresh_token).toBe(first.body.refresh_token)
    expect(await whyRevoked(own.session_id)).toBeNull()
    expect((await refresh(first.body.refresh_token)).status).toBe(200)
  })

  it.each([11, 60, 3_600])(
    'ends the family of a token that comes again after %i seconds',
    async (age) => {
      const own = await newSession()
      workerIsOffBy(skew)
      await refresh(own.refresh_token)
      await ageSession(own.session_id, age)
      expectProblem(await refresh(own.refresh_token), 401, 'REFRESH_REUSED')
      expect(await whyRevoked(own.session_id)).toBe('refresh_reused')
    },
  )

  it('takes over a session of a Worker whose clock is right, and gives it back', async () => {
    const own = await newSession()
    workerIsOffBy(skew)
    // A token of the future is refused beyond the leeway: the client refreshes, and goes on.
    expect(await me(own.access_token)).toBe(skew < 0 ? 401 : 200)
    const { status, body } = await refresh(own.refresh_token)
    expect(status).toBe(200)
    expect(await me(body.access_token)).toBe(200)

    vi.useRealTimers()
    expect(await me(body.access_token)).toBe(skew > 0 ? 401 : 200)
    const back = await refresh(body.refresh_token)
    expect(back.status).toBe(200)
    expect(await me(back.body.access_token)).toBe(200)
    expect(await whyRevoked(own.session_id)).toBeNull()
  })

  it.each([
    ['/logout', 'logout'],
    ['/logout-all', 'logout_all'],
  ])('signs out by %s at once, and lists it', async (path, reason) => {
    workerIsOffBy(skew)
    const own = await newSession()
    expect(await post(path, own.access_token)).toBe(204)
    expect(await me(own.access_token)).toBe(401)
    expectProblem(await refresh(own.refresh_token), 401, 'REFRESH_INVALID')
    expect(await isListed(own.session_id)).toBe(true)
    vi.useRealTimers()
    expect(await me(own.access_token)).toBe(401)
    expect(await whyRevoked(own.session_id)).toBe(reason)
  })

  it('takes a mailed link for as long as the database says', async () => {
    const email = await preparedUserIn(tenant)
    workerIsOffBy(skew)
    expect((await ask('/magic-link', { email })).status).toBe(202)
    const token = await newestLink(email, 2)
    await ageLink(email, 14 * 60)
    expect((await ask('/magic-link/verify', { token })).status).toBe(200)
    expectProblem(await ask('/magic-link/verify', { token }), 400, 'TOKEN_INVALID')
  })

  it('refuses a link that the database says is over', async () => {
    const email = await preparedUserIn(tenant)
    await ask('/magic-link', { email })
    const token = await newestLink(email, 2)
    await ageLink(email, 15 * 60 + 1)
    workerIsOffBy(skew)
    expectProblem(await ask('/magic-link/verify', { token }), 400, 'TOKEN_INVALID')
  })

  /** Not by accident: a code is good for a minute (RFC 6238 §5.2), and two minutes are four steps. */
  it('refuses the code of an app whose clock is right; a backup code signs in', async () => {
    const own = await newSession()
    const { secret, backupCodes } = await addTotp(own)
    const code = codeOf(secret)
    workerIsOffBy(skew)
    const { body } = await signIn(own.email, { headers })
    const { mfa_token } = body as unknown as { mfa_token: string }
    expectProblem(
      await ask('/mfa/verify', { mfa_token, type: 'totp', code }),
      401,
      'MFA_CODE_INVALID',
    )
    const [backup] = backupCodes
    const signedIn = await ask('/mfa/verify', { mfa_token, type: 'backup_code', code: backup })
    expect(signedIn.status).toBe(200)

    // Nothing was spent by it: where the clock is right, the code still counts.
    vi.useRealTimers()
    const later = (await signIn(own.email, { headers })).body as unknown as { mfa_token: string }
    const proven = { mfa_token: later.mfa_token, type: 'totp', code: codeOf(secret) }
    expect((await ask('/mfa/verify', proven)).status).toBe(200)
  })
})
