import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
/** Containers often have 64 MiB there; a run of all tests fills near 600. */
const enoughBytes = 4 * 2 ** 30

/**
 * A folder for what nobody keeps, which goes with this process: in memory where there is enough of it, as a Durable
 * Object or a database would wait for a disk each time that it writes. What a killed process left behind goes first.
 */
export function scratchFolder(name: string): string {
  const parent = freeBytes(memory) >= enoughBytes ? memory : tmpdir()
  removeAbandoned(parent, name)
  const folder = mkdtempSync(join(parent, `${name}-${process.pid}-`))
  // Postgres runs as another user where we are root.
  chmodSync(folder, 0o755)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}

function removeAbandoned(parent: string, name: string): void {
  for (const entry of readdirSync(parent)) {
    const pid = entry.startsWith(`${name}-`) ? /-(\d+)-\w+$/.exec(entry)?.[1] : undefined
    if (pid && !isRunning(Number(pid))) removeIfOurs(join(parent, entry))
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function removeIfOurs(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true })
  } catch {
    // Another user's.
  }
}
