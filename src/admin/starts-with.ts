import { type SQL, sql } from 'drizzle-orm'

/** A prefix search that an index with `text_pattern_ops` answers; `%` and `_` are ordinary characters. */
export function startsWith(column: SQL, prefix: string): SQL {
  return sql`${column} like ${`${prefix.replace(/[\\%_]/g, '\\$&')}%`}`
}
