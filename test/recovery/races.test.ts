import { describe, expect, it } from 'vitest'
import { nativeProof, newPerson } from '../methods/social/browser.ts'
import { type Answer, call, type Tokens } from '../support/client.ts'
import { ageRecovery, row, rows, setUser, userOf } from '../support/database.ts'
import { type Key, newKey } from '../support/key.ts'
import { oneBehindTheOther } from '../support/lock.ts'
import { registerOptions, signInByKey } from '../support/passkey.ts'
import {
  complete,
  linkFor,
  type Protected,
  pendingRecovery,
  protectedUser,
  verify,
} from './recoveries.ts'

const isRaised = `update sessions s set acr = 'aal2', amr = '{pwd,otp,mfa}', authenticated_at = now()
  from users u where u.id = s.user_id and u.email = $1 returning s.id`

async function setUpKey(user: Protected): Promise<[Key, () => Promise<Answer<unknown>>]> {
  // As if a factor had been shown: to show one would withdraw the recovery.
  await row(isRaised, [user.email])
  const { body: options } = await registerOptions(user.access_token)
  const key = await newKey()
  const credential = await key.create(options)
  const how = { token: user.access_token }
  return [key, () => call('/api/v1/auth/webauthn/register/verify', { credential }, how)]
}

async function expectNoWayIn(user: Protected, key: Key): Promise<void> {
  const { id } = await userOf(user.email)
  expect(await rows('select id from webauthn_credentials where user_id = $1', [id])).toEqual([])
  const signedIn: Answer<Tokens> = await signInByKey(key)
  expect(signedIn.status).toBe(400)
}

it.each([['before'], ['after']])(
  'an identity linked right %s a recovery takes effect is gone',
  async (order) => {
    const user = await pendingRecovery()
    await ageRecovery(user.email, 24 * 3_600 + 5)
    await row(isRaised, [user.email])
    // Nothing of the provider's word is missing here.
    await setUser(user.email, { first_name: 'Ann', last_name: 'Example' })
    const proof = await nativeProof('google', newPerson())
    const how = { token: user.access_token }
    const link = () => call('/api/v1/auth/identities/google', proof, how)
    const recover = () => complete(user.token)
    const { id } = await userOf(user.email)
    const requests = order === 'before' ? [link, recover] : [recover, link]
    const answers = await oneBehindTheOther<Answer<unknown>>(id, requests)
    expect(answers.map(({ status }) => status)).toEqual(
      order === 'before' ? [201, 200] : [200, 401],
    )
    expect(await rows('select id from oauth_accounts where user_id = $1', [id])).toEqual([])
  },
)

describe.each([['before'], ['after']])('a key bound right %s a recovery takes effect', (order) => {
  it('is gone, where the recovery has waited', async () => {
    const user = await pendingRecovery()
    await ageRecovery(user.email, 24 * 3_600 + 5)
    const [key, bind] = await setUpKey(user)
    const recover = () => complete(user.token)
    const { id } = await userOf(user.email)
    const requests = order === 'before' ? [bind, recover] : [recover, bind]
    const answers = await oneBehindTheOther<Answer<unknown>>(id, requests)
    expect(answers[order === 'before' ? 1 : 0]?.status).toBe(200)
    await expectNoWayIn(user, key)
  })

  it('is gone, where a backup code was shown', async () => {
    const user = await protectedUser()
    const link = await linkFor(user.email, 2)
    const [key, bind] = await setUpKey(user)
    const recover = () => verify(link, { backup_code: user.backupCodes[1] })
    const { id } = await userOf(user.email)
    const requests = order === 'before' ? [bind, recover] : [recover, bind]
    const answers = await oneBehindTheOther<Answer<unknown>>(id, requests)
    expect(answers[order === 'before' ? 1 : 0]?.status).toBe(200)
    await expectNoWayIn(user, key)
  })
})
