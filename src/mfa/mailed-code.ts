import { type SQL, sql } from 'drizzle-orm'
import type { Key, Keyring, TextChannel } from '../config.ts'
import { mailedCode as policy } from '../policy.ts'
import { codeHash } from '../tokens/code.ts'
import { type Bytes, toBase64url, toBytea } from '../tokens/encoding.ts'

/** What a code is sent for: it works nowhere else. */
export type CodePlace = { pending: Bytes } | { session: string }

/** The kinds of factor that are a code sent somewhere. */
export type SentFactor = 'email' | TextChannel

export function mailedCodeHash(
  key: Key,
  type: SentFactor,
  place: CodePlace,
  code: string,
): Promise<Bytes> {
  const [kind, id] =
    'pending' in place ? ['pending', toBase64url(place.pending)] : ['session', place.session]
  return codeHash(key, [`${type}_factor`, kind, id], code)
}

/**
 * CTEs that end in `spent` (user_id, phone_e164): the account's newest code, if this is it. A wrong one counts against it in the
 * same statement, on the locked row: of any number at the same time three are compared.
 * @param source name of a CTE with the user_id of who shows it
 */
export async function spendMailedCode(
  keys: Keyring,
  type: SentFactor,
  place: CodePlace,
  code: string,
  source: SQL,
): Promise<SQL> {
  const hashes = await Promise.all(keys.all.map((key) => mailedCodeHash(key, type, place, code)))
  const right = sql`mailed.code_hash = any(${sql.param(hashes.map(toBytea))}::bytea[])`
  return sql`mailed as (
      select c.user_id, c.code_hash from factor_codes c join ${source} as shower on shower.user_id = c.user_id
      where c.type = ${type} and c.used_at is null and c.expires_at > now() and c.failures < ${policy.failures}
      for update of c
    ), missed as (
      update factor_codes c set failures = c.failures + 1 from mailed
      where c.user_id = mailed.user_id and c.type = ${type} and not ${right}
    ), spent as (
      update factor_codes c set used_at = now() from mailed
      where c.user_id = mailed.user_id and c.type = ${type} and ${right}
      returning c.user_id, c.phone_e164
    )`
}
