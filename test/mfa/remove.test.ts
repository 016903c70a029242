import { describe, expect, it } from 'vitest'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import { type Answer, call, signIn, type Tokens } from '../support/client.ts'
import { row, rows, setUser } from '../support/database.ts'
import { newKey } from '../support/key.ts'
import { oneBehindTheOther } from '../support/lock.ts'
import { newOwner, type Owner, register, registerOptions } from '../support/passkey.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { codeOf } from '../support/problem.ts'
import { changeSettings, newTenant } from '../support/tenant.ts'

type Headers = Record<string, string>

const disable = (token: string, body: Record<string, unknown>, headers: Headers = {}) =>
  call('/api/v1/auth/mfa/disable', body, { token, headers })

const removeKey = ({ access_token: token, registered }: Owner) =>
  call(`/api/v1/auth/webauthn/credentials/${registered.id}`, undefined, { method: 'DELETE', token })

const isEnabled = async (email: string) =>
  (await row<{ on: boolean }>('select mfa_enabled as on from users where email = $1', [email])).on

const factorsOf = (email: string) =>
  rows(
    `select f.type from users u join lateral (
       select type from factors where user_id = u.id
       union all select 'webauthn' from webauthn_credentials where user_id = u.id) as f on true
     where u.email = $1 order by f.type`,
    [email],
  )

function asksForFactor({ body }: Answer<Tokens>): boolean {
  return 'mfa_token' in body
}

describe.each([['admin'], ['owner']])('whoever is %s', (role) => {
  it('keeps the last factor, its backup codes, and the question for it', async () => {
    const session = await preparedSignIn()
    const { backupCodes } = await addTotp(session)
    await setUser(session.email, { roles: ['member', role] })
    const answer = await disable(session.access_token, { type: 'totp', code: backupCodes[0] })
    expect([answer.status, codeOf(answer)]).toEqual([409, 'MFA_REQUIRED'])
    expect(await factorsOf(session.email)).toEqual([{ type: 'totp' }])
    expect(await rows(unusedCodes, [session.email])).toHaveLength(9)
    expect(asksForFactor(await signIn(session.email))).toBe(true)
  })

  it('may remove one of two, and then no more', async () => {
    const owner = await newOwner()
    const { secret } = await addTotp(owner)
    await setUser(owner.email, { roles: [role] })
    const token = owner.access_token
    expect((await disable(token, { type: 'totp', code: totpOf(secret) })).status).toBe(204)
    expect(codeOf(await removeKey(owner))).toBe('MFA_REQUIRED')
    expect(await factorsOf(owner.email)).toEqual([{ type: 'webauthn' }])
  })

  it('keeps one of two that are removed at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const owner = await newOwner()
      const { secret } = await addTotp(owner)
      await setUser(owner.email, { roles: [role] })
      const answers = await Promise.all([
        disable(owner.access_token, { type: 'totp', code: totpOf(secret) }),
        removeKey(owner),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
      expect(await factorsOf(owner.email)).toHaveLength(1)
      expect(await isEnabled(owner.email)).toBe(true)
    }
  })
})

describe('without a code', () => {
  it('a session that has shown no factor removes none', async () => {
    const session = await preparedSignIn()
    await addTotp(session)
    const answer = await disable(session.access_token, { type: 'totp' })
    expect([answer.status, codeOf(answer)]).toEqual([403, 'STEP_UP_REQUIRED'])
    expect(await factorsOf(session.email)).toEqual([{ type: 'totp' }])
  })

  it('a session that has just shown one removes it', async () => {
    const session = await preparedSignIn()
    const { secret } = await addTotp(session)
    const token = session.access_token
    const proof = { type: 'totp', code: totpOf(secret) }
    expect((await call('/api/v1/auth/mfa/verify', proof, { token })).status).toBe(200)
    expect((await disable(token, { type: 'totp' })).status).toBe(204)
    expect(await factorsOf(session.email)).toEqual([])
  })
})

const unusedCodes = `select b.id from backup_codes b join users u on u.id = b.user_id
  where u.email = $1 and b.used_at is null`

describe('a tenant that asks everybody for a second factor', () => {
  it('lets nobody remove the last one', async () => {
    const tenant = await newTenant()
    const { headers } = tenant
    const email = await preparedUserIn(tenant)
    const { body } = await signIn(email, { headers })
    const added = await register(body.access_token, await newKey(), 'passkey', {}, headers)
    await changeSettings(tenant, { requireMfa: true }, 'not told')
    const code = added.body.backup_codes?.[0]
    const target = { type: 'webauthn', id: added.body.id, code }
    const answer = await disable(body.access_token, target, headers)
    expect([answer.status, codeOf(answer)]).toEqual([409, 'MFA_REQUIRED'])
    expect(await factorsOf(email)).toEqual([{ type: 'webauthn' }])
    expect(await isEnabled(email)).toBe(true)
  })
})

describe('the last factor, removed while another is added', () => {
  it('leaves an account that has a factor and asks for it', async () => {
    const owner = await newOwner()
    const key = await newKey()
    const token = owner.access_token
    const { body: options } = await registerOptions(token)
    const credential = await key.create(options)
    const [added, removed] = await oneBehindTheOther<Answer<unknown>>(owner.user.id, [
      () => call('/api/v1/auth/webauthn/register/verify', { credential }, { token }),
      () => removeKey(owner),
    ])
    expect([added?.status, removed?.status]).toEqual([201, 204])
    expect(await factorsOf(owner.email)).toEqual([{ type: 'webauthn' }])
    expect(await isEnabled(owner.email)).toBe(true)
    expect(asksForFactor(await signIn(owner.email))).toBe(true)
  })
})
