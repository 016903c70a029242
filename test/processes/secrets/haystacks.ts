import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownSite, site } from '../support/site.ts'

/** A place where a secret must not be, and what is there. */
export interface Haystack {
  place: string
  bytes: Buffer
}

/** Every row of every table, as text, and every bytea once more as the bytes that it is. */
export async function tables(): Promise<Haystack[]> {
  const { rows } = await site().database.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  const dumps = await Promise.all(rows.map(({ name }) => dump(name)))
  return dumps.flat()
}

async function dump(table: string): Promise<Haystack[]> {
  const { rows } = await site().database.query(`select * from "${table}"`)
  return rows.flatMap((row: Record<string, unknown>) =>
    Object.entries(row).flatMap(([column, value]) => {
      const place = `table ${table}.${column}`
      if (!Buffer.isBuffer(value)) return { place, bytes: Buffer.from(textOf(value)) }
      // Hex is looked for in the text of a bytea, as psql and pg_dump show it.
      return [
        { place, bytes: value },
        { place, bytes: Buffer.from(value.toString('hex')) },
      ]
    }),
  )
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** KV and Durable Objects of both Workers, as SQLite keeps them on disk. */
export function stores(): Haystack[] {
  return ownSite().workers.flatMap(({ stateFolder }) => {
    const folder = join(stateFolder, 'storage')
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    return files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((path) => ({ place: path.slice(folder.length), bytes: readFileSync(path) }))
  })
}

/** All that both Workers wrote to stdout and stderr. */
export function logs(): Haystack[] {
  return ownSite().workers.map(({ output }, index) => ({
    place: `log of Worker ${index + 1}`,
    bytes: Buffer.from(output()),
  }))
}
