import { describe, expect, it } from 'vitest'
import {
  type Answer,
  call,
  mails,
  newUser,
  password,
  randomEmail,
  registration,
  signIn,
  type Tokens,
  tokenIn,
} from '../../support/client.ts'
import { lettersFor, row, rows, setUser, trailEntries, userOf } from '../../support/database.ts'
import { behind, hold } from '../../support/lock.ts'
import {
  preparedSession,
  preparedSignIn,
  preparedUser,
  preparedUserIn,
} from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'
import { newTenant, type TestTenant } from '../../support/tenant.ts'
import {
  exchange,
  nativeProof,
  nativeSignIn,
  newPerson,
  providerNames,
  redirectTo,
  signInWith,
  throughProvider,
} from './browser.ts'

const auth = '/api/v1/auth'

describe.each(providerNames)('an account with a proven address, and %s', (provider) => {
  it('are joined when both sides have proven it, and the owner is told', async () => {
    const email = await newUser({ first_name: 'Kept' })
    const before = await userOf(email)
    const { body } = await signInWith(provider, newPerson({ email }))
    expect(body).toMatchObject({
      user_created: false,
      user: { id: before.id, email, first_name: 'Kept', last_name: 'Example' },
    })
    expect((await signIn(email)).status).toBe(200)
    expect(await lettersFor(email)).toContain('identity_linked')
    expect(await trailEntries(email, 'identity.linked')).toHaveLength(1)
    const [mail] = await mails(email, 2)
    expect(mail?.text.toLowerCase()).toContain(provider)
  })
})

it('joins an address in any spelling', async () => {
  const email = await preparedUser()
  const { id } = await userOf(email)
  const { body } = await signInWith('google', newPerson({ email: email.toUpperCase() }))
  expect(body).toMatchObject({ user_created: false, user: { id } })
})

it('knows a person by the subject, not by the address', async () => {
  const person = newPerson()
  const { body: first } = await signInWith('google', person)
  const moved = await signInWith('google', { ...person, email: randomEmail() })
  expect(moved.body.user).toMatchObject({ id: first.user.id, email: person.email })
  const unverified = await signInWith('google', { ...person, email_verified: false, email: '' })
  expect(unverified.body.user.id).toBe(first.user.id)
})

it('keeps one subject of two providers apart', async () => {
  const sub = '12345678'
  const one = await signInWith('google', newPerson({ sub: `${sub}${Date.now()}` }))
  const two = await signInWith('apple', newPerson({ sub: `${sub}${Date.now()}` }))
  expect(one.body.user.id).not.toBe(two.body.user.id)
})

it('keeps tenants apart', async () => {
  const person = newPerson()
  const here = await signInWith('google', person)
  const tenant = await newTenant({ redirectUrls: [redirectTo] })
  const query = { tenant: tenant.headers['X-Tenant'] }
  const { code = '', app } = await throughProvider('google', person, { query })
  const there = await exchange(code, app, tenant.headers)
  expect(there.body).toMatchObject({ user_created: true })
  expect(there.body.user.id).not.toBe(here.body.user.id)
})

