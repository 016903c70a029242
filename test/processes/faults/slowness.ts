import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { breakDatabase, countDatabaseRequests, until } from '../support/outside.ts'
import type { Tokens } from '../support/people.ts'
import { ownSite } from '../support/site.ts'
import { type Cast, deedsOf, doAll, newCast, outcomes } from './cast.ts'
import { effects, late } from './late.ts'

/** SECURITY.md §5: eight seconds in total. The rest is for a busy machine. */
const patienceMs = 8_000 + 1_500

describe.each([
  ['30 seconds for whatever has an effect', { latencyMs: 30_000, match: effects }],
  ['5 seconds for everything', { latencyMs: 5_000 }],
])('while Postgres takes %s', (_title, faults) => {
  let cast: Cast

  beforeAll(async () => {
    cast = await newCast()
  })

  it('everyone hears within eight seconds, and is served when it is over', async () => {
    const { register, verify, forgot, reset, change, signIn, refresh, logout } = deedsOf(cast)
    const deeds = { register, verify, forgot, reset, change, signIn, refresh, logout }
    await breakDatabase(faults)
    const asked = await countDatabaseRequests([cast.signedIn.session_id])
    const results = await doAll(deeds)
    // A late statement is not sent again beside the first, and Neon ends one whose request is closed.
    const closed = await until('the end of a late request', async () => {
      const counted = await asked()
      return counted.closed > 0 ? counted : undefined
    })
    expect(closed).toMatchObject({ requests: 1, closed: 1 })
    await ownSite().heal()

    for (const { deed, answer, milliseconds } of results) {
      expect([deed, answer.status, answer.code]).toEqual([deed, 503, 'UNAVAILABLE'])
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
      expect(milliseconds).toBeLessThan(patienceMs)
    }
    const again = await doAll(deedsOf(cast))
    expect(Object.values(outcomes(again)).filter((each) => !isDone(each))).toEqual([])
    const refreshed = again.find(({ deed }) => deed === 'refresh')?.answer.body as Tokens
    late.push({ cast, refreshed, over: sleep(faults.latencyMs + 1_000) })
  })
})

/** Done now, or done before by a statement whose answer came too late. */
function isDone(outcome: string): boolean {
  return /^(20[024]|400 TOKEN_INVALID|400 CURRENT_PASSWORD_INVALID|401 TOKEN_INVALID)$/.test(
    outcome,
  )
}
