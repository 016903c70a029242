import type { FullQueryResults, NeonDbError, neon } from '@neondatabase/serverless'
import { type Query, SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Config } from '../config.ts'
import { AuthError } from '../errors.ts'
import { database as policy } from '../policy.ts'
import { ConstraintError, type Database, type Meter, type Retry, type Row } from '../ports.ts'

const dialect = new PgDialect()

/** The server says that it rolled back: any statement may be sent again. */
const rolledBack = new Set(['40001', '40P01'])
/** The server went away, perhaps after the commit: only a statement that finds its own rows may be sent again. */
const perhapsDone = /^(08|25006|53|55P03|57|58|XX)/
const constraintViolation = /^23/
/** A table, column or function is not there: the migrations of this Worker have not run. */
const notMigrated = new Set(['42P01', '42703', '42883'])

/** When the work at hand must be over, in milliseconds since 1970. Moved on for work after the answer. */
export interface Deadline {
  at: number
}

/** Neon over HTTP: one POST is one statement is one transaction. */
export function connect(config: Config['database'], meter: Meter, deadline: Deadline): Database {
  function attempt(
    driver: Driver,
    { sql: text, params }: Query,
    mayRunOn: boolean,
  ): PromiseLike<FullQueryResults<false>> {
    const patience = Math.min(policy.statementTimeoutMs, Math.max(1, deadline.at - Date.now()))
    meter.databaseTrips += 1
    if (mayRunOn) return within(patience, driver.query(text, params))
    const fetchOptions = { signal: AbortSignal.timeout(patience) }
    return driver.query(text, params, { fetchOptions })
  }

  return {
    async run<T extends Row>(statement: SQL | Query, retry: Retry): Promise<T[]> {
      const query = statement instanceof SQL ? dialect.sqlToQuery(statement) : statement
      for (let tries = 1; ; tries += 1) {
        const mayRunOn = retry === 'overlapping' && tries === 1
        const started = Date.now()
        let failure: Failure
        try {
          const driver = last?.config === config ? last.driver : await loadDriver(config)
          const { rows } = await attempt(driver, query, mayRunOn)
          return rows as T[]
        } catch (error) {
          failure = classify(error)
        } finally {
          meter.databaseMs += Date.now() - started
        }
        const again =
          failure.kind === 'rolled-back' || (failure.kind === 'lost' && retry !== 'once')
        if (!again || tries === policy.tries || Date.now() >= deadline.at) throw toRefusal(failure)
        await scheduler.wait(policy.backoffMs * tries * (0.5 + Math.random()))
      }
    },
  }
}

class LateError extends Error {
  override name = 'LateError'
}

/** Rejects where the work takes longer, in milliseconds. What is late runs on, until the request and its work are over. */
function within<T>(patience: number, work: PromiseLike<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  // Once, and first: the driver sends its statement with each `then`.
  work.then(
    (done) => {
      clearTimeout(timer)
      resolve(done)
    },
    (error) => {
      clearTimeout(timer)
      reject(error)
    },
  )
  const timer = setTimeout(() => reject(new LateError()), patience)
  return promise
}

type Driver = ReturnType<typeof neon<false, true>>

/** An isolate has one address, and taking it apart for each request would cost more than some requests do. */
let last: { config: Config['database']; driver: Driver } | null = null

/** The driver brings a client for sockets and Node's crypto along: it is loaded with the first statement, not at the start. */
async function loadDriver(config: Config['database']): Promise<Driver> {
  const { neon, neonConfig } = await import('@neondatabase/serverless')
  if (config.endpoint) neonConfig.fetchEndpoint = config.endpoint
  last = { config, driver: neon(config.url, { fullResults: true }) }
  return last.driver
}

type Failure =
  | { kind: 'rolled-back' | 'lost' | 'not-migrated' | 'broken'; reason: string }
  | { kind: 'constraint'; constraint: string }

/** Reduces a driver's error to a code: its message may hold parameters, its URL the password. */
function classify(error: unknown): Failure {
  if (error instanceof LateError) return { kind: 'lost', reason: 'late' }
  if (!isNeonDbError(error)) return { kind: 'lost', reason: 'network' }
  const code = error.code
  // No SQLSTATE: the endpoint did not answer in Neon's protocol (5xx, time-out, connection lost).
  if (!code) return { kind: 'lost', reason: 'no-answer' }
  if (rolledBack.has(code)) return { kind: 'rolled-back', reason: code }
  if (perhapsDone.test(code)) return { kind: 'lost', reason: code }
  if (constraintViolation.test(code))
    return { kind: 'constraint', constraint: error.constraint ?? code }
  return { kind: notMigrated.has(code) ? 'not-migrated' : 'broken', reason: code }
}

/** By its name: its class is the driver's, which is not loaded before it is needed. */
function isNeonDbError(error: unknown): error is NeonDbError {
  return error instanceof Error && error.name === 'NeonDbError'
}

function toRefusal(failure: Failure): Error {
  if (failure.kind === 'constraint') return new ConstraintError(failure.constraint)
  if (failure.kind === 'broken')
    return new AuthError('INTERNAL', { reason: `sqlstate ${failure.reason}` })
  return new AuthError('UNAVAILABLE', {
    retryAfter: policy.retryAfter,
    reason: `database ${failure.reason}`,
  })
}
