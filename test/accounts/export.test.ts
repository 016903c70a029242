import { describe, expect, it } from 'vitest'
import { mailBudget } from '../../src/policy.ts'
import { addTotp } from '../support/authenticator.ts'
import { type Answer, call, cost, mails, newSession } from '../support/client.ts'
import { ageSession, lettersFor, rows, trailEntries, userOf } from '../support/database.ts'
import { codeOf } from '../support/problem.ts'

const path = '/api/v1/auth/me/export'

type Rows = Record<string, unknown>[]
type Export = Record<string, Rows> & {
  account: Record<string, unknown>
  tenant: { slug: string; name: string }
  activity: { events: { action: string; ip_prefix: string | null }[]; next_cursor: string | null }
}

function read(token: string): Promise<Answer<Export>> {
  return call<Export>(path, undefined, { token })
}

describe('the export of an account', () => {
  it('holds all that is kept of it, in one round trip, and the owner is told', async () => {
    const { email, user, session_id, access_token: token } = await newSession()
    await call(
      '/api/v1/auth/me',
      { first_name: 'Ann', gender: 'other' },
      { token, method: 'PATCH' },
    )
    const answer = await read(token)
    expect(answer.status).toBe(200)
    expect(cost(answer)).toMatchObject({ db: 1, do: 0, hash: 0 })
    const { account, tenant, sessions, consents, messages, activity } = answer.body
    expect(account).toMatchObject({ id: user.id, email, first_name: 'Ann', gender: 'other' })
    expect(tenant).toEqual({ slug: 'default', name: 'Default' })
    expect(sessions).toMatchObject([{ id: session_id, ip_prefix: expect.stringMatching(/^10\./) }])
    expect(consents?.map(({ kind }) => kind).sort()).toEqual(['privacy', 'terms'])
    expect(messages?.map(({ letter }) => letter)).toContain('verify_email')
    expect(activity.events.map(({ action }) => action)).toContain('account.registered')
    expect(activity.events.every(({ ip_prefix }) => ip_prefix?.startsWith('10.'))).toBe(true)
    expect((await mails(email, 2))[0]?.subject).toBe('The data of your account was downloaded')
    expect(await trailEntries(email, 'account.exported')).toHaveLength(1)
  })

  it('is told of so often an hour, and no more: no other letter is buried under these', async () => {
    const { email, access_token: token } = await newSession()
    for (let time = 0; time <= mailBudget.perWindow; time += 1) {
      expect((await read(token)).status).toBe(200)
    }
    const letters = await lettersFor(email)
    const told = letters.filter((letter) => letter === 'account_exported')
    expect(told).toHaveLength(mailBudget.perWindow)
  })

  it('holds no secret', async () => {
    const session = await newSession()
    await addTotp(session)
    await rows(`update sessions set acr = 'aal2' where id = $1`, [session.session_id])
    const { status, body } = await read(session.access_token)
    expect(status).toBe(200)
    expect(body.factors).toMatchObject([{ type: 'totp' }])
    expect(JSON.stringify(body)).not.toMatch(/"\\\\x|argon2|hash"|sealed|"payload"|selector/)
  })

  it('holds a long trail whole, in bounded statements', async () => {
    const { email, access_token } = await newSession()
    const { id, tenant_id } = await userOf(email)
    await rows(
      `insert into audit_events (id, tenant_id, user_id, action, outcome, reason)
       select ('00000000-0000-7000-8000-' || lpad(to_hex((random() * 2 ^ 40)::bigint), 12, '0'))::uuid,
         $1, $2, 'sign_in.refused', 'failure', n::text from generate_series(1, 1500) as n`,
      [tenant_id, id],
    )
    const { headers, body } = await read(access_token)
    expect(cost({ headers } as Answer<unknown>).db).toBe(2)
    expect(body.activity.events.length).toBeGreaterThan(1_500)
    expect(body.activity.next_cursor).toBeNull()
  })

  it('asks for a fresh proof, with the second factor where there is one, and tells nothing', async () => {
    const [old, weak] = [await newSession(), await newSession()]
    await ageSession(old.session_id, 301)
    await addTotp(weak)
    for (const token of [old.access_token, weak.access_token]) {
      const answer = await read(token)
      expect([answer.status, codeOf(answer)]).toEqual([403, 'STEP_UP_REQUIRED'])
      expect(answer.body).not.toHaveProperty('account')
    }
    expect(await trailEntries(old.email, 'account.exported')).toEqual([])
  })
})
