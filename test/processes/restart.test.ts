import { beforeAll, describe, expect, it } from 'vitest'
import { call } from './support/client.ts'
import { me, type Person, password, passwordNumber, refresh } from './support/people.ts'
import { preparedAccount, preparedSession } from './support/prepared.ts'
import { ownSite, site, useSite } from './support/site.ts'
import type { WorkerProcess } from './support/worker.ts'

useSite()

/** Ends a session, at the first Worker. */
const ends: Record<string, (session: Person) => Promise<unknown>> = {
  'a sign-out': ({ access_token: token }) => at('/logout', {}, token),
  'a sign-out everywhere': ({ access_token: token }) => at('/logout-all', {}, token),
  'a password that was changed elsewhere': async ({ email }) => {
    const { access_token: token } = await preparedSession(email)
    const body = { current_password: password, new_password: passwordNumber(1) }
    return at('/change-password', body, token, 'PUT')
  },
  'its refresh token, used twice': async (session) => {
    const { refresh_token } = session
    await refresh(refresh_token)
    await age(session)
    await refresh(refresh_token)
  },
}

/** The grace of a refresh is over. */
function age({ session_id }: Person): Promise<unknown> {
  return site().database.query(
    "update sessions set refreshed_at = refreshed_at - interval '11 seconds' where id = $1",
    [session_id],
  )
}

function at(path: string, body: object, token: string, method = 'POST') {
  return call(site().workers[0], `/api/v1/auth${path}`, body, { token, method })
}

// CVE-2026-9802: refresh tokens that were revoked or spent worked again once the process was started anew.
describe('a Worker that is started after a session has ended, when those before it are gone', () => {
  const ended = new Map<string, Person>()
  let living: Person
  let spent: Person
  let started: WorkerProcess

  beforeAll(async () => {
    for (const [name, end] of Object.entries(ends)) {
      const session = await preparedSession(await preparedAccount())
      await end(session)
      ended.set(name, session)
    }
    living = await preparedSession(await preparedAccount())
    spent = await preparedSession(await preparedAccount())
    await refresh(spent.refresh_token)
    await age(spent)
    for (const worker of ownSite().workers) await worker.kill()
    started = await ownSite().addWorker()
  })

  it.each(Object.keys(ends))('refuses its tokens, and lists it: by %s', async (name) => {
    const session = ended.get(name)
    const { access_token, refresh_token, session_id } = session as Person
    expect(await me(access_token, started)).toMatchObject({ status: 401, code: 'TOKEN_INVALID' })
    const refreshed = await refresh(refresh_token, started)
    expect(refreshed.status).toBe(401)
    expect(refreshed.code).toMatch(/^REFRESH_(INVALID|REUSED)$/)
    expect(await listed()).toContain(session_id)
  })

  it('knows a token that was spent before, and ends its family', async () => {
    const refreshed = await refresh(spent.refresh_token, started)
    expect(refreshed).toMatchObject({ status: 401, code: 'REFRESH_REUSED' })
    expect(await listed()).toContain(spent.session_id)
  })

  it('goes on with a session that lives', async () => {
    expect(await me(living.access_token, started)).toMatchObject({ status: 200 })
    expect(await refresh(living.refresh_token, started)).toMatchObject({ status: 200 })
    expect(await listed()).not.toContain(living.session_id)
  })

  async function listed(): Promise<string[]> {
    const { body } = await call<{ revoked: { sid: string }[] }>(started, '/.well-known/revocations')
    return body.revoked.map(({ sid }) => sid)
  }
})
