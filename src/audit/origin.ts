import { type SQL, sql } from 'drizzle-orm'

/** Where a row of the trail comes from: the part of it that tells of a person. */
interface Origin {
  ip_prefix: string | null
  country: string | null
  user_agent: string | null
}

/** The same, as a request brings it. */
interface OriginOfRequest {
  ipPrefix: string | null
  country: string | null
  userAgent: string | null
}

/**
 * The origin of a request as it is kept: sealed with the key in the row of the account. When an account is deleted its
 * key goes with it, and the trail still stands as it was sealed: nobody can say any more who did what from where. What
 * concerns no account is kept as it is.
 * @param userId the account concerned, or null
 */
export function sealedOrigin({ ipPrefix, country, userAgent }: OriginOfRequest, userId: SQL): SQL {
  const origin: Origin = { ip_prefix: ipPrefix, country, user_agent: userAgent }
  return sql`audit_origin_sealed(${userId}, ${JSON.stringify(origin)}::jsonb)`
}

/** Its part of a row `e` of the trail, as text; null where the key is gone. Each call opens it again: read it once. */
export const openedOrigin = sql`audit_origin_opened(e.user_id, e.origin)`
