import pg from 'pg'
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import { freePort, startTestStack } from '../../stack.ts'
import { call } from './client.ts'
import {
  type Place,
  publicAt,
  startWorkerProcess,
  type TestWorker,
  type WorkerProcess,
  workerAt,
} from './worker.ts'

/** What a test knocks at, and the database behind it. */
interface Site {
  workers: readonly [TestWorker, TestWorker]
  /** For looking into the database, past the service. */
  database: pg.Pool
  /** What each Worker was configured with. */
  variables: Record<string, string>
}

/** Two Workers on one database: all that a race or a fault needs. */
interface OwnSite extends Site {
  workers: readonly [WorkerProcess, WorkerProcess]
  /** Ends every fault of the database and of the neighbours. */
  heal(): Promise<void>
  /** One more Worker on the same database, with the objects of codes of `home`; it ends with the site. */
  addWorker(changes?: Record<string, string>, home?: WorkerProcess): Promise<WorkerProcess>
}

let current: Site | undefined
let own: OwnSite | undefined

/** The site of this test file. */
export function site(): Site {
  if (!current) throw new Error('The test file has no site: it calls useSite() first.')
  return current
}

/** The site of a test file that has it to itself, and may break what it likes. */
export function ownSite(): OwnSite {
  if (!own) throw new Error('The test file has no site of its own: it calls useSite() first.')
  return own
}

/** Starts a site for the tests of one file, and ends every process of it afterwards. */
export function useSite(): void {
  useSiteOf((start) => Promise.all([start(), start()]))
}

/** A site of one Worker that is, as its configuration says, at the address where it is found. */
export function usePublicSite(): void {
  useSiteOf(async (start) => {
    const port = await freePort()
    const worker = await start(publicAt(port), { port })
    return [worker, worker]
  })
}

type Start = (changes?: Record<string, string>, place?: Place) => Promise<WorkerProcess>

function useSiteOf(startAll: (start: Start) => Promise<OwnSite['workers']>): void {
  const ends: (() => Promise<void>)[] = []

  beforeAll(async () => {
    const stack = await startTestStack()
    ends.push(stack.stop)
    const variables: Record<string, string> = stack.bindings
    const database = connect(variables)
    ends.push(() => database.end())

    const start: Start = async (changes = {}, place = {}) => {
      const worker = await startWorkerProcess({ ...variables, ...changes }, place)
      ends.push(worker.stop)
      return worker
    }
    const workers = await startAll(start)
    const addWorker: OwnSite['addWorker'] = (changes, home) => start(changes, { home })
    own = { workers, database, variables, addWorker, heal: () => heal(variables) }
    current = own
    // The first request of an isolate compiles what the others find ready.
    await Promise.all(workers.map((worker) => call(worker, '/readyz')))
  })
  afterEach(() => ownSite().heal())
  afterAll(async () => {
    for (const end of ends.reverse()) await end()
  })
}

/** The site that `browser/stack.ts` has started for all files with a browser: a test keeps to its own people and tenants. */
export function useSharedSite(): void {
  beforeAll(() => {
    const { url, variables } = inject('site')
    const worker = workerAt(url)
    current = { workers: [worker, worker], database: connect(variables), variables }
  })
  afterAll(() => site().database.end())
}

function connect(variables: Record<string, string>): pg.Pool {
  const database = new pg.Pool({ connectionString: variables.DATABASE_URL ?? '', max: 5 })
  // Its last connections may still close when Postgres stops.
  database.on('error', () => undefined)
  return database
}

async function heal(variables: Record<string, string>): Promise<void> {
  const database = new URL('/faults', variables.DATABASE_ENDPOINT)
  const neighbours = new URL('/api/faults', variables.SES_ENDPOINT)
  for (const url of [database, neighbours]) await fetch(url, { method: 'DELETE' })
}

declare module 'vitest' {
  interface ProvidedContext {
    site: { url: string; variables: Record<string, string> }
  }
}
