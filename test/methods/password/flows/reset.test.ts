import { describe, expect, it } from 'vitest'
import { oneTime } from '../../../../src/policy.ts'
import {
  type Answer,
  call,
  cost,
  type Message,
  mails,
  newUser,
  password,
  randomEmail,
  registration,
  signIn,
  tokenIn,
} from '../../../support/client.ts'
import {
  ageTokens,
  lettersFor,
  row,
  rows,
  setUser,
  trailEntries,
  userOf,
} from '../../../support/database.ts'
import { preparedSignIn, preparedUser } from '../../../support/prepared.ts'
import { codeOf, fieldCodes } from '../../../support/problem.ts'
import { newTenant } from '../../../support/tenant.ts'

const renewed = 'vexing plum harbour 42'

/** A link to set a new password; `mailed`: mails that the address has got before. */
async function linkFor(email: string, mailed = 1): Promise<string> {
  await call('/api/v1/auth/forgot-password', { email })
  const [mail] = (await mails(email, mailed + 1)) as [Message]
  return tokenIn(mail)
}

function reset(token: string, next = renewed, headers = {}): Promise<Answer> {
  return call('/api/v1/auth/reset-password', { token, password: next }, { headers })
}

function expectDead(answer: Answer): void {
  expect([answer.status, codeOf(answer)]).toEqual([400, 'TOKEN_INVALID'])
}

describe('a reset', () => {
  it('sets the password, in two round trips, and gives no tokens', async () => {
    const email = await preparedUser()
    const answer = await reset(await linkFor(email))
    expect([answer.status, answer.body]).toEqual([200, { status: 'password_reset' }])
    expect(answer.headers.get('Set-Cookie')).toBeNull()
    expect(cost(answer)).toEqual({ db: 2, do: 0, kv: 0, hash: 2 })
    expect((await signIn(email)).status).toBe(401)
    expect((await signIn(email, { password: renewed })).status).toBe(200)
  })

  it('ends every session at once: access and refresh', async () => {
    const { email, access_token, refresh_token } = await preparedSignIn()
    const other = (await signIn(email)).body
    await reset(await linkFor(email))
    for (const tokens of [{ access_token, refresh_token }, other]) {
      const me = await call('/api/v1/auth/me', undefined, { token: tokens.access_token })
      const refreshed = await call('/api/v1/auth/refresh', { refresh_token: tokens.refresh_token })
      expect([me.status, refreshed.status]).toEqual([401, 401])
    }
  })

  it('tells the owner and the trail', async () => {
    const email = await preparedUser()
    await reset(await linkFor(email))
    const [mail] = (await mails(email, 3)) as [Message]
    expect(mail.subject).toBe('Your password was changed')
    expect(await trailEntries(email, 'password.reset')).toMatchObject([{ outcome: 'success' }])
  })

  it.each([true, false])(
    'where an address was proven before (%s), keeps identities',
    async (proven) => {
      const { id: tenantId, headers } = await newTenant({ emailVerification: false })
      const email = randomEmail()
      await call('/api/v1/auth/register', registration(email), { headers })
      if (proven) await setUser(email, { email_verified_at: '2026-01-01' })
      const { id } = await userOf(email)
      await rows(
        `insert into oauth_accounts (id, tenant_id, user_id, provider, subject)
       values (gen_random_uuid(), $1, $2, 'google', $3)`,
        [tenantId, id, crypto.randomUUID()],
      )
      await call('/api/v1/auth/forgot-password', { email }, { headers })
      const [mail] = (await mails(email, 1)) as [Message]
      expect((await reset(tokenIn(mail), renewed, headers)).status).toBe(200)
      const left = await rows('select 1 from oauth_accounts where user_id = $1', [id])
      expect(left).toHaveLength(proven ? 1 : 0)
    },
  )

  it('leaves second factors as they are', async () => {
    const email = await preparedUser()
    await setUser(email, { mfa_enabled: true })
    await reset(await linkFor(email))
    expect(await row('select mfa_enabled from users where email = $1', [email])).toEqual({
      mfa_enabled: true,
    })
    expect((await signIn(email, { password: renewed })).body.access_token).toBeUndefined()
  })
})

describe('a link', () => {
  it('works once', async () => {
    const email = await preparedUser()
    const token = await linkFor(email)
    await reset(token)
    expectDead(await reset(token, 'another harbour plum 43'))
    expect((await signIn(email, { password: renewed })).status).toBe(200)
  })

  it('dies after an hour', async () => {
    const email = await preparedUser()
    const token = await linkFor(email)
    await ageTokens(email, oneTime.resetPasswordLife)
    expectDead(await reset(token))
    expect((await signIn(email)).status).toBe(200)
  })

  it('dies when another one is used, older and newer alike', async () => {
    const email = await preparedUser()
    const links = [await linkFor(email), await linkFor(email, 2), await linkFor(email, 3)]
    expect((await reset(links[1] as string)).status).toBe(200)
    expectDead(await reset(links[0] as string, 'another harbour plum 43'))
    expectDead(await reset(links[2] as string, 'another harbour plum 43'))
  })

  it('is good only in the tenant that sent it', async () => {
    const { headers } = await newTenant()
    const token = await linkFor(await preparedUser())
    expectDead(await reset(token, renewed, headers))
    expect((await reset(token)).status).toBe(200)
  })

  it('does nothing for an account that was disabled meanwhile', async () => {
    const email = await preparedUser()
    const token = await linkFor(email)
    await setUser(email, { status: 'disabled' })
    expectDead(await reset(token))
  })

  // CVE-2026-18963: a reset was finished by who had never seen its mail.
  it.each(['', 'ghp_', `ghp_${'A'.repeat(43)}`, 'ghp_ä'])(
    '%j is none, and costs no hash',
    async (token) => {
      const answer = await reset(token)
      expectDead(answer)
      expect(cost(answer).hash).toBe(0)
    },
  )

  it.each([
    ['abc', ['PASSWORD_TOO_SHORT', 'PASSWORD_TOO_WEAK']],
    ['correcthorsebatterystaple', ['PASSWORD_BREACHED']],
    ['my gatehouse stands on a hill', ['PASSWORD_CONTAINS_CONTEXT']],
    [password, ['PASSWORD_REUSED']],
  ])('stays unspent by the refused password %s', async (next, codes) => {
    const email = await preparedUser()
    const token = await linkFor(email)
    const refused = await reset(token, next)
    expect(refused.status).toBe(422)
    expect(fieldCodes(refused)).toEqual(codes.map((code) => `password ${code}`))
    expect(await lettersFor(email)).toEqual(['verify_email', 'reset_password'])
    expect((await reset(token)).status).toBe(200)
  })

  it('is presented so often and no more, at one moment too: nobody tries a list of passwords by it', async () => {
    const email = await preparedUser()
    const token = await linkFor(email)
    const tries = Array.from({ length: oneTime.presentations + 10 }, () => reset(token, password))
    const answers = await Promise.all(tries)
    const told = answers.filter((answer) => fieldCodes(answer).includes('password PASSWORD_REUSED'))
    expect(told.length).toBeLessThanOrEqual(oneTime.presentations)
    for (let more = 0; more < oneTime.presentations; more += 1) await reset(token, 'abc')
    expectDead(await reset(token))
    expect((await reset(await linkFor(email, 2))).status).toBe(200)
  })

  it("refuses words of the account's own", async () => {
    const email = await newUser({ first_name: 'Rosalind' })
    const refused = await reset(await linkFor(email), 'quietly rosalind walks home')
    expect(fieldCodes(refused)).toEqual(['password PASSWORD_CONTAINS_CONTEXT'])
  })
})
