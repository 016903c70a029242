import { beforeAll, describe, expect, it } from 'vitest'
import { site, useSite } from '../support/site.ts'
import { type Haystack, logs, stores, tables } from './haystacks.ts'
import { type Issued, type Run, useEverything } from './issued.ts'
import { codeFinds, finds } from './search.ts'

const kinds = [
  'password',
  'wrong password',
  'verification token',
  'foreign token',
  'reset token',
  'access token',
  'refresh token',
  'cookie',
  'install id',
  'seed',
  'provisioning URI',
  'backup code',
  'mfa token',
  'enrolment token',
  'recovery link',
  'cancelling link',
  'denying link',
  'invitation',
  'webhook secret',
  'link to a new address',
  'undoing link',
  'challenge',
  'sign-in link',
  'asker',
  'exchange code',
  'verifier of the app',
  'transaction',
  'nonce',
  'ID token',
]

useSite()

describe('after a run in which every kind of secret was issued', () => {
  let run: Run
  let places: Record<'database' | 'stores' | 'logs', Haystack[]>

  beforeAll(async () => {
    run = await useEverything()
    await Promise.all(site().workers.map((worker) => worker.sweep()))
    places = { database: await tables(), stores: stores(), logs: logs() }
  })

  it('the search finds what is really there', () => {
    const marker = [{ what: 'marker', text: run.marker }]
    expect(finds(marker, places.database)).not.toEqual([])
    expect(finds(marker, places.logs)).not.toEqual([])
    expect(finds([{ what: 'count', text: 'failures' }], places.stores)).not.toEqual([])
    for (const planted of run.secrets.flatMap(({ text }) => spellings(text))) {
      expect(finds(run.secrets, [{ place: 'here', bytes: Buffer.from(planted) }])).not.toEqual([])
    }
    const written = Buffer.from(`{"code":"${run.codes[0]}"}`)
    expect(codeFinds(run.codes, [{ place: 'here', bytes: written }])).toHaveLength(1)
  })

  it('the run has issued one of each kind', () => {
    expect(new Set(run.secrets.map(({ what }) => what))).toEqual(new Set(kinds))
    expect(run.codes).toHaveLength(7)
  })

  it('no table holds one, as text, hex or base64', () => {
    expect(finds(run.secrets, places.database)).toEqual([])
  })

  it('neither KV nor a Durable Object holds one', () => {
    expect(finds(run.secrets, places.stores)).toEqual([])
  })

  it('nothing that a Worker writes to its log holds one', () => {
    expect(finds(run.secrets, places.logs)).toEqual([])
  })

  it('no key of the service is in a table, a store or a log', () => {
    const all = Object.values(places).flat()
    expect(finds(keys(), all)).toEqual([])
  })

  it('no mailed code is in a column of text or in a log', () => {
    expect(codeFinds(run.codes, [...places.database, ...places.logs])).toEqual([])
  })
})

/** The ways in which a careless line of code would write a secret down. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const inJson = Buffer.from(JSON.stringify({ password: secret }))
  return [secret, bytes.toString('hex'), bytes.toString('base64'), inJson.toString('base64url')]
}

/** The material of every key in the configuration. */
function keys(): Issued[] {
  const { variables } = site()
  const rings = Object.entries(variables).filter(([name]) => /(_KEYS|_PEPPERS)$/.test(name))
  const found = rings.flatMap(([name, value]) => {
    if (name !== 'JWT_KEYS') return { what: name, text: value.slice(value.indexOf(':') + 1) }
    const { current, next } = JSON.parse(value) as Record<string, { d: string }>
    return [current, next].map((key) => ({ what: name, text: key?.d ?? '' }))
  })
  return [...found, { what: 'DATABASE_URL', text: variables.DATABASE_URL ?? '' }]
}
