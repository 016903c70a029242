import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { addTotp, codeOf as totpOf } from '../support/authenticator.ts'
import { type Answer, call, password, signIn, type Tokens } from '../support/client.ts'
import { row, rows } from '../support/database.ts'
import { newKey } from '../support/key.ts'
import { newOwner, register, registerOptions, signInByKey } from '../support/passkey.ts'
import { preparedSignIn, preparedUserIn } from '../support/prepared.ts'
import { newTenant } from '../support/tenant.ts'

const me = (token: string) => call('/api/v1/auth/me', undefined, { token })

const verify = (token: string, body: Record<string, unknown>) =>
  call<{ access_token: string }>('/api/v1/auth/mfa/verify', body, { token })

const disable = (token: string, code: string) =>
  call('/api/v1/auth/mfa/disable', { type: 'totp', code }, { token })

it('what a removed key has opened is over; a session of the password alone goes on', async () => {
  const owner = await newOwner()
  await addTotp(owner)
  const thief = (await signInByKey(owner.key)).body
  await rows(
    `insert into sessions (id, tenant_id, user_id, authority_version, refresh_hash, amr, acr, transport, expires_at, ends_at)
     select $2, tenant_id, user_id, authority_version, refresh_hash, '{pwd}', 'aal1', transport, expires_at, ends_at
     from sessions where id = $1`,
    [owner.session_id, crypto.randomUUID()],
  )
  const removed = await call(
    `/api/v1/auth/webauthn/credentials/${owner.registered.id}`,
    undefined,
    { method: 'DELETE', token: owner.access_token },
  )
  expect(removed.status).toBe(204)
  expect((await registerOptions(thief.access_token)).status).toBe(401)
  expect((await me(thief.access_token)).status).toBe(401)
  const refreshed = await call('/api/v1/auth/refresh', { refresh_token: thief.refresh_token })
  expect(refreshed.status).toBe(401)
  expect((await me(owner.access_token)).status).toBe(200)
  const alive = await rows<{ acr: string; revoked_reason: string | null; alive: boolean }>(
    `select s.acr, s.revoked_reason, s.authority_version >= u.authority_version as alive
     from sessions s join users u on u.id = s.user_id where u.email = $1 order by s.acr, s.created_at`,
    [owner.email],
  )
  expect(alive.filter(({ acr }) => acr === 'aal1').every((session) => session.alive)).toBe(true)
  expect(alive.filter((session) => session.revoked_reason === 'factor_removed')).toHaveLength(1)
})

it('a sign-in that waits is over as well', async () => {
  const session = await preparedSignIn()
  const { backupCodes } = await addTotp(session)
  const token = session.access_token
  const { mfa_token } = (await signIn(session.email)).body as unknown as { mfa_token: string }
  await register(
    (await verify(token, { type: 'backup_code', code: backupCodes[0] })).body.access_token,
    await newKey(),
  )
  expect((await disable(token, backupCodes[1] ?? '')).status).toBe(204)
  const answer: Answer = await call('/api/v1/auth/mfa/verify', {
    mfa_token,
    type: 'backup_code',
    code: backupCodes[2],
  })
  expect(answer.status).toBe(401)
})

it('with the last factor goes what a session has shown of it', async () => {
  const session = await preparedSignIn()
  const { secret, backupCodes } = await addTotp(session)
  const token = session.access_token
  await verify(token, { type: 'backup_code', code: backupCodes[0] })
  expect((await disable(token, totpOf(secret))).status).toBe(204)
  const left = await row('select acr, amr from sessions where id = $1', [session.session_id])
  expect(left).toEqual({ acr: 'aal1', amr: ['pwd'] })
  const raised = await verify(token, { type: 'password', code: password })
  expect(decodeJwt(raised.body.access_token)).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
  await addTotp((await signIn(session.email)).body)
  expect((await registerOptions(token)).status).toBe(403)
})

it('a password proves itself, whatever an older factor has left', async () => {
  const session = await preparedSignIn()
  await row(`update sessions set amr = '{pwd,otp,mfa}' where id = $1 returning id`, [
    session.session_id,
  ])
  const raised = await verify(session.access_token, { type: 'password', code: password })
  expect(decodeJwt(raised.body.access_token)).toMatchObject({ acr: 'aal1', amr: ['pwd'] })
})

it('a mailbox that does not count is no factor left', async () => {
  const tenant = await newTenant({ emailFactor: true })
  const { headers } = tenant
  const email = await preparedUserIn(tenant)
  const session: Tokens = (await signIn(email, { headers })).body
  const token = session.access_token
  const added = await register(token, await newKey(), 'passkey', {}, headers)
  await rows(
    `insert into factors (id, tenant_id, user_id, type) select $2, tenant_id, id, 'email' from users where email = $1`,
    [email, crypto.randomUUID()],
  )
  await row(
    `update password_credentials c set mailed_at = now() from users u where u.id = c.user_id and u.email = $1 returning c.user_id`,
    [email],
  )
  const target = { type: 'webauthn', id: added.body.id, code: added.body.backup_codes?.[0] }
  const removed = await call('/api/v1/auth/mfa/disable', target, { token, headers })
  expect(removed.status).toBe(204)
  const answer = await call('/api/v1/auth/mfa/methods', undefined, { token, headers })
  expect(answer.body).toMatchObject({ mfa_enabled: false, methods: [] })
})
