import { describe, expect, it } from 'vitest'
import { oneTime } from '../../../../src/policy.ts'
import {
  type Answer,
  type CallOptions,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  newUser,
  randomEmail,
  registration,
  tokenIn,
} from '../../../support/client.ts'
import { ageTokens, rows, trailEntries, userOf } from '../../../support/database.ts'
import { codeOf } from '../../../support/problem.ts'
import { newTenant, type TestTenant } from '../../../support/tenant.ts'

const path = '/api/v1/auth/verify-email'

async function registered(tenant?: TestTenant) {
  const email = randomEmail()
  const options = tenant ? { headers: tenant.headers } : {}
  await call('/api/v1/auth/register', registration(email), options)
  const [mail] = (await mails(email)) as [Message]
  const [token, code] = [tokenIn(mail), codeIn(mail)]
  return {
    email,
    token,
    byLink: (context?: CallOptions) => call(path, { token }, context),
    byCode: (context?: CallOptions) => call(path, { email, code }, context),
  }
}

function expectRefused(answer: Answer): void {
  expect(answer.status).toBe(400)
  expect(codeOf(answer)).toBe('TOKEN_INVALID')
}

async function statusOf(email: string): Promise<string> {
  return (await userOf(email)).status
}

describe('the link and the code', () => {
  it('each prove the address, in one round trip, with a row in the trail', async () => {
    const [first, second] = [await registered(), await registered()]
    const answers = [await first.byLink(), await second.byCode()]
    expect(answers.map(({ body }) => body)).toEqual([
      { status: 'verified', password_set: true },
      { status: 'verified', password_set: true },
    ])
    expect(answers.map(cost)).toEqual([
      { db: 1, do: 0, kv: 0, hash: 0 },
      { db: 1, do: 1, kv: 0, hash: 0 },
    ])
    for (const { email } of [first, second]) {
      expect(await statusOf(email)).toBe('active')
      expect(await trailEntries(email, 'account.verified')).toMatchObject([{ outcome: 'success' }])
    }
  })

  it('work once between them', async () => {
    const [first, second] = [await registered(), await registered()]
    await first.byLink()
    expectRefused(await first.byLink())
    expectRefused(await first.byCode())
    await second.byCode()
    expectRefused(await second.byCode())
    expectRefused(await second.byLink())
  })

  it('die after a day', async () => {
    const { email, byLink, byCode } = await registered()
    await ageTokens(email, oneTime.verifyEmailLife)
    expectRefused(await byLink())
    expectRefused(await byCode())
    expect(await statusOf(email)).toBe('pending')
  })

  it('are good only in the tenant that sent them', async () => {
    const tenant = await newTenant()
    const [here, there] = [await registered(), await registered(tenant)]
    expectRefused(await here.byLink({ headers: tenant.headers }))
    expectRefused(await here.byCode({ headers: tenant.headers }))
    expectRefused(await there.byLink())
    expectRefused(await there.byCode())
    expect((await there.byLink({ headers: tenant.headers })).status).toBe(200)
    expect((await here.byCode()).status).toBe(200)
  })

  it('die when another registration of the address is proven', async () => {
    const { email, byLink, byCode } = await registered()
    await call('/api/v1/auth/register', registration(email))
    const [newest] = await mails(email, 2)
    await call(path, { token: tokenIn(newest as Message) })
    expectRefused(await byLink())
    expectRefused(await byCode())
  })
})

describe('a token of another purpose', () => {
  async function resetToken(): Promise<string> {
    const email = await newUser()
    await call('/api/v1/auth/forgot-password', { email })
    const [mail] = await mails(email, 2)
    return tokenIn(mail as Message)
  }

  it('proves no address, even under the prefix of this one', async () => {
    const token = await resetToken()
    expectRefused(await call(path, { token }))
    expectRefused(await call(path, { token: token.replace('ghp_', 'ghv_') }))
    const [{ used_at }] = (await rows(
      `select used_at from one_time_tokens where purpose = 'reset_password'
       and token_hash = sha256(decode(translate($1, '-_', '+/') || '=', 'base64'))`,
      [token.slice(4)],
    )) as [{ used_at: Date | null }]
    expect(used_at).toBeNull()
  })

  it('sets no password, not even for an account that is proven', async () => {
    const { email, token, byLink } = await registered()
    const tries = [token, token.replace('ghv_', 'ghp_')]
    const reset = (text: string) =>
      call('/api/v1/auth/reset-password', { token: text, password: 'vexing plum harbour 42' })
    for (const text of tries) expectRefused(await reset(text))
    expect((await byLink()).status).toBe(200)

    const { id } = await userOf(email)
    await rows('update one_time_tokens set used_at = null where user_id = $1 returning id', [id])
    for (const text of tries) expectRefused(await reset(text))
  })
})

describe('what is no token', () => {
  it.each(['', 'ghv_', `ghv_${'A'.repeat(42)}`, `ghv_${'A'.repeat(43)}=`, 'ghv_ä'])(
    '%j is refused like a wrong one',
    async (token) => expectRefused(await call(path, { token })),
  )

  it('an unknown one leaves a failure in the trail, without an account', async () => {
    const id = crypto.randomUUID()
    await call(path, { token: `ghv_${'A'.repeat(43)}` }, { headers: { 'X-Request-Id': id } })
    expect(
      await rows('select action, outcome, user_id from audit_events where request_id = $1', [id]),
    ).toEqual([{ action: 'verification.refused', outcome: 'failure', user_id: null }])
  })
})
