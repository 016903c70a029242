import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { givenOptions } from './options.ts'
import { type Ports, portProblems, readPorts } from './ports.ts'
import { clearStaleLock } from './postgres.ts'
import { dataPlaces } from './postgres-home.ts'
import { type RunningStack, type Stack, startStack } from './stack.ts'

const HELP = `npm run dev              the whole service on this machine: Worker, Postgres, inbox, sign-in providers
npm run dev -- --reset   the same, after emptying the database and the Worker's local storage

Ports move with PORT, INBOX_PORT, POSTGRES_PORT, NEON_PORT and PROVIDERS_PORT.`

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '')

async function main(): Promise<void> {
  const { values } = givenOptions('dev', {
    options: { reset: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const started = Date.now()
  const ports = readPorts(process.env)
  const problems = await portProblems(ports)
  if (problems.length) throw new Error(problems.join('\n'))
  if (values.reset) reset()

  const stack = startStack({ root, ports, log: (line) => console.log(line) })
  stopOnSignals(stack)
  try {
    const running = await stack.ready
    printTable(ports, running, Date.now() - started)
    const part = await running.ended
    if (stopping) return
    throw new Error(`${part} has ended unexpectedly; everything else was stopped.`)
  } finally {
    await stack.stop()
  }
}

function reset(): void {
  const state = join(root, '.local')
  for (const folder of dataPlaces(join(state, 'postgres'))) {
    clearStaleLock(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  rmSync(join(state, 'wrangler'), { recursive: true, force: true })
}

let stopping = false

function stopOnSignals(stack: Stack): void {
  async function stop(): Promise<void> {
    if (stopping) return
    stopping = true
    console.log('Stopping…')
    await stack.stop()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
  process.on('SIGHUP', () => void stop())
  // A terminal that was closed takes its output with it; the stop goes on in silence.
  process.stdout.on('error', () => undefined)
  process.stderr.on('error', () => undefined)
  watchParent(() => void stop())
}

/** npm killed outright passes no signal on. Without npm, being left alone by a shell is normal. */
function watchParent(onGone: () => void): void {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) onGone()
  }, 500)
  timer.unref()
}

function printTable(ports: Ports, { dataFolder }: RunningStack, milliseconds: number): void {
  const worker = `http://localhost:${ports.PORT}`
  const database = `127.0.0.1:${ports.POSTGRES_PORT}/gatehouse`
  const rows = [
    ['Gatehouse', worker],
    ['API documentation', `${worker}/docs`],
    ['Inbox (mail, SMS, WhatsApp)', `http://localhost:${ports.INBOX_PORT}`],
    ['Sign-in providers', `http://localhost:${ports.PROVIDERS_PORT}`],
    ['Postgres', `postgres://gatehouse:gatehouse@${database}`],
    ['Neon HTTP endpoint', `http://127.0.0.1:${ports.NEON_PORT}/sql`],
    ['Data', dataFolder],
  ]
  const lines = rows.map(([name = '', value]) => `  ${name.padEnd(28)} ${value}`)
  console.log(`\nReady after ${(milliseconds / 1_000).toFixed(1)} s. Ctrl-C stops everything.\n`)
  console.log(`${lines.join('\n')}\n`)
}

main().catch((error: unknown) => {
  if (stopping) return
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
