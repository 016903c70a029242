import { describe, expect, it } from 'vitest'
import { mailedCode } from '../../src/policy.ts'
import {
  type Answer,
  call,
  codeIn,
  cost,
  type Message,
  mails,
  password,
  signIn,
  tokenIn,
} from '../support/client.ts'
import { ageMailedCodes } from '../support/database.ts'
import { preparedUserIn } from '../support/prepared.ts'
import { codeOf, fieldCodes } from '../support/problem.ts'
import { changeSettings, newTenant, type TestTenant } from '../support/tenant.ts'

const weak = 'purple lantern 42 wanders north'
const strong = 'Purple lantern 42 wanders north'
const wantsUppercase = { passwordPreset: 'classic' } as const

type Post = (path: string, body: unknown, token?: string) => Promise<Answer>

const posterOf =
  ({ headers }: TestTenant): Post =>
  (path, body, token) =>
    call(`/api/v1/auth/${path}`, body, { headers, ...(token ? { token } : {}) })

async function newest(email: string, count: number): Promise<Message> {
  const [mail] = await mails(email, count)
  return mail as Message
}

/** Ways to set a password, made ready while the older rule held. */
const ways: Record<string, (tenant: TestTenant) => Promise<(next: string) => Promise<Answer>>> = {
  async 'a reset'(tenant) {
    const post = posterOf(tenant)
    const email = await preparedUserIn(tenant)
    await post('forgot-password', { email })
    const token = tokenIn(await newest(email, 2))
    return (next) => post('reset-password', { token, password: next })
  },
  async 'a change'(tenant) {
    const { headers } = tenant
    const { body } = await signIn(await preparedUserIn(tenant), { headers })
    const token = body.access_token
    return (next) =>
      call(
        '/api/v1/auth/change-password',
        { current_password: password, new_password: next },
        { method: 'PUT', headers, token },
      )
  },
  async 'a recovery'(tenant) {
    const post = posterOf(tenant)
    const email = await preparedUserIn(tenant)
    await post('recover', { email })
    const token = tokenIn(await newest(email, 2))
    return (next) => post('recover/verify', { token, new_password: next })
  },
}

describe.each(Object.entries(ways))('%s', (_name, prepare) => {
  it('is judged by a rule that another isolate has just made, and loses nothing by it', async () => {
    const tenant = await newTenant()
    const set = await prepare(tenant)
    await changeSettings(tenant, wantsUppercase, 'not told')
    const refused = await set(weak)
    expect([refused.status, codeOf(refused)]).toEqual([422, 'VALIDATION_FAILED'])
    expect(fieldCodes(refused).join()).toMatch(/password PASSWORD_NO_UPPERCASE/)
    expect((await set(strong)).status).toBeLessThan(300)
  })

  it('costs no more round trips where nothing has changed', async () => {
    const set = await prepare(await newTenant())
    const done = await set(weak)
    expect(done.status).toBeLessThan(300)
    expect(cost(done).db).toBe(2)
  })
})

describe('a code that was mailed to raise a session', () => {
  it.each([
    ['raises it', { emailFactor: true }, 200],
    ['is worth nothing once the tenant has closed mailed codes', {}, 401],
  ] as const)('%s', async (_what, later, status) => {
    const tenant = await newTenant({ emailFactor: true })
    const post = posterOf(tenant)
    const email = await preparedUserIn(tenant)
    const { body } = await signIn(email, { headers: tenant.headers })
    const token = body.access_token
    await post('mfa/enable', { type: 'email' }, token)
    const code = codeIn(await newest(email, 2))
    expect((await post('mfa/confirm', { type: 'email', code }, token)).status).toBe(200)
    await mails(email, 3)
    await ageMailedCodes(email, mailedCode.window)

    await post('mfa/challenge', { type: 'email' }, token)
    const raising = codeIn(await newest(email, 4))
    await changeSettings(tenant, later, 'not told')
    const raised = await post('mfa/verify', { type: 'email', code: raising }, token)
    expect(raised.status).toBe(status)
  })
})
