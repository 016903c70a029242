import { expect, it } from 'vitest'
import { call, signIn } from '../../support/client.ts'
import { rows } from '../../support/database.ts'
import { newKey, type Options } from '../../support/key.ts'
import { loginOptions, loginVerify, newOwner, registerOptions } from '../../support/passkey.ts'
import { preparedSignIn } from '../../support/prepared.ts'

const fifty = Array.from({ length: 50 }, (_, index) => index)

it('one assertion, sent 50 times at once, opens one session', async () => {
  const owner = await newOwner()
  const options = await loginOptions()
  // A key without a counter: nothing but the challenge tells the fifty apart.
  const credential = await owner.key.get(options)
  const answers = await Promise.all(fifty.map(() => loginVerify(options, credential)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  const sessions = await rows('select 1 from sessions where user_id = $1', [owner.user.id])
  // One of the password, one of the key's first use, one of these.
  expect(sessions).toHaveLength(3)
})

it('one assertion, sent 50 times at once, finishes one pending sign-in', async () => {
  const owner = await newOwner()
  const { body } = await signIn(owner.email)
  const mfa = { mfa_token: (body as unknown as { mfa_token: string }).mfa_token, type: 'webauthn' }
  const { body: options } = await call<Options>('/api/v1/auth/mfa/challenge', mfa)
  const credential = await owner.key.get(options)
  const answers = await Promise.all(
    fifty.map(() => call('/api/v1/auth/mfa/verify', { ...mfa, credential })),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
})

it('two challenges answered at once by one counter open one session', async () => {
  const owner = await newOwner()
  const both = [await loginOptions(), await loginOptions()]
  const answers = await Promise.all(
    both.map(async (options) =>
      loginVerify(options, await owner.key.get(options, { signCount: 9 })),
    ),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
})

it('one new key, sent 50 times at once, is bound once, with one set of backup codes', async () => {
  const session = await preparedSignIn()
  const { body: options } = await registerOptions(session.access_token)
  const credential = await (await newKey()).create(options)
  const { access_token: token } = session
  const answers = await Promise.all(
    fifty.map(() => call('/api/v1/auth/webauthn/register/verify', { credential }, { token })),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const { id } = session.user
  expect(await rows('select 1 from webauthn_credentials where user_id = $1', [id])).toHaveLength(1)
  expect(await rows('select 1 from backup_codes where user_id = $1', [id])).toHaveLength(10)
})
