import { expect, it } from 'vitest'
import { lettersFor, trailOf } from '../support/database.ts'
import { loginOptions, loginVerify, newOwner, showKey, signInByKey } from '../support/passkey.ts'

const alarms = async (email: string) =>
  (await trailOf(email)).filter(({ reason }) => reason?.endsWith('sign_count'))

/** Fills the count of a key's failures: a broken signature needs no key. */
async function fillCount(options: Parameters<typeof loginVerify>[0], right: unknown) {
  const broken = structuredClone(right) as { response: { signature: string } }
  broken.response.signature = 'AAAA'
  for (let sent = 0; sent < 6; sent += 1) await loginVerify(options, broken)
}

it('a count that falls back is told of, though others have filled the count of failures', async () => {
  const owner = await newOwner()
  await signInByKey(owner.key, { signCount: 9 })
  const options = await loginOptions()
  await fillCount(options, await owner.key.get(options, { signCount: 10 }))
  for (let time = 0; time < 2; time += 1) {
    const asked = await loginOptions()
    const answer = await loginVerify(asked, await owner.key.get(asked, { signCount: 3 }))
    expect(answer.status).toBe(429)
  }
  expect(await alarms(owner.email)).toHaveLength(2)
  const letters = await lettersFor(owner.email)
  expect(letters.filter((letter) => letter === 'sign_in_failures')).toHaveLength(1)
})

it('and so it is where the key raises a session', async () => {
  const owner = await newOwner()
  await signInByKey(owner.key, { signCount: 9 })
  const token = owner.access_token
  for (let time = 0; time < 7; time += 1) await showKey(owner.key, { token }, { signCount: 3 })
  expect(await alarms(owner.email)).toHaveLength(7)
  expect(await lettersFor(owner.email)).toContain('sign_in_failures')
})
