import { describe, expect, it } from 'vitest'
import {
  type Answer,
  call,
  codeIn,
  type Message,
  mails,
  password,
  randomEmail,
  randomPhone,
  registration,
  signIn,
  type Tokens,
  tokenIn,
} from '../support/client.ts'
import { row, rows, setUser, userOf } from '../support/database.ts'
import { newKey } from '../support/key.ts'
import { hold } from '../support/lock.ts'
import { register as registerKey } from '../support/passkey.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'

const auth = '/api/v1/auth'
const renewed = 'vexing plum harbour 42'

/** The newest message to an address, once there are so many. */
async function newest(email: string, count: number): Promise<Message> {
  return ((await mails(email, count)) as [Message])[0]
}

/** Asks for what proves an address; then, at the second call, proves it and signs in. */
type Proof = (email: string, tenant: TestTenant, mailed: number) => Promise<Redeem>
type Redeem = () => Promise<Answer<object>>

const byReset: Proof = async (email, tenant, mailed) => {
  await call(`${auth}/forgot-password`, { email }, tenant)
  const token = tokenIn(await newest(email, mailed + 1))
  return () => resetAndSignIn(email, tenant, token)
}

async function resetAndSignIn(email: string, tenant: TestTenant, token: string) {
  const answer = await call(`${auth}/reset-password`, { token, password: renewed }, tenant)
  expect(answer.status).toBe(200)
  return signIn(email, { ...tenant, password: renewed })
}

async function recoverAndSignIn(email: string, tenant: TestTenant) {
  await call(`${auth}/recover`, { email }, tenant)
  const token = tokenIn(await newest(email, 1))
  const wish = { token, new_password: renewed }
  expect((await call(`${auth}/recover/verify`, wish, tenant)).status).toBe(200)
  return signIn(email, { ...tenant, password: renewed })
}

const byLink: Proof = async (email, tenant, mailed) => {
  await call(`${auth}/magic-link`, { email }, tenant)
  const token = tokenIn(await newest(email, mailed + 1))
  return () => call(`${auth}/magic-link/verify`, { token }, tenant)
}

const byCode: Proof = async (email, tenant, mailed) => {
  const body = { destination: email, type: 'email' }
  const sent = await call(`${auth}/otp/send`, body, tenant)
  const code = codeIn(await newest(email, mailed + 1))
  const { challenge_id } = sent.body
  return () => call(`${auth}/otp/verify`, { challenge_id, code }, tenant)
}

const proofs: [string, Proof][] = [
  ['a reset', byReset],
  ['a sign-in link', byLink],
  ['a code', byCode],
]

/** Somebody else's address, registered where nobody asks for a proof. */
async function squatted(changes: Record<string, unknown> = {}) {
  const tenant = await newTenant({ emailVerification: false })
  const email = randomEmail()
  const body = registration(email, { first_name: 'Mallory', ...changes })
  const { body: stranger } = await call<Tokens>(`${auth}/register`, body, tenant)
  return { tenant, email, stranger, ...(await userOf(email)) }
}

async function addIdentity({ id, tenant_id }: { id: string; tenant_id: string }): Promise<void> {
  await rows(
    `insert into oauth_accounts (id, tenant_id, user_id, provider, subject)
     values (gen_random_uuid(), $1, $2, 'google', gen_random_uuid()::text)`,
    [tenant_id, id],
  )
}

/** How many things there are that open an account, by table. */
function waysIn(id: string) {
  const tables = ['factors', 'webauthn_credentials', 'backup_codes', 'oauth_accounts']
  const counts = tables.map((t) => `(select count(*)::int from ${t} where user_id = $1) as ${t}`)
  return row(`select ${counts.join(', ')}`, [id])
}

const none = { factors: 0, webauthn_credentials: 0, backup_codes: 0, oauth_accounts: 0 }

