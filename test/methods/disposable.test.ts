import { describe, expect, it } from 'vitest'
import { call, cost, mails, randomEmail } from '../support/client.ts'
import { row, rows, setUser } from '../support/database.ts'
import { newTenant, newUserIn } from '../support/tenant.ts'
import { newPerson, redirectTo, signInWith, throughProvider } from './social/browser.ts'

const throwAway = () => `user-${crypto.randomUUID()}@mailinator.com`

const ways: [string, (email: string) => [string, object], string][] = [
  ['a code', (destination) => ['otp/send', { destination, type: 'email' }], 'code.refused'],
  ['a link', (email) => ['magic-link', { email }], 'link.refused'],
]

describe.each(ways)('%s to a throw-away mailbox', (_name, asking, action) => {
  it('is not sent where it would open an account, and the answer is that of every address', async () => {
    const tenant = await newTenant()
    const email = throwAway()
    const [path, body] = asking(email)
    const refused = await call(`/api/v1/auth/${path}`, body, tenant)
    const [, other] = asking(randomEmail())
    const taken = await call(`/api/v1/auth/${path}`, other, tenant)
    expect([refused.status, Object.keys(refused.body)]).toEqual([202, Object.keys(taken.body)])
    expect(cost(refused)).toEqual(cost(taken))
    expect(
      await row('select action, outcome, reason from audit_events where request_id = $1', [
        refused.headers.get('X-Request-Id'),
      ]),
    ).toEqual({ action, outcome: 'failure', reason: 'disposable' })
    const written = 'select letter, recipient from outbox where tenant_id = $1 order by created_at'
    expect((await rows(written, [tenant.id]))[0]).toEqual({ letter: 'none', recipient: null })
  })

  it('is sent to the account that it has', async () => {
    const tenant = await newTenant()
    const email = throwAway()
    await setUser(await newUserIn(tenant), { email })
    const [path, body] = asking(email)
    expect((await call(`/api/v1/auth/${path}`, body, tenant)).status).toBe(202)
    expect(await mails(email)).toHaveLength(1)
  })
})

describe('a provider that vouches for a throw-away mailbox', () => {
  it('opens no account with it, and signs in to the one that there is', async () => {
    const person = newPerson({ email: throwAway() })
    expect((await throughProvider('google', person)).error).toBe('EMAIL_NOT_ACCEPTED')
    expect(await rows('select 1 from users where email = $1', [person.email])).toEqual([])
    const tenant = await newTenant({ redirectUrls: [redirectTo] })
    const email = throwAway()
    await setUser(await newUserIn(tenant), { email })
    const query = { tenant: tenant.headers['X-Tenant'] }
    const { code } = await throughProvider('google', newPerson({ email }), { query })
    expect(code).toBeDefined()
    expect((await signInWith('google', newPerson())).status).toBe(200)
  })
})
