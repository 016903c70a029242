import { fillPlaceholders, type Query, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'

/**
 * A statement whose text never changes is put together when it is first used, and not for each request anew. A use gives
 * the values, by the names of its placeholders; throws where one is missing.
 */
export function built(statement: () => SQL): (values: Record<string, unknown>) => Query {
  let query: Query | null = null
  return (values) => {
    query ??= new PgDialect().sqlToQuery(statement())
    return { ...query, params: fillPlaceholders(query.params, values) }
  }
}
