import { type SQL, sql } from 'drizzle-orm'
import { type Bytes, utf8 } from '../tokens/encoding.ts'

/** A row of the trail as text, in the order of {@link eventColumns}. */
export type EventFields = readonly [id: string, ...rest: (string | null)[]]

/**
 * Every column but `seal`, as text that Postgres made, so that no driver rounds or re-orders anything.
 * Seconds since 1970 to the microsecond depend on no time zone, and tell 44 BC from 44 AD, which `to_char` does not.
 */
const eventColumns: SQL = sql`id::text, tenant_id::text, user_id::text, session_id::text, action, outcome, reason,
  encode(origin, 'hex'), request_id, details::text, extract(epoch from occurred_at)::text`

/** The rows that `from` names, in the order of their ids, as one text: a JSON array each, with commas between. */
export function rowsText(from: SQL): SQL {
  // string_agg without an order of its own: sorting the built values again costs a quarter of the time.
  return sql`(select string_agg(fields, ',') from (
    select json_build_array(${eventColumns})::text as fields from audit_events ${from}
  ) as page)`
}

/** What {@link rowsText} made; null where there was no row. */
export function parseRows(text: string | null): EventFields[] {
  return JSON.parse(`[${text ?? ''}]`) as EventFields[]
}

/** One byte string per row: JSON keeps the borders between fields, and null apart from empty text. */
export function canonicalEvent(fields: EventFields): Bytes {
  return utf8(JSON.stringify(['audit-event/1', ...fields]))
}

/** A seal without its MAC. Bytes are lower-case hex, numbers and time are Postgres' text. */
export interface SealContent {
  number: string
  firstId: string
  lastId: string
  count: string
  merkleRoot: string
  /** SHA-256 of the column `leaves`: the seal vouches for it, and nobody has to load it. */
  leavesHash: string
  /** SHA-256 of the rows as {@link rowsText} has them: one hash says that all of them are as they were. */
  rowsHash: string
  previousMac: string
  keyId: string
  /** Seconds since 1970, six decimals. */
  sealedAt: string
}

export function canonicalSeal(seal: SealContent): Bytes {
  return utf8(
    JSON.stringify([
      'audit-seal/1',
      seal.number,
      seal.firstId,
      seal.lastId,
      seal.count,
      seal.merkleRoot,
      seal.leavesHash,
      seal.rowsHash,
      seal.previousMac,
      seal.keyId,
      seal.sealedAt,
    ]),
  )
}

/** The first word differs from that of a seal: no MAC of one is a MAC of the other. */
export function canonicalAnchor(number: string, mac: string, keyId: string): Bytes {
  return utf8(JSON.stringify(['audit-anchor/1', number, mac, keyId]))
}
