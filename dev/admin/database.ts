import pg from 'pg'
import { unreachable } from '../unreachable.ts'

/** Runs something on a connection of its own. */
export async function withDatabase<T>(
  connectionString: string,
  run: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString })
  await client.connect().catch((error: unknown) => {
    throw unreachable(connectionString, error)
  })
  return run(client).finally(() => client.end())
}
