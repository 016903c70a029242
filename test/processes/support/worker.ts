import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from '../../../dev/child.ts'
import { freePort } from '../../stack.ts'
import { bundle } from './bundle.ts'
import type { Serving } from './serve.ts'

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
const script = fileURLToPath(new URL('serve.ts', import.meta.url))

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
  const serving: Serving = {
    bundle: await bundle(),
    port,
    variables,
    storage: join(stateFolder, 'storage'),
    registry: join(home?.stateFolder ?? stateFolder, 'registry'),
    name: home ? `guest-${randomUUID()}` : 'gatehouse',
    codesOf: 'gatehouse',
  }
  const settings = join(stateFolder, 'settings.json')
  writeFileSync(settings, JSON.stringify(serving))
  const child = startChild(process.execPath, [script, settings], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    stopSignal: 'SIGTERM',
  })
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
