import { execFile, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { type Child, startChild } from './child.ts'
import {
  chooseRunner,
  placeBinaries,
  placeData,
  type Runner,
  temporaryData,
} from './postgres-home.ts'

export interface PostgresOptions {
  port: number
  /** Kept between runs. Without it the cluster lives in a temporary folder and dies with us. */
  dataFolder?: string
  log?: (line: string) => void
}

export interface Postgres {
  connectionString: string
  dataFolder: string
  /** Resolves when the server is gone, asked or not. */
  exited: Promise<void>
  stop(): Promise<void>
}

const NAME = 'gatehouse'

/** A real PostgreSQL on 127.0.0.1 with the user, password and database `gatehouse`. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const runner = chooseRunner(options.dataFolder)
  const binaries = placeBinaries(runner)
  const folder = options.dataFolder ? placeData(options.dataFolder, runner) : temporaryData(runner)
  if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(binaries, folder, runner)
  clearStaleLock(folder)

  const child = startServer(binaries, folder, runner, options)
  async function stop(): Promise<void> {
    await child.stop()
    if (!options.dataFolder) rmSync(folder, { recursive: true, force: true })
  }
  try {
    await ready(child, options.log)
    await createDatabase(options.port)
  } catch (error) {
    await stop()
    throw error
  }
  const connectionString = `postgres://${NAME}:${NAME}@127.0.0.1:${options.port}/${NAME}`
  return { connectionString, dataFolder: folder, exited: child.exited, stop }
}

async function initialise(binaries: string, folder: string, runner: Runner | undefined) {
  const passwordFile = join(folder, '..', `.gatehouse-password-${process.pid}`)
  writeFileSync(passwordFile, NAME, { mode: 0o600 })
  if (runner) chownSync(passwordFile, runner.uid, runner.gid)
  // The built-in C.UTF-8 sorts alike on every machine, whatever locales it has.
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  const rest = ['--encoding=UTF8', '--no-instructions', '--no-sync', `--pgdata=${folder}`]
  try {
    await promisify(execFile)(join(binaries, 'initdb'), [...locale, ...access, ...rest], {
      ...runner,
      cwd: folder,
    })
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function startServer(
  binaries: string,
  folder: string,
  runner: Runner | undefined,
  { port, dataFolder }: PostgresOptions,
): Child {
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    // No socket file: two clusters on one machine would quarrel over its folder.
    'unix_socket_directories=',
    'max_connections=200',
    'timezone=UTC',
    'log_timezone=UTC',
    // A throw-away cluster has nothing to lose in a power cut.
    ...(dataFolder ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ]
  const args = ['-D', folder, ...settings.flatMap((setting) => ['-c', setting])]
  return startChild(join(binaries, 'postgres'), args, {
    ...runner,
    cwd: folder,
    env: { PATH: process.env.PATH, LC_MESSAGES: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // SIGINT is Postgres' fast shutdown: it does not wait for clients to leave.
    stopSignal: 'SIGINT',
    scratchFolder: dataFolder ? undefined : folder,
  })
}

async function ready(child: Child, log: PostgresOptions['log']): Promise<void> {
  const last: string[] = []
  let isReady = () => {}
  const announced = new Promise<void>((resolve) => {
    isReady = resolve
  })
  if (!child.process.stderr) throw new Error('Postgres has no output to watch.')
  createInterface({ input: child.process.stderr }).on('line', (line) => {
    log?.(line)
    if (last.push(line) > 20) last.shift()
    if (line.includes('ready to accept connections')) isReady()
  })
  const died = child.exited.then(() => {
    throw new Error(`Postgres did not start.\n${last.join('\n')}`)
  })
  await Promise.race([announced, died])
  died.catch(() => undefined)
}

/** The application's role is no superuser: Neon's is none either. */
async function createDatabase(port: number): Promise<void> {
  const client = new pg.Client({
    connectionString: `postgres://postgres:${NAME}@127.0.0.1:${port}/postgres`,
  })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [NAME])
    if (rowCount) return
    const role = await client.query('select from pg_roles where rolname = $1', [NAME])
    if (!role.rowCount) await client.query(`create role ${NAME} login createdb password '${NAME}'`)
    await client.query(`create database ${NAME} owner ${NAME}`)
  } finally {
    await client.end()
  }
}

/**
 * A killed run leaves postmaster.pid behind. Postgres removes it by itself unless another process
 * has got that number since; one that is no Postgres does not count.
 */
export function clearStaleLock(folder: string): void {
  const lock = join(folder, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10)
  if (isPostgres(pid)) {
    throw new Error(
      `The data in ${folder} is in use by another Postgres, process ${pid}: ` +
        'probably another `npm run dev` of this folder.',
    )
  }
  rmSync(lock)
}

function isPostgres(pid: number): boolean {
  if (!(pid > 0)) return false
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  return /\bpostgres\b/.test(stdout ?? '')
}
