import { type SQL, sql } from 'drizzle-orm'
import { AuthError } from '../errors.ts'
import { database as policy } from '../policy.ts'

/** More often than an account changes at one moment. */
const tries = 3

/** What a statement says that locks an account. */
export interface MayBeOvertaken {
  /**
   * The account's row is not the one that the statement began with: what others have added to it meanwhile, it does not
   * see, so it has done nothing. Whoever adds something that opens an account writes to the account's row too, if only
   * as it is: {@link touched}.
   */
  overtaken: boolean
}

/** Runs a statement again as long as it was overtaken. Throws `UNAVAILABLE`. */
export async function untilCurrent<T extends MayBeOvertaken>(
  statement: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const row = await statement()
    if (!row?.overtaken) return row
  }
  throw new AuthError('UNAVAILABLE', { retryAfter: policy.retryAfter, reason: 'account is busy' })
}

/** CTE `touched`: writes the rows of users in `source` (id) as they are, so that whoever waits for one is overtaken. */
export function touched(source: SQL): SQL {
  return sql`touched as (
      update users u set authority_changed_at = u.authority_changed_at from ${source} as source where u.id = source.id
    )`
}
