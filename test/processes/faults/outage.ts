import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { call } from '../support/client.ts'
import { breakDatabase } from '../support/outside.ts'
import { me } from '../support/people.ts'
import { site } from '../support/site.ts'
import { type Cast, deedsOf, doAll, everyDeed, newCast, outcomes } from './cast.ts'

/** SECURITY.md §5: a refusal comes in at most three seconds. */
const refusalMs = 3_000

describe('while Postgres refuses', () => {
  let cast: Cast

  beforeAll(async () => {
    cast = await newCast()
  })

  it('everything that needs it answers 503 with Retry-After within three seconds', async () => {
    const deeds = deedsOf(cast)
    await breakDatabase({ refuse: true })
    const results = await doAll(deeds)

    expect(outcomes(results)).toEqual(everyDeed(deeds, '503 UNAVAILABLE'))
    for (const { answer, milliseconds } of results) {
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(milliseconds).toBeLessThan(refusalMs)
    }
  })

  it('the endpoint of the database may answer 500 as well', async () => {
    const deeds = deedsOf(cast)
    await breakDatabase({ errorRate: 1, errorStatus: 500 })
    expect(outcomes(await doAll(deeds))).toEqual(everyDeed(deeds, '503 UNAVAILABLE'))
  })

  it('access tokens are still checked, here and by whoever has the published keys', async () => {
    await breakDatabase({ refuse: true })
    const keys = await call(site().workers[0], '/.well-known/jwks.json')
    expect(keys.status).toBe(200)
    const { payload } = await jwtVerify(
      cast.signedIn.access_token,
      createLocalJWKSet(keys.body as never),
    )
    expect(payload.sid).toBe(cast.signedIn.session_id)

    const forged = `${cast.signedIn.access_token.slice(0, -4)}AAAA`
    expect(await me(forged)).toMatchObject({ status: 401, code: 'TOKEN_INVALID' })
    expect(await call(site().workers[0], '/healthz')).toMatchObject({ status: 200 })
  })

  it('nothing was half done: everyone gets what they want afterwards', async () => {
    const results = outcomes(await doAll(deedsOf(cast)))
    expect(Object.values(results).filter((outcome) => !/^20[024]$/.test(outcome))).toEqual([])
  })
})
