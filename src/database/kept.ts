import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Database, Retry, Row } from '../ports.ts'

/** What is given for a parameter of each type. */
interface Values {
  boolean: boolean | null
  /** Hex, as Postgres writes it: no other text stands in for it. */
  bytea: `\\x${string}` | null
  'double precision': number | null
  integer: number | null
  text: string | null
  uuid: string | null
}
type Type = keyof Values

/** A statement that stands in the database as a function of the same name. */
export interface KeptStatement<Types extends Record<string, Type>> {
  readonly name: string
  /** The SQL that makes the function. It stands in a migration: `npm run generate` writes it. */
  definition(): string
  /** One round trip, as `Database.run`. Null where no row answers. */
  run<T extends Row>(
    database: Database,
    values: { [Parameter in keyof Types]: Values[Types[Parameter]] },
    retry: Retry,
  ): Promise<T | null>
}

/**
 * A statement that nearly every request runs, and that takes longer to plan than to run: Postgres keeps the plan of a
 * function for each connection. It changes at most one row and returns one column of it, of JSON. Its name ends in a hash
 * of its text, so that no name ever means two: the Worker of before goes on with the older function while both serve, and a
 * database without this one refuses.
 */
export function kept<const Types extends Record<string, Type>>(
  name: string,
  types: Types,
  statement: (parameters: Record<keyof Types, SQL>) => SQL,
): KeptStatement<Types> {
  const parameters = Object.keys(types) as (keyof Types)[]
  // No casts: of this name there is one function, which says what each is.
  const call = `select "${name}"(${parameters.map((_, index) => `$${index + 1}`).join(', ')}) as kept`
  return {
    name,
    definition() {
      const numbered = Object.fromEntries(
        parameters.map((parameter, index) => [parameter, sql.raw(`$${index + 1}`)]),
      )
      const body = statement(numbered as Record<keyof Types, SQL>)
      const dialect = new PgDialect()
      if (!dialect.sqlToQuery(body).params.every(isPlain))
        throw new Error(`${name} holds a value that cannot stand in its text.`)
      const { sql: text } = dialect.sqlToQuery(body.inlineParams())
      const list = parameters.map((parameter) => types[parameter]).join(', ')
      return `CREATE FUNCTION "${name}"(${list}) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  kept json;
BEGIN
  ${text} into kept;
  RETURN kept;
END
$$;`
    },
    run<T extends Row>(
      database: Database,
      values: { [Parameter in keyof Types]: Values[Types[Parameter]] },
      retry: Retry,
    ): Promise<T | null> {
      const params = parameters.map((parameter) => values[parameter])
      return database
        .run<{ kept: T | null }>({ sql: call, params }, retry)
        .then(([row]) => row?.kept ?? null)
    },
  }
}

/** What Drizzle writes into a text as Postgres reads it. */
function isPlain(value: unknown): boolean {
  return ['string', 'boolean'].includes(typeof value) || (typeof value === 'number' && value >= 0)
}
