import { type SQL, sql } from 'drizzle-orm'
import { audit as policy } from '../policy.ts'

/**
 * Ids begin with the milliseconds of their making, so that the index of ids is one of time as well. The Worker's clock
 * made them and the database's says when: what lies between the two is searched too.
 */
export function since(moment: number): SQL {
  const first = firstIdOf(moment - policy.clockSkew * 1_000)
  return sql` and e.id >= ${first}::uuid and e.occurred_at >= to_timestamp(${moment / 1_000})`
}

export function before(moment: number): SQL {
  const last = firstIdOf(moment + policy.clockSkew * 1_000)
  return sql` and e.id < ${last}::uuid and e.occurred_at < to_timestamp(${moment / 1_000})`
}

/** The lowest UUID of version 7 (RFC 9562 §5.7) of a millisecond. */
function firstIdOf(moment: number): string {
  const hex = Math.min(Math.max(Math.trunc(moment), 0), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
