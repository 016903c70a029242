import pg from 'pg'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { freePort, startTestStack } from '../../stack.ts'
import { call } from './client.ts'
import { type Place, startWorkerProcess, type WorkerProcess } from './worker.ts'

/** Two Workers on one database: all that a race or a fault needs. */
export interface Site {
  workers: [WorkerProcess, WorkerProcess]
  /** For looking into the database, past the service. */
  database: pg.Pool
  /** What each Worker was configured with. */
  variables: Record<string, string>
  /** Ends every fault of the database and of the neighbours. */
  heal(): Promise<void>
  /** One more Worker on the same database, with the objects of codes of `home`; it ends with the site. */
  addWorker(changes?: Record<string, string>, home?: WorkerProcess): Promise<WorkerProcess>
}

let current: Site | undefined

/** The site of this test file. */
export function site(): Site {
  if (!current) throw new Error('The test file has no site: it calls useSite() first.')
  return current
}

/** Starts a site for the tests of one file, and ends every process of it afterwards. */
export function useSite(): void {
  useSiteOf((start) => Promise.all([start(), start()]))
}

/** A site of one Worker that is, as its configuration says, at the address where it is found: for a browser. */
export function useSiteForBrowser(): void {
  useSiteOf(async (start) => {
    const port = await freePort()
    const origin = `http://localhost:${port}`
    const changes = { PUBLIC_URL: origin, REDIRECT_URLS: `${origin}/auth/callback` }
    const worker = await start(changes, { port })
    return [worker, worker]
  })
}

type Start = (changes?: Record<string, string>, place?: Place) => Promise<WorkerProcess>

function useSiteOf(startAll: (start: Start) => Promise<Site['workers']>): void {
  const ends: (() => Promise<void>)[] = []

  beforeAll(async () => {
    const stack = await startTestStack()
    ends.push(stack.stop)
    const variables = stack.bindings
    const database = new pg.Pool({ connectionString: variables.DATABASE_URL ?? '', max: 5 })
    // Its last connections may still close when Postgres stops.
    database.on('error', () => undefined)
    ends.push(() => database.end())

    const start: Start = async (changes = {}, place = {}) => {
      const worker = await startWorkerProcess({ ...variables, ...changes }, place)
      ends.push(worker.stop)
      return worker
    }
    const workers = await startAll(start)
    const addWorker: Site['addWorker'] = (changes, home) => start(changes, { home })
    current = { workers, database, variables, addWorker, heal: () => heal(variables) }
    // The first request of an isolate compiles what the others find ready.
    await Promise.all(workers.map((worker) => call(worker, '/readyz')))
  })
  afterEach(() => site().heal())
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })
}

async function heal(variables: Record<string, string>): Promise<void> {
  const database = new URL('/faults', variables.DATABASE_ENDPOINT)
  const neighbours = new URL('/api/faults', variables.SES_ENDPOINT)
  for (const url of [database, neighbours]) await fetch(url, { method: 'DELETE' })
}
