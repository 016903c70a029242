import { sql } from 'drizzle-orm'
import type { Keyring } from '../config.ts'
import type { Database, Ports } from '../ports.ts'
import { hmac } from '../tokens/encoding.ts'
import {
  canonicalEvent,
  canonicalSeal,
  type EventFields,
  eventColumns,
  toHex,
} from './canonical.ts'
import { leafHashes, merkleRoot } from './merkle.ts'
import { type AnchorReading, genesisMac, leafBytes, readAnchor, type Seal } from './seal.ts'

/** Seals read in one statement. */
const sealPage = 200
/** Rows read in one statement: a few megabytes, well inside the limits of Neon and of an isolate. */
const rowPage = 10_000

/** First and last seal to check, so that a long trail can be checked in parts. */
export interface AuditRange {
  from?: number
  through?: number
}

export type AuditFault =
  | 'seal_missing'
  | 'seal_inserted'
  | 'seal_edited'
  | 'seal_out_of_order'
  | 'row_edited'
  | 'row_deleted'
  | 'row_inserted'
  | 'tail_cut'
  | 'anchor_contradicted'
  | 'anchor_forged'

export interface BadAudit {
  ok: false
  /** The first seal that does not hold. */
  seal: number | null
  /** The first row that is not as it was sealed; null where the rows do not tell. */
  firstBadId: string | null
  reason: AuditFault
}

