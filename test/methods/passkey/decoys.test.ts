import { expect, it } from 'vitest'
import { call, cost, randomEmail } from '../../support/client.ts'
import type { Options } from '../../support/key.ts'
import { loginOptions, loginVerify, newOwner } from '../../support/passkey.ts'
import { preparedUser } from '../../support/prepared.ts'
import { codeOf, comparableHeaders } from '../../support/problem.ts'

const ask = (email: string) => call<Options>('/api/v1/auth/webauthn/login/options', { email })

it('an address without an account is offered a key, the same at every request', async () => {
  const email = randomEmail()
  const [first, second] = [await loginOptions(email), await loginOptions(email.toUpperCase())]
  const decoys = first.options.allowCredentials as { id: string }[]
  expect(decoys).toEqual(
    decoys.map(() => ({
      type: 'public-key',
      id: expect.stringMatching(/^[\w-]{22,64}$/),
      transports: expect.any(Array),
    })),
  )
  expect(decoys.length).toBeGreaterThan(0)
  expect(new Set(decoys.map(({ id }) => id)).size).toBe(decoys.length)
  expect(second.options.allowCredentials).toEqual(first.options.allowCredentials)
  expect(second.options.challenge).not.toBe(first.options.challenge)
  const other = await loginOptions(randomEmail())
  expect(other.options.allowCredentials).not.toEqual(first.options.allowCredentials)
})

it('an account without a passkey is offered one as well', async () => {
  const email = await preparedUser()
  const [first, second] = [await loginOptions(email), await loginOptions(email)]
  expect(first.options.allowCredentials).not.toEqual([])
  expect(second.options.allowCredentials).toEqual(first.options.allowCredentials)
})

it('addresses are offered one key, two or three, as people have them', async () => {
  const counts = new Set<number>()
  // One in eight has three: of forty none has, once in two hundred times.
  for (let asked = 0; asked < 400 && counts.size < 3; asked += 40) {
    const offered = await Promise.all(
      Array.from({ length: 40 }, async () => (await loginOptions(randomEmail())).options),
    )
    for (const { allowCredentials } of offered) counts.add((allowCredentials as unknown[]).length)
  }
  expect([...counts].sort()).toEqual([1, 2, 3])
})

it("a key of one's own answers neither for an unknown address nor for another's", async () => {
  const me = await newOwner()
  for (const email of [randomEmail(), await preparedUser(), (await newOwner()).email]) {
    const options = await loginOptions(email)
    const answer = await loginVerify(options, await me.key.get(options))
    expect([answer.status, codeOf(answer)]).toEqual([400, 'WEBAUTHN_INVALID'])
  }
})

it('known and unknown addresses answer alike, for the same price', async () => {
  const known = await ask((await newOwner()).email)
  const keyless = await ask(await preparedUser())
  const unknown = await ask(randomEmail())
  for (const other of [keyless, unknown]) {
    expect(other.status).toBe(known.status)
    expect(cost(other)).toEqual(cost(known))
    expect(Object.keys(other.body.options)).toEqual(Object.keys(known.body.options))
    const names = (answer: typeof known) => Object.keys(comparableHeaders(answer))
    expect(names(other)).toEqual(names(known))
  }
  expect(cost(known)).toEqual({ db: 1, do: 0, kv: 0, hash: 0 })
})
