import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { TestProject } from 'vitest/node'
import { parseEnvText } from '../dev/env-file.ts'
import { startInbox } from '../dev/inbox/inbox.ts'
import { fillKeys } from '../dev/keys.ts'
import { migrate } from '../dev/migrate.ts'
import { startNeonEndpoint } from '../dev/neon-endpoint.ts'
import { startPostgres } from '../dev/postgres.ts'
import { startProviders } from '../dev/providers/providers.ts'

/**
 * The stack of one test run: a throw-away Postgres, the Neon endpoint and the inbox, on ports that are free.
 *
 * @param connections of the endpoint to Postgres, at most
 */
export async function startTestStack(connections?: number) {
  const postgres = await startPostgres({ port: await freePort() })
  await migrate(postgres.connectionString)
  const neon = await startNeonEndpoint({
    port: await freePort(),
    connectionString: postgres.connectionString,
    keepsPlans: true,
    connections,
  })
  const inbox = await startInbox({ port: await freePort() })
  const variables = exampleVariables()
  const providers = await startProviders({ port: await freePort(), variables })
  const bindings = {
    ...variables,
    DATABASE_URL: postgres.connectionString,
    DATABASE_ENDPOINT: neon.url,
    SES_ENDPOINT: inbox.url,
    TWILIO_ENDPOINT: inbox.url,
    AWS_SMS_ENDPOINT: inbox.url,
    META_ENDPOINT: `${inbox.url}/v25.0`,
    DOMAIN_ENDPOINT: `${inbox.url}/dns-query`,
    BREACH_ENDPOINT: `${inbox.url}/range`,
    PROVIDERS_ENDPOINT: providers.url,
  }
  return {
    bindings,
    async stop() {
      await providers.stop()
      await inbox.stop()
      await neon.stop()
      await postgres.stop()
    },
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Files run at once, and in some a race of fifty waits for one lock: nobody else is to wait for a connection.
  const stack = await startTestStack(160)
  project.provide('bindings', stack.bindings)
  return stack.stop
}

function exampleVariables(): Record<string, string> {
  const example = readFileSync(new URL('../.dev.vars.example', import.meta.url), 'utf8')
  return parseEnvText(fillKeys(example).text)
}

/**
 * A port to listen on a little later: below those that Linux and macOS give to connections that leave, of which tests open
 * thousands. One of these would now and then be taken meanwhile.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

declare module 'vitest' {
  interface ProvidedContext {
    bindings: Record<string, string>
  }
}
