import { describe, expect, it } from 'vitest'
import {
  type Answer,
  call,
  cost,
  randomEmail,
  registration,
  signIn,
  type Tokens,
} from '../support/client.ts'
import { rows, userOf } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { newTenant } from '../support/tenant.ts'

interface Event {
  id: string
  action: string
  outcome: string
}

interface Page {
  events: Event[]
  next_cursor: string | null
}

function activity(token: string, cursor?: string): Promise<Answer<Page>> {
  const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`
  return call<Page>(`/api/v1/auth/me/activity${query}`, undefined, { token })
}

/** Older events than any the account has of its own: their ids begin with zeros. */
async function addOldEvents(email: string, count: number): Promise<void> {
  const { id, tenant_id } = await userOf(email)
  await rows(
    `insert into audit_events (id, tenant_id, user_id, action, outcome, reason)
     select ('00000000-0000-7000-8000-' || lpad(to_hex((random() * 2 ^ 40)::bigint), 12, '0'))::uuid,
       $1, $2, 'sign_in.refused', 'failure', n::text
     from generate_series(1, $3::int) as n`,
    [tenant_id, id, count],
  )
}

describe('the own trail', () => {
  it('says nothing of who asks with an address that was only typed into the account', async () => {
    const { headers } = await newTenant({ emailVerification: false })
    const email = randomEmail()
    const made = await call<Tokens>('/api/v1/auth/register', registration(email), { headers })
    const owner = { ...headers, 'CF-Connecting-IP': '203.0.113.77' }
    await call('/api/v1/auth/otp/send', { destination: email, type: 'email' }, { headers: owner })
    await call('/api/v1/auth/magic-link', { email }, { headers: owner })
    const shown = await call<Page>('/api/v1/auth/me/activity', undefined, {
      headers,
      token: made.body.access_token,
    })
    expect(shown.status).toBe(200)
    expect(JSON.stringify(shown.body)).not.toContain('203.0.113.')
  })

  it('tells what happened, newest first', async () => {
    const { email, access_token, session_id } = await preparedSignIn()
    const headers = { 'CF-Connecting-IP': '198.51.100.7', 'User-Agent': 'Somebody/1.0' }
    await signIn(email, { password: 'vexing plum harbour 42', headers })
    const page = await activity(access_token)
    expect(page.status).toBe(200)
    expect(cost(page)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
    expect(page.body.next_cursor).toBeNull()
    expect(page.body.events.map(({ action }) => action)).toEqual([
      'sign_in.refused',
      'session.opened',
      'account.verified',
      'account.registered',
    ])
    expect(page.body.events[0]).toEqual({
      id: expect.any(String),
      action: 'sign_in.refused',
      outcome: 'failure',
      reason: 'wrong_password',
      session_id: null,
      ip_prefix: '198.51.100.7',
      country: null,
      user_agent: 'Somebody/1.0',
      occurred_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
    expect(page.body.events[1]).toMatchObject({ session_id, outcome: 'success' })
  })

  it('comes in pages of fifty, each event once, in order', async () => {
    const { email, access_token } = await preparedSignIn()
    await addOldEvents(email, 60)
    const first = (await activity(access_token)).body
    const second = (await activity(access_token, first.next_cursor ?? '')).body
    expect([first.events.length, second.events.length]).toEqual([50, 13])
    expect(first.next_cursor).toBe(first.events.at(-1)?.id)
    expect(second.next_cursor).toBeNull()
    const ids = [...first.events, ...second.events].map(({ id }) => id)
    expect(new Set(ids).size).toBe(63)
    expect(ids).toEqual(ids.toSorted().toReversed())
  })

  it('has no further page where the last one is just full', async () => {
    const { email, access_token } = await preparedSignIn()
    await addOldEvents(email, 47)
    const { events, next_cursor } = (await activity(access_token)).body
    expect([events.length, next_cursor]).toEqual([50, null])
  })

  it("never shows a stranger's events, by a stranger's cursor either", async () => {
    const [own, stranger] = [await preparedSignIn(), await preparedSignIn()]
    const theirs = (await activity(stranger.access_token)).body.events.map(({ id }) => id)
    const mine = (await activity(own.access_token)).body.events.map(({ id }) => id)
    const older = (await activity(own.access_token, theirs[0])).body.events.map(({ id }) => id)
    for (const id of [...mine, ...older]) expect(theirs).not.toContain(id)
  })
})

it.each(['', 'x', '1', "'; drop table users"])('refuses the cursor %j by name', async (cursor) => {
  const { access_token } = await preparedSignIn()
  const refused = await activity(access_token, cursor)
  expect(refused.status).toBe(422)
  expect(fieldCodes(refused)[0]).toMatch(/^cursor /)
})

it('is closed to an ended session', async () => {
  const { access_token } = await preparedSignIn()
  await call('/api/v1/auth/logout', undefined, { method: 'POST', token: access_token })
  const refused = await activity(access_token)
  expect([refused.status, codeOf(refused)]).toEqual([401, 'TOKEN_INVALID'])
})
