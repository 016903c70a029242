import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startChild } from '../../dev/child.ts'
import { parseEnvText } from '../../dev/env-file.ts'
import { fillKeys } from '../../dev/keys.ts'
import { migrate } from '../../dev/migrate.ts'
import { startPostgres } from '../../dev/postgres.ts'
import { freePort } from '../../test/stack.ts'
import { root } from './wrangler.ts'

export interface BenchStack {
  connectionString: string
  inboxUrl: string
  /** What a Worker on this stack has for an environment. */
  variables: Record<string, string>
  stop(): Promise<void>
}

/** A throw-away Postgres, the Neon endpoint and the inbox, each in a process of its own. */
export async function startBenchStack(): Promise<BenchStack> {
  const postgres = await startPostgres({ port: await freePort() })
  const { connectionString } = postgres
  await migrate(connectionString)
  const neon = await startService('neon', connectionString)
  const inbox = await startService('inbox')
  const example = readFileSync(join(root, '.dev.vars.example'), 'utf8')
  return {
    connectionString,
    inboxUrl: inbox.url,
    variables: {
      ...parseEnvText(fillKeys(example).text),
      DATABASE_URL: connectionString,
      DATABASE_ENDPOINT: neon.url,
      SES_ENDPOINT: inbox.url,
      DOMAIN_ENDPOINT: `${inbox.url}/dns-query`,
      BREACH_ENDPOINT: `${inbox.url}/range`,
    },
    async stop() {
      await inbox.stop()
      await neon.stop()
      await postgres.stop()
    },
  }
}

async function startService(...args: string[]) {
  const script = fileURLToPath(new URL('service.ts', import.meta.url))
  const child = startChild(process.execPath, [script, ...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    stopSignal: 'SIGTERM',
  })
  const died = child.exited.then(() => {
    throw new Error(`The process of ${args[0]} did not start.`)
  })
  died.catch(() => undefined)
  const [url] = await Promise.race([once(child.process, 'message'), died])
  return { url: String(url), stop: child.stop }
}