export interface GoodAudit {
  ok: true
  seals: number
  rows: number
  /** The seal that the copy outside the database vouches for; null: a cut tail would go unseen. */
  anchored: number | null
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
    const badRow = await checkGroups(database, groupByRows(sound))
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
      'previousMac', encode(previous_mac, 'hex'), 'keyId', key_id, 'mac', encode(mac, 'hex'),
      'sealedAt', extract(epoch from sealed_at)::text
    )::text as seal
    from audit_seals
    where number >= ${from}::bigint and number <= ${String(through)}::bigint
    order by number limit ${sealPage}::integer`,
    'idempotent',
  )
  return rows.map(({ seal }) => JSON.parse(seal) as Seal)
}

/** Neighbours that together fit a page of rows. A seal alone always does. */
function groupByRows(seals: readonly Seal[]): Seal[][] {
  const groups: Seal[][] = []
  for (const seal of seals) {
    const group = groups.at(-1)
    if (group && sumOfRows(group) + Number(seal.count) <= rowPage) group.push(seal)
    else groups.push([seal])
  }
  return groups
}

function sumOfRows(seals: readonly Seal[]): number {
  return seals.reduce((sum, seal) => sum + Number(seal.count), 0)
}

async function checkGroups(
  database: Database,
  groups: readonly Seal[][],
): Promise<BadAudit | null> {
  let found = await readRows(database, groups[0])
  for (const [at, group] of groups.entries()) {
    // The next rows travel while these are hashed.
    const [badRow, next] = await Promise.all([
      checkRows(database, group, found),
      readRows(database, groups[at + 1]),
    ])
    if (badRow) return badRow
    found = next
  }
  return null
}

type RowsBySeal = Map<string, EventFields[]>

async function checkRows(database: Database, group: readonly Seal[], found: RowsBySeal) {
  for (const seal of group) {
    const events = found.get(seal.number) ?? []
    const hashes = await leafHashes(events.map(canonicalEvent))
    if (toHex(await merkleRoot(hashes)) !== seal.merkleRoot) {
      return nameBadRow(database, seal, toLeaves(events, hashes))
    }
  }
  return null
}

/** One row more than the seals count is enough to show that some were slipped in, however many. */
async function readRows(database: Database, group: readonly Seal[] = []): Promise<RowsBySeal> {
  if (group.length === 0) return new Map()
  const [row] = await database.run<{ events: string | null }>(
    // json_agg without an order of its own: sorting the built values again costs a quarter of the time.
    sql`select json_agg(fields)::text as events from (
      select json_build_array(seal::text, ${eventColumns}) as fields from audit_events
      where seal between ${group.at(0)?.number}::bigint and ${group.at(-1)?.number}::bigint
      order by seal, id limit ${sumOfRows(group) + 1}::integer
    ) as page`,
    'idempotent',
  )
  const bySeal: RowsBySeal = new Map()
  for (const [seal, ...fields] of JSON.parse(row?.events ?? '[]') as [string, ...EventFields][]) {
    const events = bySeal.get(seal) ?? []
    events.push(fields)
    bySeal.set(seal, events)
  }
  return bySeal
}

interface Leaf {
  id: string
  hash: string
}

function toLeaves(events: readonly EventFields[], hashes: readonly Uint8Array[]): Leaf[] {
  return events.map(([id], at) => ({
    id: id.replaceAll('-', ''),
    hash: toHex(hashes[at] ?? new Uint8Array()),
  }))
}

/** The root says only that the batch is bad; the leaves, under the same MAC, say where. */
async function nameBadRow(database: Database, seal: Seal, found: Leaf[]): Promise<BadAudit> {
  const number = Number(seal.number)
  const sealed = await readLeaves(database, seal.number)
  const difference = firstDifference(sealed, found)
  if (!difference) return bad('seal_edited', number)
  return bad(difference.reason, number, toUuid(difference.id))
}

async function readLeaves(database: Database, number: string): Promise<Leaf[]> {
  const [row] = await database.run<{ leaves: string }>(
    sql`select encode(leaves, 'hex') as leaves from audit_seals where number = ${number}::bigint`,
    'idempotent',
  )
  const entries = row?.leaves.match(new RegExp(`.{${2 * leafBytes.whole}}`, 'g')) ?? []
  return entries.map((entry) => ({
    id: entry.slice(0, 2 * leafBytes.id),
    hash: entry.slice(2 * leafBytes.id),
  }))
}

/** Both lists ascend by id, so that the first place where they part names the row. */
function firstDifference(sealed: readonly Leaf[], found: readonly Leaf[]) {
  const at = sealed.findIndex(
    (leaf, index) => leaf.id !== found[index]?.id || leaf.hash !== found[index].hash,
  )
  const was = at < 0 ? undefined : sealed[at]
  const is = at < 0 ? found[sealed.length] : found[at]
  if (was && was.id === is?.id) return { id: was.id, reason: 'row_edited' as const }
  if (was && (!is || was.id < is.id)) return { id: was.id, reason: 'row_deleted' as const }
  return is ? { id: is.id, reason: 'row_inserted' as const } : null
}

function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** What lies beyond the last seal: rows of a seal that is gone, and the seal that the anchor names. */
async function checkEnd(database: Database, anchor: AnchorReading): Promise<BadAudit | null> {
  const end = await readEnd(database, anchor)
  const isCut = anchor.mac !== null && end.anchoredMac === null
  if (isCut) return bad('tail_cut', end.newest + 1, end.orphanId)
  if (end.orphanId) return bad('row_inserted', end.orphanSeal, end.orphanId)
  if (anchor.state === 'forged') return bad('anchor_forged', null)
  if (anchor.mac !== end.anchoredMac) return bad('anchor_contradicted', Number(anchor.number))
  return null
}

/** One snapshot: a seal made meanwhile comes together with its rows, or not at all. */
async function readEnd(database: Database, anchor: AnchorReading) {
  const orphan = sql`select seal, id from audit_events`
  const [row] = await database.run<{
    newest: string
    anchored_mac: string | null
    seal: string | null
    id: string | null
  }>(
    sql`with newest as (select coalesce(max(number), 0) as number from audit_seals), orphan as (
      (${orphan} where seal < 1 order by seal, id limit 1)
      union all
      (${orphan} where seal > (select number from newest) order by seal, id limit 1)
      order by seal, id limit 1
    )
    select newest.number::text as newest, orphan.seal::text as seal, orphan.id::text as id,
      (select encode(mac, 'hex') from audit_seals where number = ${anchor.number}::bigint) as anchored_mac
    from newest left join orphan on true`,
    'idempotent',
  )
  return {
    newest: Number(row?.newest),
    anchoredMac: row?.anchored_mac ?? null,
    orphanSeal: Number(row?.seal),
    orphanId: row?.id ?? null,
  }
}

async function firstRowOf(database: Database, seal: number): Promise<string | null> {
  const [row] = await database.run<{ id: string }>(
    sql`select id from audit_events where seal = ${seal}::bigint order by id limit 1`,
    'idempotent',
  )
  return row?.id ?? null
}

function bad(reason: AuditFault, seal: number | null, firstBadId: string | null = null): BadAudit {
  return { ok: false, seal, firstBadId, reason }
}
