import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { database } from '../../../src/policy.ts'
import { breakDatabase } from '../support/outside.ts'
import { refresh, type Tokens } from '../support/people.ts'
import { preparedPerson } from '../support/prepared.ts'
import { ownSite } from '../support/site.ts'
import { startLine } from '../support/together.ts'
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
    const results = await doAll(deeds)
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

describe('a refresh whose row is held for longer than one try', () => {
  it('is answered by the next, and its family lives', async () => {
    const { refresh_token, session_id } = await preparedPerson()
    const line = await startLine('select from sessions where id = $1 for update', session_id)
    const waiting = refresh(refresh_token)
    await sleep(database.statementTimeoutMs + 1_000)
    await line.release()
    const first = await waiting
    expect(first.status).toBe(200)
    expect(await refresh(first.body.refresh_token)).toMatchObject({ status: 200 })
  })
})

/** Done now, or done before by a statement whose answer came too late. */
function isDone(outcome: string): boolean {
  return /^(20[024]|400 TOKEN_INVALID|400 CURRENT_PASSWORD_INVALID|401 TOKEN_INVALID)$/.test(
    outcome,
  )
}
