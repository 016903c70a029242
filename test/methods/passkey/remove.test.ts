import { describe, expect, it } from 'vitest'
import { addTotp } from '../../support/authenticator.ts'
import { call, signIn } from '../../support/client.ts'
import { lettersFor, row, rows, setUser, trailEntries } from '../../support/database.ts'
import { newKey } from '../../support/key.ts'
import { newOwner, type Owner, register, signInByKey } from '../../support/passkey.ts'
import { preparedSignIn, preparedUserIn } from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'
import { changeSettings, newTenant } from '../../support/tenant.ts'

const remove = (id: string, token: string) =>
  call(`/api/v1/auth/webauthn/credentials/${id}`, undefined, { method: 'DELETE', token })

const withoutPassword = ({ user }: Owner) =>
  row('delete from password_credentials where user_id = $1 returning user_id', [user.id])

const keysOf = ({ user }: Owner) =>
  rows('select id from webauthn_credentials where user_id = $1', [user.id])

describe('removing a key', () => {
  it('ends its use, tells the owner, and with the last factor ends the backup codes', async () => {
    const owner = await newOwner()
    const removed = await remove(owner.registered.id, owner.access_token)
    expect(removed.status).toBe(204)
    expect(codeOf(await signInByKey(owner.key))).toBe('WEBAUTHN_INVALID')
    expect(await lettersFor(owner.email)).toContain('factor_removed')
    expect(await trailEntries(owner.email, 'mfa.factor_removed')).toMatchObject([
      { reason: 'webauthn' },
    ])
    expect(await rows('select 1 from backup_codes where user_id = $1', [owner.user.id])).toEqual([])
    expect((await signIn(owner.email)).body).toHaveProperty('access_token')
  })

  it('leaves the others, and what they ask for, in place', async () => {
    const owner = await newOwner()
    const { body: second } = await register(owner.access_token, await newKey())
    expect((await remove(second.id, owner.access_token)).status).toBe(204)
    expect((await signIn(owner.email)).body).toHaveProperty('mfa_token')
    expect((await signInByKey(owner.key)).status).toBe(200)
  })

  it('takes a session that has stepped up', async () => {
    const session = await preparedSignIn()
    const { body: added } = await register(session.access_token, await newKey())
    const early = await remove(added.id, session.access_token)
    expect([early.status, codeOf(early)]).toEqual([403, 'STEP_UP_REQUIRED'])
  })

  it('finds only own keys', async () => {
    const [owner, thief] = [await newOwner(), await newOwner()]
    for (const id of [owner.registered.id, crypto.randomUUID(), 'nonsense']) {
      const foreign = await remove(id, thief.access_token)
      expect([foreign.status, codeOf(foreign)]).toEqual([404, 'NOT_FOUND'])
      const renamed = await call(
        `/api/v1/auth/webauthn/credentials/${id}`,
        { name: 'Mine' },
        { method: 'PATCH', token: thief.access_token },
      )
      expect([renamed.status, codeOf(renamed)]).toEqual([404, 'NOT_FOUND'])
    }
    expect(await keysOf(owner)).toHaveLength(1)
  })

  it('can be asked for with a code of another factor', async () => {
    const session = await preparedSignIn()
    const { body: added } = await register(session.access_token, await newKey())
    const disabled = await call(
      '/api/v1/auth/mfa/disable',
      { type: 'webauthn', id: added.id, code: added.backup_codes?.[0] },
      { token: session.access_token },
    )
    expect(disabled.status).toBe(204)
    expect((await signIn(session.email)).body).toHaveProperty('access_token')
  })
})

describe('a key stays', () => {
  it('where it is the last way into the account', async () => {
    const owner = await newOwner()
    await withoutPassword(owner)
    const last = await remove(owner.registered.id, owner.access_token)
    expect([last.status, codeOf(last)]).toEqual([409, 'LAST_SIGN_IN_METHOD'])
    expect((await signInByKey(owner.key)).status).toBe(200)
  })

  it.each([
    ['is closed', ['passkey'], 409],
    ['is open', ['passkey', 'password'], 204],
    ['is closed, and a mailed code is not', ['passkey', 'email_code'], 204],
  ] as const)(
    'where a password is left and that way in %s: %j',
    async (_name, signInMethods, status) => {
      const tenant = await newTenant()
      const { headers } = tenant
      const { body } = await signIn(await preparedUserIn(tenant), { headers })
      const { body: added } = await register(
        body.access_token,
        await newKey(),
        'passkey',
        {},
        headers,
      )
      await row(
        "update sessions set acr = 'aal2', amr = '{pwd,mfa}', authenticated_at = now() where id = $1 returning id",
        [body.session_id],
      )
      await changeSettings(tenant, { signInMethods: [...signInMethods] }, 'told')
      const how = { method: 'DELETE', token: body.access_token, headers }
      const path = `/api/v1/auth/webauthn/credentials/${added.id}`
      expect((await call(path, undefined, how)).status).toBe(status)
    },
  )

  it('where the other key cannot open the account alone', async () => {
    const owner = await newOwner()
    await withoutPassword(owner)
    const weak = await newKey({ userVerified: false })
    const { body: added } = await register(owner.access_token, weak, 'security_key')
    const last = await remove(owner.registered.id, owner.access_token)
    expect(codeOf(last)).toBe('LAST_SIGN_IN_METHOD')
    expect((await remove(added.id, owner.access_token)).status).toBe(204)
  })

  it('where the role asks for a factor and it is the last', async () => {
    const owner = await newOwner()
    await setUser(owner.email, { roles: ['admin'] })
    const last = await remove(owner.registered.id, owner.access_token)
    expect([last.status, codeOf(last)]).toEqual([409, 'MFA_REQUIRED'])
    await addTotp(owner)
    expect((await remove(owner.registered.id, owner.access_token)).status).toBe(204)
  })

  it('when both of two are removed at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const owner = await newOwner()
      await withoutPassword(owner)
      const { body: second } = await register(owner.access_token, await newKey())
      const ids = [owner.registered.id, second.id]
      const answers = await Promise.all(ids.map((id) => remove(id, owner.access_token)))
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
      expect(await keysOf(owner)).toHaveLength(1)
    }
  })
})
