import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Child } from '../../../dev/child.ts'
import { startWorker } from '../../../dev/worker-process.ts'
import { freePort } from '../../stack.ts'

/** A Worker in a process of its own, with KV and Durable Objects of its own. */
export interface WorkerProcess {
  url: string
  /** Where its KV and Durable Objects are on disk. */
  stateFolder: string
  /** All that it wrote to stdout and stderr, its start included. */
  output(): string
  /** Runs the scheduled handler, as production does once a minute. */
  sweep(): Promise<void>
  /** Ends it without a chance to do anything first. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** Starts one and waits until it answers; whether it is ready is another question. */
export async function startWorkerProcess(
  variables: Record<string, string>,
): Promise<WorkerProcess> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'gatehouse-worker-'))
  const port = await freePort()
  const options = { root, stateFolder, port, overrides: variables, log: () => undefined }
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
    url,
    stateFolder,
    output,
    stop,
    sweep: async () => {
      const answer = await fetch(`${url}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`)
      if (!answer.ok) throw new Error(`The sweep answered ${answer.status}.`)
    },
    kill: async () => {
      // It leads a process group of its own, of which workerd is a member.
      process.kill(-(child.process.pid ?? 0), 'SIGKILL')
      await child.exited
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