// GHSA-qq9h-g4jm-xgf3: who proved an address by link or code kept the password that a stranger had laid out.
describe.each(proofs)('the first proof of an address, by %s,', (_name, prove) => {
  it('leaves nothing that a stranger has laid into its account', async () => {
    const { tenant, email, stranger, id, tenant_id } = await squatted()
    const { access_token: token, refresh_token } = stranger
    const key = await newKey()
    expect((await registerKey(token, key, 'passkey', {}, tenant.headers)).status).toBe(201)
    await rows(
      "insert into factors (id, tenant_id, user_id, type) values (gen_random_uuid(), $1, $2, 'totp')",
      [tenant_id, id],
    )
    await addIdentity({ id, tenant_id })
    expect(await waysIn(id)).toMatchObject({
      factors: 1,
      webauthn_credentials: 1,
      oauth_accounts: 1,
    })
    // The letter about the key comes first.
    const redeem = await prove(email, tenant, (await mails(email, 1)).length)

    const owner = await redeem()
    expect([owner.status, owner.body]).toMatchObject([200, { user: { id, email_verified: true } }])
    expect(owner.body).toHaveProperty('access_token')
    expect(await waysIn(id)).toEqual(none)
    expect((await signIn(email, tenant)).status).toBe(401)
    expect((await call(`${auth}/me`, undefined, { ...tenant, token })).status).toBe(401)
    expect((await call(`${auth}/refresh`, { refresh_token }, tenant)).status).toBe(401)
  })

  it('leaves no identity that a stranger was adding at that moment', async () => {
    const { tenant, email, id } = await squatted()
    const redeem = await prove(email, tenant, 0)
    const subject = crypto.randomUUID()
    const held = await hold(
      'select id, tenant_id from users where email = $1 for update',
      [email],
      `insert into oauth_accounts (id, tenant_id, user_id, provider, subject)
       select gen_random_uuid(), tenant_id, id, 'apple', '${subject}' from slept`,
    )
    const redeemed = redeem()
    await held.until(1)
    await held.release()
    const owner = await redeemed
    expect(owner.status).toBe(200)
    expect(await waysIn(id)).toEqual(none)
  })

  it('does not empty an account that has a role: there the mailbox is one factor', async () => {
    const { tenant, email, id, tenant_id } = await squatted()
    await rows(
      "insert into factors (id, tenant_id, user_id, type) values (gen_random_uuid(), $1, $2, 'totp')",
      [tenant_id, id],
    )
    await setUser(email, { mfa_enabled: true, roles: '{admin}' })
    const owner = await (await prove(email, tenant, 0))()
    expect(owner.body).toMatchObject({ mfa_required: true, mfa_types: ['totp'] })
    expect(await waysIn(id)).toMatchObject({ factors: 1 })
  })
})

it('the first proof of an address, by a recovery, leaves no identity of a stranger', async () => {
  const account = await squatted()
  await addIdentity(account)
  const owner = await recoverAndSignIn(account.email, account.tenant)
  expect(owner.status).toBe(200)
  expect(await waysIn(account.id)).toEqual(none)
})

describe('an account whose number is proven, and whose address is not,', () => {
  async function ofAnother() {
    const phone = randomPhone()
    const account = await squatted({ phone_e164: phone })
    await setUser(account.email, { phone_verified_at: '2026-01-01' })
    return { ...account, phone }
  }

  it.each([
    ['a sign-in link', byLink],
    ['a code', byCode],
  ])('is not opened by who proves the address by %s: they get an account', async (_n, prove) => {
    const { tenant, email, id, phone, stranger } = await ofAnother()
    const owner = await (await prove(email, tenant, 0))()
    expect([owner.status, owner.body]).toMatchObject([
      200,
      { user_created: true, user: { email, email_verified: true, phone_e164: null } },
    ])
    expect(owner.body).not.toMatchObject({ user: { id } })
    expect(await row('select email, phone_e164 from users where id = $1', [id])).toEqual({
      email: null,
      phone_e164: phone,
    })
    // Its owner goes on.
    const { access_token: token } = stranger
    expect((await call(`${auth}/me`, undefined, { ...tenant, token })).status).toBe(200)
    const again = await call(`${auth}/login`, { phone_e164: phone, password }, tenant)
    expect(again.status).toBe(200)
    const trail = await rows('select action from audit_events where user_id = $1', [id])
    expect(trail).toContainEqual({ action: 'account.address_released' })
  })

  it.each(['forgot-password', 'recover'])('gets no link by %s to that address', async (path) => {
    const { tenant, email } = await ofAnother()
    expect((await call(`${auth}/${path}`, { email }, tenant)).status).toBe(202)
    expect(await rows('select letter from outbox where tenant_id = $1', [tenant.id])).toEqual([
      { letter: 'none' },
    ])
  })

  it.each([
    ['forgot-password', 'reset-password', { password: renewed }],
    ['recover', 'recover/verify', { new_password: renewed }],
  ])(
    'is not opened by a link of %s from before the number was proven',
    async (ask, spend, body) => {
      const { tenant, email, id } = await squatted()
      await call(`${auth}/${ask}`, { email }, tenant)
      const token = tokenIn(await newest(email, 1))
      await setUser(email, { phone_e164: randomPhone(), phone_verified_at: '2026-01-01' })
      const answer = await call(`${auth}/${spend}`, { token, ...body }, tenant)
      expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
      expect((await signIn(email, tenant)).body.user.id).toBe(id)
    },
  )
})
