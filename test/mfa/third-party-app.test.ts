import { TOTP, URI } from 'otpauth'
import { expect, it } from 'vitest'
import { call, signIn, type Tokens } from '../support/client.ts'
import { ageStep } from '../support/database.ts'
import { preparedSignIn } from '../support/prepared.ts'

interface Setup {
  secret: string
  provisioning_uri: string
}

const mfa = '/api/v1/auth/mfa'

it('an app of somebody else reads the link, and its codes bind it and sign in', async () => {
  const { email, user, access_token: token } = await preparedSignIn()
  const { body: setup } = await call<Setup>(`${mfa}/enable`, { type: 'totp' }, { token })
  const app = URI.parse(setup.provisioning_uri)
  if (!(app instanceof TOTP)) throw new Error('no authenticator app')
  expect(app).toMatchObject({
    issuer: 'Gatehouse',
    label: email,
    algorithm: 'SHA1',
    digits: 6,
    period: 30,
  })
  expect(app.secret.base32).toBe(setup.secret)

  const confirm = { type: 'totp', code: app.generate() }
  expect((await call(`${mfa}/confirm`, confirm, { token })).status).toBe(200)
  await ageStep(user.id)
  const { mfa_token } = (await signIn(email)).body as unknown as { mfa_token: string }
  const shown = { mfa_token, type: 'totp', code: app.generate() }
  const finished = await call<Tokens>(`${mfa}/verify`, shown)
  expect([finished.status, finished.body.user.email]).toEqual([200, email])
})
