import { fileURLToPath } from 'node:url'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'
import { givenOptions } from './options.ts'
import { unreachable } from './unreachable.ts'
import { commandVariables } from './variables.ts'

const FOLDER = fileURLToPath(new URL('../migrations', import.meta.url))
// Any number, as long as every run takes the same one.
const LOCK = 4_283_119

/**
 * Apply what is new in /migrations. Drizzle reads what is applied before its transaction begins,
 * so two deployments at once would both apply the same file: a lock lets one wait for the other.
 */
export async function migrate(connectionString: string): Promise<void> {
  refusePooler(connectionString)
  const client = new pg.Client({ connectionString })
  await client.connect().catch((error: unknown) => {
    throw unreachable(connectionString, error)
  })
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK])
    await applyMigrations(drizzle(client), { migrationsFolder: FOLDER })
  } finally {
    await client.end() // gives the lock back too
  }
}

function refusePooler(connectionString: string): void {
  const host = URL.parse(connectionString)?.hostname
  // Never print the string itself: it holds the password.
  if (!host) throw new Error('DATABASE_URL is not a postgres:// address.')
  if (!host.split('.')[0]?.endsWith('-pooler')) return
  throw new Error(
    `${host} is the pooled host, whose sessions cannot hold the migration lock. ` +
      'Use the direct host: the same name without "-pooler".',
  )
}

const HELP = `npm run migrate   apply what is new in /migrations to the database of DATABASE_URL`

async function main(): Promise<void> {
  const { values } = givenOptions('migrate', {
    options: { help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) {
    console.log(HELP)
    return
  }
  const connectionString = commandVariables().DATABASE_URL
  if (!connectionString) throw new Error('Set DATABASE_URL, in the environment or in .dev.vars.')
  await migrate(connectionString)
  console.log(`The database at ${new URL(connectionString).hostname} is up to date.`)
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  })
}
