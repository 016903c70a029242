import { describe, expect, it } from 'vitest'
import { call, randomEmail, registration } from '../../support/client.ts'
import { row, rows, userOf } from '../../support/database.ts'
import { preparedSignIn, preparedUser } from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'
import {
  approve,
  begin,
  comeBack,
  exchange,
  landing,
  nativeProof,
  nativeSignIn,
  newApp,
  newPerson,
  throughProvider,
} from './browser.ts'

const many = 50
const times = <T>(work: (turn: number) => Promise<T>) =>
  Promise.all(Array.from({ length: many }, (_, turn) => work(turn)))

function identitiesOf(subject: string) {
  return rows<{ user_id: string }>('select user_id from oauth_accounts where subject = $1', [
    subject,
  ])
}

describe(`${many} at once`, () => {
  it('redeem one exchange code: one does', async () => {
    const { code = '', app } = await throughProvider('google', newPerson())
    const answers = await times(() => exchange(code, app))
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    const lost = answers.filter(({ status }) => status !== 200)
    expect(new Set(lost.map(codeOf))).toEqual(new Set(['EXCHANGE_INVALID']))
    const { n } = await row<{ n: number }>(
      'select count(*)::int as n from sessions where user_id = $1',
      [won[0]?.body.user.id],
    )
    expect(n).toBe(1)
  })

  it('bring one answer of a provider: one counts', async () => {
    const begun = await begin('google', await newApp())
    const answer = await approve(begun, newPerson(), { fault: { at: 'spend' } })
    const landings = (await times(() => comeBack(answer, begun.cookie))).map(landing)
    expect(landings.filter(({ code }) => code)).toHaveLength(1)
    expect(landings.filter(({ error }) => error === 'PROVIDER_ERROR')).toHaveLength(many - 1)
  })

  it('sign one new person in: there is one account', async () => {
    const person = newPerson()
    const proof = await nativeProof('google', person)
    const answers = await times(() => nativeSignIn('google', proof))
    expect(answers.map(({ status }) => status)).toEqual(Array(many).fill(200))
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1)
    expect(answers.filter(({ body }) => body.user_created)).toHaveLength(1)
    expect(await identitiesOf(person.sub)).toHaveLength(1)
    expect(await rows('select 1 from users where email = $1', [person.email])).toHaveLength(1)
  })

  it('bring one address from several providers: there is one account, with an identity of each', async () => {
    const person = newPerson()
    const providers = ['google', 'apple', 'github', 'facebook'] as const
    const proofs = await Promise.all(providers.map((name) => nativeProof(name, person)))
    const answers = await times((turn) => {
      const at = turn % providers.length
      return nativeSignIn(providers[at] ?? 'google', proofs[at] ?? {})
    })
    expect(answers.map(({ status }) => status)).toEqual(Array(many).fill(200))
    expect(new Set(answers.map(({ body }) => body.user.id)).size).toBe(1)
    expect(await identitiesOf(person.sub)).toHaveLength(providers.length)
  })

  it('come by a provider to an address that waits for proof: it is taken over once', async () => {
    const email = randomEmail()
    await call('/api/v1/auth/register', registration(email))
    const proof = await nativeProof('google', newPerson({ email }))
    const answers = await times(() => nativeSignIn('google', proof))
    expect(answers.filter(({ body }) => body.user_created)).toHaveLength(1)
    const { id } = await userOf(email)
    expect(new Set(answers.map(({ body }) => body.user?.id))).toEqual(new Set([id]))
    const { authority_version } = await row<{ authority_version: number }>(
      'select authority_version from users where id = $1',
      [id],
    )
    expect(authority_version).toBe(2)
  })

  it('join one identity to an account: it is there once', async () => {
    const email = await preparedUser()
    const person = newPerson({ email })
    const proof = await nativeProof('google', person)
    const answers = await times(() => nativeSignIn('google', proof))
    expect(answers.map(({ status }) => status)).toEqual(Array(many).fill(200))
    expect(await identitiesOf(person.sub)).toHaveLength(1)
  })

  it('link one identity to two accounts: one has it', async () => {
    const person = newPerson()
    const proof = await nativeProof('google', person)
    const [one, two] = [await preparedSignIn(), await preparedSignIn()]
    const answers = await times((turn) =>
      call('/api/v1/auth/identities/google', proof, {
        token: turn % 2 ? one.access_token : two.access_token,
      }),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(many / 2)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(many / 2)
    expect(await identitiesOf(person.sub)).toHaveLength(1)
  })
})