// GHSA-g38m-r43w-p2q7: a provider's identity joined the account that a stranger had laid out with the address.
describe('an address that somebody registered and never proved', () => {
  it('goes to who proves it, without the password that was laid out for them', async () => {
    const email = randomEmail()
    await call(`${auth}/register`, registration(email, { first_name: 'Eve' }))
    const before = await userOf(email)
    const { body } = await signInWith('google', newPerson({ email }))
    expect(body).toMatchObject({
      user_created: true,
      user: { id: before.id, email, email_verified: true, status: 'active', first_name: 'Ann' },
    })
    const stranger = await signIn(email, { password })
    expect(stranger.status).toBe(401)
    expect(codeOf(stranger)).toBe('INVALID_CREDENTIALS')
    expect(await trailEntries(email, 'account.verified')).toHaveLength(1)
  })

  it('voids the link of that registration', async () => {
    const email = randomEmail()
    await call(`${auth}/register`, registration(email, { first_name: 'Eve' }))
    const [mail] = await mails(email)
    await signInWith('google', newPerson({ email }))
    const late = await call(`${auth}/verify-email`, { token: mail ? tokenIn(mail) : '' })
    expect(late.status).toBe(400)
    expect((await signIn(email, { password })).status).toBe(401)
    expect((await userOf(email)).first_name).toBe('Ann')
    const waiting = await rows(
      `select 1 from one_time_tokens t join users u on u.id = t.user_id
       where u.email = $1 and t.payload <> '{}'`,
      [email],
    )
    expect(waiting).toEqual([])
  })

  it('ends what the stranger had opened, where the tenant asks for no proof', async () => {
    const { headers } = await newTenant({ emailVerification: false, redirectUrls: [redirectTo] })
    const email = randomEmail()
    const body = registration(email, { first_name: 'Eve' })
    const stranger = await call<Tokens>(`${auth}/register`, body, { headers })
    expect(stranger.status).toBe(201)
    const { code = '', app } = await throughProvider('google', newPerson({ email }), {
      query: { tenant: headers['X-Tenant'] },
    })
    const owner = await exchange(code, app, headers)
    expect(owner.body.user).toMatchObject({ email_verified: true, first_name: 'Ann' })
    const { access_token: token, refresh_token } = stranger.body
    expect((await call(`${auth}/me`, undefined, { token, headers })).status).toBe(401)
    expect((await call(`${auth}/refresh`, { refresh_token }, { headers })).status).toBe(401)
    expect((await signIn(email, { headers })).status).toBe(401)
  })

  it('takes the stranger’s identities away too', async () => {
    const { headers } = await newTenant({ emailVerification: false, redirectUrls: [redirectTo] })
    const query = { tenant: headers['X-Tenant'] }
    const email = randomEmail()
    const stranger = newPerson({ email, email_verified: false })
    const first = await throughProvider('github', stranger, { query })
    const { body } = await exchange(first.code ?? '', first.app, headers)
    expect(body.user_created).toBe(true)
    await throughProvider('google', newPerson({ email }), { query })
    const again = await throughProvider('github', stranger, { query })
    expect(again.error).toBe('USER_EXISTS')
    expect(await causeOf(again.answer)).toBe('account: address not verified there')
  })

  it('keeps no identity that the stranger was adding at that moment', async () => {
    const { headers } = await newTenant({ emailVerification: false, redirectUrls: [redirectTo] })
    const email = randomEmail()
    await call(`${auth}/register`, registration(email), { headers })
    const subject = crypto.randomUUID()
    const held = await hold(
      'select id, tenant_id from users where email = $1 for update',
      [email],
      `insert into oauth_accounts (id, tenant_id, user_id, provider, subject)
       select gen_random_uuid(), tenant_id, id, 'apple', '${subject}' from slept`,
    )
    const query = { tenant: headers['X-Tenant'] }
    const signedIn = throughProvider('google', newPerson({ email }), { query })
    await held.until(1)
    await held.release()
    const { code } = await signedIn
    expect(code).toBeDefined()
    const { id } = await userOf(email)
    const identities = await rows('select provider from oauth_accounts where user_id = $1', [id])
    expect(identities).toEqual([{ provider: 'google' }])
  })

  it.each([
    ['a second factor', { mfa_enabled: true }],
    ['a role', { roles: '{admin}' }],
    ['a proven number', { phone_e164: '+8801712345678', phone_verified_at: '2026-01-01' }],
  ])('stays with an account that has %s', async (_name, changes) => {
    const { headers } = await newTenant({ emailVerification: false, redirectUrls: [redirectTo] })
    const email = randomEmail()
    await call(`${auth}/register`, registration(email), { headers })
    await setUser(email, changes)
    const { error, answer } = await throughProvider('google', newPerson({ email }), {
      query: { tenant: headers['X-Tenant'] },
    })
    expect(error).toBe('USER_EXISTS')
    expect(await causeOf(answer)).toBe('account: address not verified here')
    expect(
      (await row('select count(*)::int as n from oauth_accounts where email = $1', [email])).n,
    ).toBe(0)
  })
})

it('adds nothing to a disabled account', async () => {
  const email = await preparedUser()
  await setUser(email, { status: 'disabled' })
  const { error } = await throughProvider('google', newPerson({ email }))
  expect(error).toBe('ACCOUNT_DISABLED')
  expect(
    (await row('select count(*)::int as n from oauth_accounts where email = $1', [email])).n,
  ).toBe(0)
})

