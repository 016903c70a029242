import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Child {
  process: ChildProcess
  /** Resolves when the process is gone, however that came about. */
  exited: Promise<void>
  stop(): Promise<void>
}

export interface ChildOptions extends SpawnOptions {
  stopSignal: NodeJS.Signals
  /** After this long a child that ignores the signal is killed. */
  graceMs?: number
  /** A folder to remove if we are killed and cannot do it ourselves. */
  scratchFolder?: string | undefined
}

/**
 * Start a process that cannot outlive this one. It leads its own process group: Ctrl-C in a
 * terminal reaches only us, we decide the order of the stops, and its children go with it.
 */
export function startChild(command: string, args: string[], options: ChildOptions): Child {
  const { stopSignal, graceMs = 5_000, scratchFolder, ...spawnOptions } = options
  const child = spawn(command, args, { ...spawnOptions, detached: true })
  const guard = guardAgainstOrphan(child, stopSignal, scratchFolder)
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  void exited.then(() => {
    killGroup(child, 'SIGKILL') // what a dying child left behind in its group
    guard?.stdin?.end('done\n')
  })

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null || !child.pid) return exited
    // Only the leader: it ends its own children in order, and is there to reap them.
    child.kill(stopSignal)
    const late = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs)
    await exited
    clearTimeout(late)
    if (guard && guard.exitCode === null) await once(guard, 'exit')
  }
  return { process: child, exited, stop }
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (!child.pid) return
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal)
  } catch {
    // Already gone.
  }
}

/**
 * A shell that waits on a pipe only we hold. When we are killed without a chance to clean up
 * (SIGKILL, out of memory), the pipe closes and the shell stops the child in our place.
 */
function guardAgainstOrphan(
  child: ChildProcess,
  signal: NodeJS.Signals,
  scratchFolder: string | undefined,
): ChildProcess | undefined {
  if (!child.pid || process.platform === 'win32') return undefined
  const script = `read -r done && exit
    kill -s "$1" "$2"; sleep 2; kill -s KILL -- "-$2"
    test -z "$3" || rm -rf -- "$3"`
  const values = [signal.slice(3), String(child.pid), scratchFolder ?? '']
  const guard = spawn('/bin/sh', ['-c', script, 'guard', ...values], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  })
  guard.on('error', () => undefined)
  guard.stdin?.on('error', () => undefined)
  return guard
}
