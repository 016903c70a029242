import { describe, expect, it } from 'vitest'
import { call, randomEmail } from '../support/client.ts'
import { breakDatabase } from '../support/outside.ts'
import { site } from '../support/site.ts'
import { deedsOf, newCast } from './cast.ts'

describe('a statement that Postgres', () => {
  it.each(['40001', '40P01'])('rolled back (%s) is sent again, twice', async (sqlstate) => {
    const cast = await newCast()
    for (const [deed, run] of Object.entries(deedsOf(cast))) {
      await breakDatabase({ sqlstate, times: 2 })
      const { status, code } = await run()
      expect([deed, status < 300, code]).toEqual([deed, true, undefined])
    }
  })

  it.each([
    ['40001', 'a serialization failure'],
    ['57P01', 'an administrator’s shutdown'],
    ['53300', 'too many connections'],
    ['08006', 'a lost connection'],
    ['57014', 'a cancelled statement'],
    ['55P03', 'a lock that is not to be had'],
    ['25006', 'a database that is read-only during a failover'],
    ['XX000', 'an error inside the server'],
    ['58030', 'a disk that fails'],
    ['42P01', 'a table of a migration that has not run'],
    ['42703', 'a column of a migration that has not run'],
    ['42883', 'a function of a migration that has not run'],
  ])('could not run (%s, %s) makes 503, never 500', async (sqlstate) => {
    await breakDatabase({ sqlstate })
    const [worker] = site().workers
    const email = randomEmail()
    const answers = [
      await call(worker, '/readyz'),
      await call(worker, '/.well-known/revocations'),
      await call(worker, '/api/v1/auth/forgot-password', { email }),
    ]
    for (const { status, code, headers } of answers) {
      expect([status, code]).toEqual([503, 'UNAVAILABLE'])
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
    }
  })

  it('does not have all migrations is not ready', async () => {
    await breakDatabase({ sqlstate: '42883', match: 'regproc' })
    const { status, code } = await call(site().workers[0], '/readyz')
    expect([status, code]).toEqual([503, 'UNAVAILABLE'])
  })
})
