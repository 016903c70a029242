import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from './child.ts'
import { shortenRuntime } from './runtime-words.ts'

export interface WorkerOptions {
  root: string
  /** For wrangler's caches and the local KV and Durable Objects. */
  stateFolder: string
  port: number
  /** Variables that differ from .dev.vars, because a port has moved. */
  overrides: Record<string, string>
  log: (line: string) => void
}

export interface WorkerProcess extends Child {
  /** What the Worker says is wrong with its variables, by name. */
  faults(): string | undefined
}

/** The Worker under `wrangler dev`: local, without an account, a question or a network. */
export function startWorker(options: WorkerOptions): WorkerProcess {
  const { root, stateFolder, port, overrides, log } = options
  const flags = [
    ['--ip', '127.0.0.1'],
    ['--port', String(port)],
    // Any free port: the default would clash with a debugger or a second stack.
    ['--inspector-port', '0'],
    ['--persist-to', join(stateFolder, 'wrangler')],
    ['--show-interactive-dev-session=false'],
    ...Object.entries(overrides).map(([name, value]) => ['--var', `${name}:${value}`]),
  ]
  const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const child = startChild(process.execPath, [wrangler, 'dev', ...flags.flat()], {
    cwd: root,
    env: { ...process.env, ...quietEnvironment(options) },
    stdio: ['ignore', 'pipe', 'pipe'],
    stopSignal: 'SIGTERM',
  })
  const opening = hideOpening(shortenRuntime(log))
  let faults: string | undefined
  let hasServed = false
  let isStopping = false
  function take(line: string): void {
    if (isStopping) return
    hasServed ||= line.includes(READY_LINE)
    const said = faultsIn(line)
    const isNews = said !== undefined && said !== faults
    faults = said ?? faults
    // Said again with every request: once is enough, and during the start `waitUntilReady` says it.
    const isRepeat = said !== undefined && !isNews
    const isStart = !hasServed && /^\s*$|"misconfigured"|"MISCONFIGURED"|\/readyz 503/.test(line)
    if (!isRepeat && !isStart) opening.show(line)
  }
  for (const stream of [child.process.stdout, child.process.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', take)
  }
  void child.exited.then(() => {
    if (!isStopping) opening.reveal()
  })
  function stop(): Promise<void> {
    isStopping = true
    return child.stop()
  }
  return { ...child, stop, faults: () => faults }
}

function faultsIn(line: string): string | undefined {
  const json = /\{.*"event":"misconfigured".*\}/.exec(line)?.[0]
  return json ? String(JSON.parse(json).faults) : undefined
}

const READY_LINE = ' /readyz 200 '

/** Wrangler opens with fifty lines of bindings: they are shown only when something goes wrong. */
function hideOpening(log: (line: string) => void) {
  let held: string[] | undefined = []
  function reveal(): void {
    held?.forEach(log)
    held = undefined
  }
  function show(line: string): void {
    if (line.includes(READY_LINE)) return
    if (!held) {
      log(line)
      return
    }
    held.push(line)
    if (/✘|error/i.test(line)) reveal()
    if (line.includes('Ready on ')) held = undefined
  }
  return { show, reveal }
}

function quietEnvironment({ stateFolder }: WorkerOptions): Record<string, string> {
  return {
    CI: 'true',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_SEND_ERROR_REPORTS: 'false',
    WRANGLER_HIDE_BANNER: 'true', // and with it the look-up of newer versions
    WRANGLER_WRITE_LOGS: 'false',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false', // Request.cf is made up, not fetched
    // Not in the home folder: it may be missing, or hold a login that has no business here.
    XDG_CONFIG_HOME: join(stateFolder, 'config'),
    WRANGLER_REGISTRY_PATH: join(stateFolder, 'registry'),
  }
}

const READY_WITHIN_MS = 60_000

/** Wait until the Worker and everything behind it answers. */
export async function waitUntilReady(port: number, child: WorkerProcess, signal: AbortSignal) {
  const deadline = Date.now() + READY_WITHIN_MS
  let isGone = false
  void child.exited.then(() => {
    isGone = true
  })
  let last = 'no answer'
  while (Date.now() < deadline) {
    if (isGone) throw new Error('The Worker did not start; its last words stand above.')
    last = (await askReady(port, signal)) ?? last
    signal.throwIfAborted()
    if (last === READY) return
    // Waiting would not mend a variable.
    if (last.includes('"MISCONFIGURED"')) throw await misconfigured(child)
    await sleep(150)
  }
  throw new Error(`The Worker was not ready after a minute. /readyz: ${last}`)
}

async function misconfigured(child: WorkerProcess): Promise<Error> {
  // The line of the log may come after the answer.
  for (let tries = 0; tries < 20 && !child.faults(); tries += 1) await sleep(100)
  const faults = (child.faults() ?? 'JWT_KEYS: the keys do not work').split('; ')
  return new Error(
    [
      'The settings in .dev.vars do not hold:',
      ...faults.map((fault) => `  ${fault}`),
      'Mend them there and start again. "generate" as the value of a key makes a fresh one.',
    ].join('\n'),
  )
}

const READY = '200'

async function askReady(port: number, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(3_000)]),
    })
    const text = await response.text()
    return response.ok ? READY : `${response.status} ${text.slice(0, 300)}`
  } catch {
    return undefined // not listening yet
  }
}

/** `wrangler dev` never fires a cron trigger by itself; in production the sweep runs each minute. */
export function callScheduled(port: number, log: (line: string) => void): () => void {
  const timer = setInterval(async () => {
    const url = `http://127.0.0.1:${port}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`
    const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => undefined)
    if (answer && !answer.ok) log(`The scheduled sweep answered ${answer.status}.`)
  }, 60_000)
  return () => clearInterval(timer)
}