/** Why an answer refused, as the trail has it. */
async function causeOf({ headers }: Answer<unknown>): Promise<string> {
  const { cause } = await row<{ cause: string }>(
    `select details->>'cause' as cause from audit_events where request_id = $1`,
    [headers.get('X-Request-Id')],
  )
  return cause
}

const identitiesOf = (email: string) =>
  rows(
    `select o.provider from oauth_accounts o join users u on u.id = o.user_id where u.email = $1`,
    [email],
  )

/** What makes a provider's word too little to join an account: SQL, of a user `$1` or its tenant. */
const guards: Record<string, (tenant: TestTenant) => string> = {
  'has a second factor': () => 'update users set mfa_enabled = true where email = $1 returning id',
  'is an administrator’s': () =>
    `update users set roles = '{member,admin}' where email = $1 returning id`,
  'is in a tenant that asks for a factor': ({ id }) =>
    `update tenants set settings = settings || '{"require_mfa":true}'
     where id = '${id}' and $1::text is not null returning id`,
}

describe.each(Object.entries(guards))('an account that %s', (_name, guard) => {
  it('is joined by no provider that was not linked, by either door', async () => {
    const tenant = await newTenant({ redirectUrls: [redirectTo] })
    const { headers } = tenant
    const email = await preparedUserIn(tenant)
    // An isolate that knows the older settings asks the database all the same.
    await row(guard(tenant), [email])
    const query = { tenant: headers['X-Tenant'] }
    const { error } = await throughProvider('google', newPerson({ email }), { query })
    expect(error).toBe('USER_EXISTS')
    const native = await nativeSignIn(
      'apple',
      await nativeProof('apple', newPerson({ email })),
      headers,
    )
    expect([native.status, codeOf(native)]).toEqual([409, 'USER_EXISTS'])
    expect(await causeOf(native)).toBe('account: second factor not shown')
    expect(await identitiesOf(email)).toEqual([])
    expect(await lettersFor(email)).not.toContain('identity_linked')
  })

  it('is signed in to by one that was linked in a session', async () => {
    const tenant = await newTenant({ redirectUrls: [redirectTo] })
    const { headers } = tenant
    const email = await preparedUserIn(tenant)
    await row(guard(tenant), [email])
    const person = newPerson({ email })
    const token = await preparedSession(email, 'aal2')
    const proof = await nativeProof('apple', person)
    const linked = await call(`${auth}/identities/apple`, { ...proof }, { token, headers })
    expect(linked.status).toBe(201)
    const { status, body } = await nativeSignIn(
      'apple',
      await nativeProof('apple', person),
      headers,
    )
    expect([status, 'access_token' in body]).toEqual([200, false])
  })
})

it('a factor that is added while a first sign-in waits for the account stops it', async () => {
  const email = await preparedUser()
  const { id } = await userOf(email)
  const adding = 'update users set mfa_enabled = true where id = $1 returning id'
  const [landed] = await behind(adding, id, [() => throughProvider('google', newPerson({ email }))])
  expect(landed?.error).toBe('USER_EXISTS')
  expect(await identitiesOf(email)).toEqual([])
})

describe('a second factor', () => {
  it('is asked for after the provider too', async () => {
    const { email } = await preparedSignIn()
    await signInWith('google', newPerson({ email, sub: email }))
    const { id, tenant_id } = await userOf(email)
    await row(
      `insert into factors (id, tenant_id, user_id, type) values ($1, $2, $3, 'totp') returning id`,
      [crypto.randomUUID(), tenant_id, id],
    )
    await setUser(email, { mfa_enabled: true })
    const { status, body } = await signInWith('google', newPerson({ email, sub: email }))
    expect(status).toBe(200)
    expect(body).toEqual({
      mfa_required: true,
      mfa_token: expect.any(String),
      mfa_types: ['totp'],
      expires_in: 300,
      user_created: false,
    })
  })

  it('is enrolled where the tenant requires one', async () => {
    const { headers } = await newTenant({ requireMfa: true, redirectUrls: [redirectTo] })
    const query = { tenant: headers['X-Tenant'] }
    const { code = '', app } = await throughProvider('google', newPerson(), { query })
    const { body } = await exchange(code, app, headers)
    expect(body).toMatchObject({ mfa_enrollment_required: true, user_created: true })
    expect(body.access_token).toBeUndefined()
  })
})
