import { expect, it } from 'vitest'
import { addTotp, codeOf } from '../support/authenticator.ts'
import { call, cost, signIn, type Tokens } from '../support/client.ts'
import { ageStep } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { fieldCodes } from '../support/problem.ts'

interface Challenge {
  mfa_required: true
  mfa_token: string
  mfa_types: string[]
}

it('adds an authenticator app, signs in with it, and steps up', async () => {
  const session = await preparedSignIn()
  const token = session.access_token
  const enabled = await call<{ secret: string; qr_code: string }>(
    '/api/v1/auth/mfa/enable',
    { type: 'totp' },
    { token },
  )
  expect(enabled.status).toBe(200)
  expect(cost(enabled)).toMatchObject({ db: 1, do: 1 })
  expect(enabled.body.qr_code).toMatch(/^data:image\/png;base64,iVBORw0KGgo/)

  const confirmed = await call<{ backup_codes: string[] }>(
    '/api/v1/auth/mfa/confirm',
    { type: 'totp', code: codeOf(enabled.body.secret) },
    { token },
  )
  await ageStep(session.user.id)
  expect(confirmed.body).toMatchObject({ mfa_enabled: true })
  expect(confirmed.body.backup_codes).toHaveLength(10)
  expect(cost(confirmed)).toMatchObject({ db: 2, hash: 0 })

  const first = (await signIn(session.email)) as unknown as {
    status: number
    body: Challenge
    headers: Headers
  }
  expect(first.status).toBe(200)
  expect(first.body).toMatchObject({ mfa_required: true, mfa_types: ['backup_code', 'totp'] })
  expect(cost(first)).toEqual({ db: 2, do: 1, kv: 0, hash: 1 })

  const code = codeOf(enabled.body.secret)
  const done = await call<Tokens>('/api/v1/auth/mfa/verify', {
    mfa_token: first.body.mfa_token,
    type: 'totp',
    code,
  })
  expect(done.status).toBe(200)
  expect(cost(done)).toEqual({ db: 2, do: 1, kv: 0, hash: 0 })
  const again = await call('/api/v1/auth/mfa/verify', {
    mfa_token: first.body.mfa_token,
    type: 'totp',
    code,
  })
  expect(again.body).toMatchObject({ code: 'MFA_TOKEN_INVALID' })

  const raised = await call(
    '/api/v1/auth/mfa/verify',
    { type: 'backup_code', code: confirmed.body.backup_codes[0] },
    { token },
  )
  expect(raised.status).toBe(200)
  const spent = await call(
    '/api/v1/auth/mfa/verify',
    { type: 'backup_code', code: confirmed.body.backup_codes[0] },
    { token },
  )
  expect(spent.body).toMatchObject({ code: 'MFA_CODE_INVALID' })

  const { body: methods } = await call('/api/v1/auth/mfa/methods', undefined, { token })
  expect(methods).toMatchObject({ mfa_enabled: true, backup_codes_left: 9 })
})

it('removes the app again for who shows a code of it', async () => {
  const session = await preparedSignIn()
  const { secret } = await addTotp(session)
  const removed = await call(
    '/api/v1/auth/mfa/disable',
    { type: 'totp', code: codeOf(secret) },
    { token: session.access_token },
  )
  expect(removed.status).toBe(204)
  expect((await signIn(session.email)).body).toHaveProperty('access_token')
})

it.each(['verify', 'disable'])('names a kind of factor that there is not: %s', async (route) => {
  const { access_token: token, email } = await preparedSignIn()
  const { secret } = await addTotp({ access_token: token })
  const { body } = (await signIn(email)) as unknown as { body: Challenge }
  const shown = { type: 'carrier_pigeon', code: codeOf(secret) }
  const pending = { ...shown, mfa_token: body.mfa_token }
  for (const proof of route === 'verify' ? [shown, pending] : [shown]) {
    const answer = await call(`/api/v1/auth/mfa/${route}`, proof, { token })
    expect([answer.status, fieldCodes(answer)]).toEqual([422, ['type INVALID_VALUE']])
  }
})
