import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { variableNames } from '../src/config.ts'
import { makeAssets } from './assets.ts'
import { prepareDevVars } from './dev-vars.ts'
import { startInbox } from './inbox/inbox.ts'
import { migrate } from './migrate.ts'
import { startNeonEndpoint } from './neon-endpoint.ts'
import { moveAddresses, type Ports } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { startProviders } from './providers/providers.ts'
import { seed } from './seed.ts'
import { callScheduled, startWorker, waitUntilReady } from './worker-process.ts'

export interface Stack {
  ready: Promise<RunningStack>
  /** Stops what is running; during the start, also what is still to come. */
  stop(): Promise<void>
}

export interface RunningStack {
  dataFolder: string
  /** Resolves with the name of the first part that ends, asked or not. */
  ended: Promise<string>
}

export interface StackOptions {
  root: string
  ports: Ports
  log: (line: string) => void
}

/** Start every part in the order they need each other. What is started is stopped in reverse. */
export function startStack(options: StackOptions): Stack {
  const stops: (() => unknown)[] = []
  const abort = new AbortController()
  const ready = start(options, abort.signal, (stop) => stops.push(stop))

  async function stopAll(): Promise<void> {
    abort.abort(new Error('Stopped during the start.'))
    await ready.catch(() => undefined)
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  return { ready, stop: stopAll }
}

function unknownNames(variables: Record<string, string>): string[] {
  const known = new Set(variableNames())
  return Object.keys(variables).filter((name) => !known.has(name))
}

async function start(
  { root, ports, log }: StackOptions,
  signal: AbortSignal,
  onStop: (stop: () => unknown) => void,
): Promise<RunningStack> {
  const stateFolder = join(root, '.local')
  log('Building the pages…')
  await makeAssets()
  const settings = join(root, '.dev.vars')
  const isNew = !existsSync(settings)
  const written = prepareDevVars(join(root, '.dev.vars.example'), settings)
  for (const name of unknownNames(written)) log(`.dev.vars sets ${name}, which nothing reads.`)
  const overrides = moveAddresses(written, ports)
  const variables = { ...written, ...overrides }

  signal.throwIfAborted()
  log('Starting Postgres…')
  const dataFolder = join(stateFolder, 'postgres')
  if (isNew && existsSync(dataFolder)) {
    log(
      'The keys of .dev.vars are new, the data is not: its passwords no longer work (--reset empties it).',
    )
  }
  const postgres = await startPostgres({ port: ports.POSTGRES_PORT, dataFolder })
  onStop(postgres.stop)
  signal.throwIfAborted()
  const { connectionString } = postgres
  await migrate(connectionString)
  await seed(connectionString)

  const neon = await startNeonEndpoint({ port: ports.NEON_PORT, connectionString })
  onStop(neon.stop)
  const inbox = await startInbox({ port: ports.INBOX_PORT })
  onStop(inbox.stop)

  const providers = await startProviders({ port: ports.PROVIDERS_PORT, variables })
  onStop(providers.stop)

  signal.throwIfAborted()
  log('Starting the Worker…')
  const worker = startWorker({ root, stateFolder, port: ports.PORT, overrides, log })
  onStop(worker.stop)
  await waitUntilReady(ports.PORT, worker, signal)
  onStop(callScheduled(ports.PORT, log))

  const ended = Promise.race([
    postgres.exited.then(() => 'Postgres'),
    worker.exited.then(() => 'The Worker'),
  ])
  return { dataFolder: postgres.dataFolder, ended }
}
