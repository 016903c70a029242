import { describe, expect, it } from 'vitest'
import text from '../../docs/operations.md?raw'
import { analyticsPort } from '../../src/edge/analytics.ts'
import { newMeter } from '../../src/ports.ts'
import { rows } from '../support/database.ts'

/** Statements of the page, one by one; what stands for a value is a value. */
const statements = [
  ...[...text.matchAll(/```sql\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.replace(/^--.*$/gm, '').split(';'),
  ),
  ...[...text.matchAll(/`((?:select|update|delete|insert|REINDEX) [^`]*)`/g)].map(
    ([, statement = '']) => statement,
  ),
]
  .map((statement) => statement.trim().replaceAll("'…'", `'${crypto.randomUUID()}'`))
  .filter((statement) => statement !== '')

const ofRequests = statements.filter((statement) => statement.includes('gatehouse_requests'))
const ofDatabase = statements.filter((statement) => !ofRequests.includes(statement))

describe('a query of docs/operations.md', () => {
  it('is found', () => {
    expect(ofDatabase.length).toBeGreaterThan(10)
    expect(ofRequests.length).toBeGreaterThan(2)
  })

  it.each(ofDatabase.filter((statement) => statement.startsWith('select')))(
    'is answered by the database: %s',
    async (statement) => {
      expect(await rows(statement)).toBeInstanceOf(Array)
    },
  )

  // Planned and not carried out: they are about all accounts.
  it.each(ofDatabase.filter((statement) => /^(update|delete|insert)/.test(statement)))(
    'is understood by the database: %s',
    async (statement) => {
      expect(await rows(`explain ${statement}`)).not.toEqual([])
    },
  )
})

describe('columns of Analytics Engine', () => {
  const meter = { ...newMeter(), databaseTrips: 2, databaseMs: 3, objectCalls: 4, kvOperations: 5 }
  const point = {
    route: '/api/v1/auth/me',
    method: 'PATCH',
    status: 409,
    code: 'CODE',
    tenant: 'tenant',
    ms: 1,
    meter: { ...meter, hashes: 6 },
  }
  /** What the page says of a column, and what of a request it then holds. */
  const meanings: Record<string, unknown> = {
    'the id of the tenant': point.tenant,
    'the pattern of the route': point.route,
    'the method': point.method,
    'the class of the status': '4xx',
    'the code of a refusal': point.code,
    milliseconds: point.ms,
    'database round trips': 2,
    'milliseconds in them': 3,
    'calls of Durable Objects': 4,
    'of KV': 5,
    'password hashes': 6,
    'the status': point.status,
  }

  function written(): Record<string, unknown> {
    const columns: Record<string, unknown> = {}
    const writeDataPoint = (data: AnalyticsEngineDataPoint = {}) => {
      for (const kind of ['indexes', 'blobs', 'doubles'] as const) {
        const name = kind === 'indexes' ? 'index' : kind.slice(0, -1)
        for (const [at, value] of (data[kind] ?? []).entries()) columns[name + (at + 1)] = value
      }
    }
    analyticsPort({ writeDataPoint }).write(point)
    return columns
  }

  it('hold what the page says, and it says of each', () => {
    const [, about = ''] = /after its answer: ([\s\S]*?)Nothing says who asked/.exec(text) ?? []
    const said = [...about.replaceAll('\n', ' ').matchAll(/((?:`\w+\d`(?: and )?)+) ([^`,;.]+)/g)]
    const documented = said.flatMap(([, names = '', meaning = '']) =>
      [...names.matchAll(/\w+\d/g)].map(([name]) => [name, meanings[meaning.trim()]]),
    )
    expect(Object.fromEntries(documented)).toEqual(written())
  })

  it('are there where a query names them', () => {
    const named = ofRequests.join(' ').match(/\b(?:index|blob|double)\d+\b/g) ?? []
    const columns = Object.keys(written())
    expect(named.filter((name) => !columns.includes(name))).toEqual([])
  })
})
