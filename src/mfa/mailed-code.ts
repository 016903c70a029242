import { type SQL, sql } from 'drizzle-orm'
import type { Key, Keyring, TextChannel } from '../config.ts'
import { base64urlColumn } from '../database/base64url.ts'
import { mailedCode as policy } from '../policy.ts'
import { codeHash } from '../tokens/code.ts'
import { type Bytes, fromBase64url, sameBytes, toBase64url, toBytea } from '../tokens/encoding.ts'

/** What a code is sent for, the hash of a pending sign-in's token or the id of a session: it works nowhere else. */
export type CodePlace = { pending: Bytes } | { session: string }

/** The kinds of factor that are a code sent somewhere. */
export type SentFactor = 'email' | TextChannel

/** Whoever is setting a number up has named it: such a code must not count for the number that another session binds. */
export type CodePurpose = 'enrol' | 'show'

export function mailedCodeHash(
  key: Key,
  { type, purpose, place }: { type: SentFactor; purpose: CodePurpose; place: CodePlace },
  code: string,
): Promise<Bytes> {
  const [kind, id] =
    'pending' in place ? ['pending', toBase64url(place.pending)] : ['session', place.session]
  return codeHash(key, [`${type}_factor`, purpose, kind, id], code)
}

/** Id of what a code is sent for, of a row source of {@link import('./holder.ts').Holder.live}'s shape. */
export function placeOf(holder: SQL): SQL {
  return sql`coalesce(${holder}.session_id, ${holder}.pending_id)`
}

/** What makes a code `c` one that may be shown. */
const open = sql`c.used_at is null and c.expires_at > now() and c.failures < ${policy.failures}`

/** The open codes of a user `u` at a place, as an object of their hashes by type: base64url. */
export function openCodes(placeId: SQL): SQL {
  return sql`(select coalesce(jsonb_object_agg(c.type, ${base64urlColumn(sql`c.code_hash`)}), '{}') from factor_codes c
    where c.user_id = u.id and c.place_id = ${placeId} and ${open})`
}

export type OpenCodes = Partial<Record<SentFactor, string>>

/** Who shows a code, as far as it was read. */
interface Shower {
  account: { id: string }
  place: CodePlace
  /** Id of the pending sign-in or session. */
  placeId: string
  codes: OpenCodes
}

export interface ComparedCode {
  isRight: boolean
  /**
   * CTE `spent` (user_id, phone_e164) that uses the code up, to stand behind the CTE `source`: on the locked row, which
   * others may have used, burnt or replaced since it was read.
   * @param holds of a code `c`: what else must be true of it at that moment
   */
  spent(source: SQL, holds?: SQL): SQL
  /** CTE `missed` that counts a wrong one against it: the third burns it, whatever was read at the same moment. */
  missed: SQL
}

export async function compareCode(
  keys: Keyring,
  { account, place, placeId, codes }: Shower,
  { type, purpose }: { type: SentFactor; purpose: CodePurpose },
  code: string,
): Promise<ComparedCode> {
  const sent = { type, purpose, place }
  const hashes = await Promise.all(keys.all.map((key) => mailedCodeHash(key, sent, code)))
  const kept = fromBase64url(codes[type] ?? '')
  const shown = sql`any(${sql.param(hashes.map(toBytea))}::bytea[])`
  return {
    isRight: kept !== null && hashes.some((made) => sameBytes(made, kept)),
    spent: (source, holds = sql`true`) => sql`spent as (
      update factor_codes c set used_at = now() from ${source}
      where c.user_id = ${source}.user_id and c.type = ${type} and c.place_id = ${placeOf(source)} and ${open}
        and c.code_hash = ${shown} and ${holds}
      returning c.user_id, c.phone_e164
    )`,
    missed: sql`missed as (
      update factor_codes c set failures = c.failures + 1
      where c.user_id = ${account.id} and c.type = ${type} and c.place_id = ${placeId}::uuid and ${open}
        and not c.code_hash = ${shown}
    )`,
  }
}
