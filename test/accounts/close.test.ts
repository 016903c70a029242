import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import worker from '../../src/index.ts'
import { addTotp } from '../support/authenticator.ts'
import { type Answer, call, cost, mails, signIn, tokenIn } from '../support/client.ts'
import { ageSession, row, setUser, trailEntries, userOf } from '../support/database.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { newTenant, type TestTenant } from '../support/tenant.ts'

const me = '/api/v1/auth/me'

function close(token: string, headers: Record<string, string> = {}): Promise<Answer> {
  return call(me, undefined, { token, method: 'DELETE', headers })
}

async function sweep(): Promise<void> {
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
}

function deletesAt(email: string): Promise<{ status: string; deletes_at: Date | null }> {
  return row('select status, deletes_at from users where email = $1', [email])
}

describe('the deletion of an account', () => {
  it('is accepted with its day, in one round trip; every session ends at once; the owner is told', async () => {
    const { email, access_token: token, refresh_token } = await preparedSignIn()
    const other = (await signIn(email)).body
    const answer = await close(token)
    expect([answer.status, answer.body]).toEqual([
      202,
      { status: 'accepted', deletes_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    ])
    expect(cost(answer)).toMatchObject({ db: 1, do: 0, hash: 0 })
    const days = (Date.parse(String(answer.body.deletes_at)) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(7)
    const after = [
      await call(me, undefined, { token }),
      await call(me, undefined, { token: other.access_token }),
      await call('/api/v1/auth/refresh', { refresh_token }),
    ]
    expect(after.map(({ status }) => status)).toEqual([401, 401, 401])
    const [letter] = await mails(email, 2)
    expect(letter?.subject).toBe('Your account will be deleted')
    expect(await trailEntries(email, 'account.closing')).toMatchObject([{ outcome: 'success' }])
  })

  it('signing in cancels it, and the owner is told', async () => {
    const { email, access_token } = await preparedSignIn()
    await close(access_token)
    const back = await signIn(email)
    expect(back.status).toBe(200)
    expect(await deletesAt(email)).toEqual({ status: 'active', deletes_at: null })
    expect(await trailEntries(email, 'account.closing_cancelled')).toHaveLength(1)
    const { letter } = await row<{ letter: string }>(
      `select o.letter from outbox o join users u on u.id = o.user_id where u.email = $1 and o.letter = 'account_kept'`,
      [email],
    )
    expect(letter).toBe('account_kept')
    await signIn(email)
    expect(await trailEntries(email, 'account.closing_cancelled')).toHaveLength(1)
  })

  it('a sign-in costs no round trip more for it', async () => {
    const { email, access_token } = await preparedSignIn()
    const usual = cost(await signIn(email))
    await close(access_token)
    expect(cost(await signIn(email))).toEqual(usual)
  })

  it('half a sign-in does not cancel it', async () => {
    const session = await preparedSignIn()
    await addTotp(session)
    await row(
      `update users set deletes_at = now() + interval '1 hour' where email = $1 returning id`,
      [session.email],
    )
    const half = await signIn(session.email)
    expect(half.body).toMatchObject({ mfa_required: true })
    expect((await deletesAt(session.email)).deletes_at).not.toBeNull()
  })

  it('is not done before its time, and done after', async () => {
    const { email, access_token } = await preparedSignIn()
    const { id } = await userOf(email)
    await close(access_token)
    await sweep()
    expect((await deletesAt(email)).status).toBe('active')
    await row('update users set deletes_at = now() where id = $1 returning id', [id])
    await sweep()
    expect(await row('select status, email from users where id = $1', [id])).toEqual({
      status: 'deleted',
      email: null,
    })
    expect((await signIn(email)).status).toBe(401)
  })

  it('the link of its letter takes it back', async () => {
    const { email, access_token } = await preparedSignIn()
    await close(access_token)
    const [letter] = await mails(email, 2)
    const link = /not-me#token=([\w-]+)/.exec(letter?.text ?? '')?.[1]
    expect((await call('/api/v1/auth/recover/not-me', { token: link })).status).toBe(200)
    expect(await deletesAt(email)).toEqual({ status: 'active', deletes_at: null })
    expect((await signIn(email)).status).toBe(401)
    expect(tokenIn((await mails(email, 3))[0] as never)).not.toBe('')
  })

  it('asks for a fresh proof, with the second factor where there is one', async () => {
    const [old, weak] = [await preparedSignIn(), await preparedSignIn()]
    await ageSession(old.session_id, 301)
    await addTotp(weak)
    const answers = [await close(old.access_token), await close(weak.access_token)]
    expect(
      answers.map((answer) => [answer.status, codeOf(answer), answer.body.required_acr]),
    ).toEqual([
      [403, 'STEP_UP_REQUIRED', 'aal1'],
      [403, 'STEP_UP_REQUIRED', 'aal2'],
    ])
    expect((await deletesAt(old.email)).deletes_at).toBeNull()
    expect((await deletesAt(weak.email)).deletes_at).toBeNull()
  })
})

/** The token of an owner who has just shown a second factor. */
async function ownerIn(tenant: TestTenant): Promise<string> {
  const email = await preparedUserIn(tenant)
  const { body } = await signIn(email, tenant)
  await setUser(email, { roles: ['member', 'owner'] })
  await row("update sessions set acr = 'aal2' where id = $1 returning id", [body.session_id])
  return body.access_token
}

describe('the last owner of a tenant', () => {
  it('stays, however many leave at one moment', async () => {
    const tenant = await newTenant()
    const owners = await Promise.all([1, 2, 3].map(() => ownerIn(tenant)))
    const answers = await Promise.all(owners.map((token) => close(token, tenant.headers)))
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 409])
    expect(answers.map(codeOf).filter((code) => code)).toEqual(['LAST_OWNER'])
  })
})
