import { fillPlaceholders, type Query, type SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'

/**
 * A statement whose text never changes, put together when it is first used: for a statement that nearly every sign-in
 * runs, that costs more than all the rest of the Worker's part. Each use gives its values, by the names of the
 * placeholders; throws where one is missing.
 */
export function built<Value>(
  statement: () => SQL,
): (values: Readonly<Record<string, Value>>) => Query {
  let query: Query | null = null
  return (values) => {
    query ??= new PgDialect().sqlToQuery(statement())
    return { ...query, params: fillPlaceholders(query.params, values) }
  }
}
