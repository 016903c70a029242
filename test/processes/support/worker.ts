import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Child } from '../../../dev/child.ts'
import { startWorker } from '../../../dev/worker-process.ts'
import { freePort } from '../../stack.ts'

/** A Worker that answers, whoever runs it. */
export interface TestWorker {
  url: string
  /** Runs the scheduled handler, as production does once a minute. */
  sweep(): Promise<void>
}

/** A Worker in a process of its own, with KV and Durable Objects of its own. */
export interface WorkerProcess extends TestWorker {
  /** Where its KV and Durable Objects are on disk. */
  stateFolder: string
  /** All that it wrote to stdout and stderr, its start included. */
  output(): string
  /** Ends it without a chance to do anything first. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

export interface Place {
  /** Another that keeps the objects of codes for both: in production there is one for each address in the world. */
  home?: WorkerProcess | undefined
  port?: number
}

/** What a Worker is told that is found at the address which it takes for its own. */
export function publicAt(port: number): Record<string, string> {
  const origin = `http://localhost:${port}`
  return { PUBLIC_URL: origin, REDIRECT_URLS: `${origin}/auth/callback` }
}

/** Starts one and waits until it answers; whether it is ready is another question. */
export async function startWorkerProcess(
  variables: Record<string, string>,
  { home, port: wished }: Place = {},
): Promise<WorkerProcess> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'gatehouse-worker-'))
  const port = wished ?? (await freePort())
  const shared = home ? guestOf(home, stateFolder) : {}
  const options = { root, stateFolder, port, overrides: variables, log: () => undefined, ...shared }
  const child = startWorker(options)
  const chunks: Buffer[] = []
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk))
  }
  const output = () => Buffer.concat(chunks).toString('utf8')
  const url = `http://127.0.0.1:${port}`

  async function stop(): Promise<void> {
    await child.stop()
    rmSync(stateFolder, { recursive: true, force: true })
  }
  if (!(await isListening(url, child))) {
    await stop()
    throw new Error(`The Worker did not start:\n${output()}`)
  }
  return {
    ...workerAt(url),
    stateFolder,
    output,
    stop,
    kill: async () => {
      // It leads a process group of its own, of which workerd is a member.
      process.kill(-(child.process.pid ?? 0), 'SIGKILL')
      await child.exited
    },
  }
}

/** One that somebody else has started, and will end. */
export function workerAt(url: string): TestWorker {
  return {
    url,
    sweep: async () => {
      const answer = await fetch(`${url}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`)
      if (!answer.ok) throw new Error(`The sweep answered ${answer.status}.`)
    },
  }
}

/** A wrangler.toml whose binding `CODES` leads to another process, found by the folder where that one made itself known. */
function guestOf(home: WorkerProcess, stateFolder: string) {
  const own = readFileSync(join(root, 'wrangler.toml'), 'utf8')
  const config = join(stateFolder, 'wrangler.toml')
  writeFileSync(
    config,
    own
      .replace('name = "gatehouse"', `name = "guest-${randomUUID()}"`)
      .replace('"src/index.ts"', `"${root}/src/index.ts"`)
      .replace('"./src/zod.ts"', `"${root}/src/zod.ts"`)
      .replace('directory = "web/public"', `directory = "${root}/web/public"`)
      .replace('command = "node dev/assets.ts"', `command = "true"`)
      .replace('class_name = "CodeObject"', 'class_name = "CodeObject"\nscript_name = "gatehouse"'),
  )
  return { config, registry: join(home.stateFolder, 'registry') }
}

async function isListening(url: string, child: Child): Promise<boolean> {
  let isGone = false
  void child.exited.then(() => {
    isGone = true
  })
  for (let tries = 0; tries < 600 && !isGone; tries += 1) {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return true
    await sleep(100)
  }
  return false
}
