import { fillPlaceholders, type Query, type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'

type Value = string | number | boolean | null

/**
 * A statement whose text never changes is put together when it is first used, and not for each request anew: each use
 * gives the values of its parameters.
 */
export function built<Parameter extends string>(
  parameters: readonly Parameter[],
  statement: (parameters: Record<Parameter, SQL>) => SQL,
): (values: Record<Parameter, Value>) => Query {
  let query: Query | null = null
  return (values) => {
    query ??= putTogether(parameters, statement)
    return { sql: query.sql, params: fillPlaceholders(query.params, values) }
  }
}

function putTogether<Parameter extends string>(
  parameters: readonly Parameter[],
  statement: (parameters: Record<Parameter, SQL>) => SQL,
): Query {
  const named = parameters.map((name) => [name, sql`${sql.placeholder(name)}`])
  return new PgDialect().sqlToQuery(statement(Object.fromEntries(named)))
}
