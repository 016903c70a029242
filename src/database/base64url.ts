import { type SQL, sql } from 'drizzle-orm'

/** Bytes as base64url without padding (RFC 4648 §5): what has no counterpart is dropped, line breaks and `=`. */
export function base64urlColumn(bytes: SQL): SQL {
  return sql`translate(encode(${bytes}, 'base64'), E'+/=\\n', '-_')`
}
