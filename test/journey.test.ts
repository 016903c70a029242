import { expect, it } from 'vitest'
import {
  call,
  cost,
  mails,
  password,
  randomEmail,
  registration,
  type Tokens,
  tokenIn,
} from './support/client.ts'

it('registers, proves the address, signs in, reads itself and stays signed in', async () => {
  const email = randomEmail()
  const registered = await call('/api/v1/auth/register', registration(email))
  expect(registered.body).toEqual({ status: 'verification_required', email })
  expect(registered.status).toBe(202)
  expect(cost(registered)).toMatchObject({ db: 1, do: 0, hash: 1 })

  const [mail] = await mails(email)
  const early = await call('/api/v1/auth/login', { email, password })
  expect(early.status).toBe(403)
  expect(early.body).toMatchObject({ code: 'EMAIL_NOT_VERIFIED' })

  const verified = await call('/api/v1/auth/verify-email', { token: tokenIn(mail as never) })
  expect(verified.body).toEqual({ status: 'verified', password_set: true })
  expect(cost(verified)).toMatchObject({ db: 1, do: 0, hash: 0 })

  const signedIn = await call<Tokens>('/api/v1/auth/login', { email, password })
  expect(signedIn.status).toBe(200)
  expect(cost(signedIn)).toEqual({ db: 2, do: 1, kv: 0, hash: 1 })

  const me = await call('/api/v1/auth/me', undefined, { token: signedIn.body.access_token })
  expect(me.body).toMatchObject({
    email,
    status: 'active',
    email_verified: true,
    tenant: 'default',
  })
  expect(cost(me)).toMatchObject({ db: 1 })

  const refreshed = await call<Tokens>('/api/v1/auth/refresh', {
    refresh_token: signedIn.body.refresh_token,
  })
  expect(refreshed.status).toBe(200)
  expect(cost(refreshed)).toMatchObject({ db: 1, do: 0, hash: 0 })
  expect(refreshed.body.refresh_token).not.toBe(signedIn.body.refresh_token)
})
