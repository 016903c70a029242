import { decodeProtectedHeader } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { keyFormat } from '../../../dev/key-formats.ts'
import { call } from '../support/client.ts'
import { me, type Person, refresh, signIn } from '../support/people.ts'
import { preparedPerson } from '../support/prepared.ts'
import { ownSite, site } from '../support/site.ts'
import { tally } from '../support/together.ts'
import type { WorkerProcess } from '../support/worker.ts'

const rounds = 25

describe('while every key is rotated', () => {
  let person: Person
  let old: WorkerProcess
  let rotated: WorkerProcess
  let twice: WorkerProcess

  beforeAll(async () => {
    old = ownSite().workers[0]
    person = await preparedPerson()
    const { variables, addWorker } = ownSite()
    const once = rotateEvery(variables)
    const [first, second] = await Promise.all([addWorker(once), addWorker(rotateEvery(once))])
    rotated = first
    twice = second
  })

  it('tokens of the old key verify at the new Worker, and tokens of the new key at the old one', async () => {
    const keys = JSON.parse(site().variables.JWT_KEYS ?? '') as SigningKeys
    const ofOld = await together(() => refresh(person.refresh_token, old))
    const ofNew = await together(() => refresh(person.refresh_token, rotated))

    expect(new Set(ofOld.map(kidOf))).toEqual(new Set([keys.current.kid]))
    expect(new Set(ofNew.map(kidOf))).toEqual(new Set([keys.next.kid]))
    const answers = await Promise.all([
      ...ofOld.map((token) => me(token, rotated)),
      ...ofNew.map((token) => me(token, old)),
      me(person.access_token, rotated),
    ])
    expect(tally(answers)).toEqual({ 200: 2 * rounds + 1 })
  })

  it('both Workers publish the key that signs at the other', async () => {
    const keys = JSON.parse(site().variables.JWT_KEYS ?? '') as SigningKeys
    const signing = [keys.current.kid, keys.next.kid]
    expect(await publishedBy(old)).toEqual(expect.arrayContaining(signing))
    expect(await publishedBy(rotated)).toEqual(expect.arrayContaining(signing))
  })

  it('tokens of a key that was rotated out twice are refused', async () => {
    expect(await me(person.access_token, twice)).toMatchObject({ code: 'TOKEN_INVALID' })
  })

  it('a refresh token has the same successor at both Workers', async () => {
    const answers = await Promise.all(
      [old, rotated, old, twice].map((worker) => refresh(person.refresh_token, worker)),
    )
    expect(tally(answers)).toEqual({ 200: 4 })
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)
  })

  it('a password hashed with the oldest pepper signs in, and signs in again after its upgrade', async () => {
    expect(await signIn(person.email, { worker: twice })).toMatchObject({ status: 200 })
    expect(await signIn(person.email, { worker: twice })).toMatchObject({ status: 200 })
  })
})

interface SigningKeys {
  current: { kid: string }
  next: { kid: string }
}

async function together(refreshOne: () => ReturnType<typeof refresh>): Promise<string[]> {
  const answers = await Promise.all(Array.from({ length: rounds }, refreshOne))
  return answers.map(({ body }) => body.access_token)
}

function rotateEvery(variables: Record<string, string>): Record<string, string> {
  const names = ['JWT_KEYS', 'REFRESH_KEYS', 'PASSWORD_PEPPERS']
  return Object.fromEntries(
    names.map((name) => [name, keyFormat(name)?.rotate(variables[name] ?? '', new Date()) ?? '']),
  )
}

function kidOf(token: string): string | undefined {
  return decodeProtectedHeader(token).kid
}

async function publishedBy(worker: WorkerProcess): Promise<string[]> {
  const { body } = await call<{ keys: { kid: string }[] }>(worker, '/.well-known/jwks.json')
  return body.keys.map(({ kid }) => kid)
}
