import { sql } from 'drizzle-orm'
import type { Keyring } from '../config.ts'
import type { Database, Ports } from '../ports.ts'
import { hmac, toHex } from '../tokens/encoding.ts'
import { canonicalSeal } from './canonical.ts'
import { checkEnd } from './check-end.ts'
import { checkRows, sumOfRows } from './check-rows.ts'
import { genesisMac, readAnchor, type Seal } from './seal.ts'
import { type AuditFault, type BadAudit, bad, type GoodAudit } from './verdict.ts'

/** Seals read in one statement. */
const sealPage = 200

/** First and last seal to check, so that a long trail can be checked in parts. */
export interface AuditRange {
  from?: number
  through?: number
}

/**
 * Whether the trail is as it was sealed. Rows that were removed before their seal leave no trace. Every key that
 * ever signed is needed: a retired audit key stays in the keyring.
 */
export async function verifyAudit(
  ports: Pick<Ports, 'auditAnchor' | 'config' | 'database'>,
  range: AuditRange = {},
): Promise<GoodAudit | BadAudit> {
  const { database } = ports
  const keys = ports.config.keys.audit
  // Before the database: the anchor may be older than what we find there, never newer.
  const anchor = await readAnchor(ports.auditAnchor, keys)
  const first = Math.max(range.from ?? 1, 1)
  // Within a trail the MAC of the first seal vouches for what it names as the one before.
  let link: Link = { number: first, previousMac: first === 1 ? genesisMac : null }
  let rows = 0
  for await (const page of sealPages(database, range)) {
    const { sound, next, fault } = await followChain(keys, page, link)
    const badRow = await checkRows(database, sound)
    if (badRow) return badRow
    rows += sumOfRows(sound)
    // The rows of a seal that is gone are still there to name, or gone with it.
    if (fault === 'seal_missing')
      return bad(fault, next.number, await firstRowOf(database, next.number))
    if (fault) return bad(fault, next.number)
    link = next
  }
  const badEnd = await checkEnd(database, anchor)
  if (badEnd) return badEnd
  const anchored = anchor.number === null ? null : Number(anchor.number)
  return { ok: true, seals: link.number - first, rows, anchored }
}

/** What the next seal must be. */
interface Link {
  number: number
  previousMac: string | null
}

async function followChain(keys: Keyring, page: readonly Seal[], start: Link) {
  const sound: Seal[] = []
  let next = start
  for (const seal of page) {
    const fault = await faultOfSeal(keys, seal, next)
    if (fault) return { sound, next, fault }
    sound.push(seal)
    next = { number: next.number + 1, previousMac: seal.mac }
  }
  return { sound, next, fault: null }
}

async function faultOfSeal(keys: Keyring, seal: Seal, link: Link): Promise<AuditFault | null> {
  // As text: a number beyond 2^53 would be rounded to one that fits.
  if (seal.number !== String(link.number)) {
    return Number(seal.number) < link.number ? 'seal_inserted' : 'seal_missing'
  }
  const key = keys.all.find((candidate) => candidate.id === seal.keyId)
  if (!key) return 'seal_edited'
  // Nobody can probe this comparison byte by byte, so its time may tell.
  if (toHex(await hmac(key.bytes, canonicalSeal(seal))) !== seal.mac) return 'seal_edited'
  if (link.previousMac !== null && seal.previousMac !== link.previousMac) return 'seal_out_of_order'
  return null
}

/** Seals are never changed, so that pages read one after the other fit together. */
async function* sealPages(database: Database, range: AuditRange): AsyncGenerator<Seal[]> {
  // Below every number there can be: a seal slipped in before the first must show.
  let from = range.from === undefined ? '-9223372036854775808' : String(range.from)
  for (;;) {
    const page = await readSeals(database, from, range.through)
    yield page
    const last = page.at(-1)
    if (!last || page.length < sealPage) return
    from = String(Number(last.number) + 1)
  }
}

async function readSeals(database: Database, from: string, through = Number.MAX_SAFE_INTEGER) {
  const rows = await database.run<{ seal: string }>(
    sql`select json_build_object(
      'number', number::text, 'firstId', first_id, 'lastId', last_id, 'count', count::text,
      'merkleRoot', encode(merkle_root, 'hex'), 'leavesHash', encode(sha256(leaves), 'hex'),
      'rowsHash', encode(rows_hash, 'hex'), 'previousMac', encode(previous_mac, 'hex'), 'keyId', key_id, 'mac', encode(mac, 'hex'),
      'sealedAt', extract(epoch from sealed_at)::text
    )::text as seal
    from audit_seals
    where number >= ${from}::bigint and number <= ${String(through)}::bigint
    order by number limit ${sealPage}::integer`,
    'idempotent',
  )
  return rows.map(({ seal }) => JSON.parse(seal) as Seal)
}

async function firstRowOf(database: Database, seal: number): Promise<string | null> {
  const [row] = await database.run<{ id: string }>(
    sql`select id from audit_events where seal = ${seal}::bigint order by id limit 1`,
    'idempotent',
  )
  return row?.id ?? null
}
