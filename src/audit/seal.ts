import { sql } from 'drizzle-orm'
import type { Keyring } from '../config.ts'
import { audit as policy } from '../policy.ts'
import type { AuditAnchor, Database, Ports } from '../ports.ts'
import { type Bytes, hmac, sha256, toHex, utf8 } from '../tokens/encoding.ts'
import {
  canonicalAnchor,
  canonicalEvent,
  canonicalSeal,
  parseRows,
  rowsText,
  type SealContent,
} from './canonical.ts'
import { leavesOf } from './leaves.ts'
import { leafHashes, merkleRoot } from './merkle.ts'

/** What the first seal names as the one before it. */
export const genesisMac = '00'.repeat(32)

/** One run ends after so many batches, or a backlog would meet the CPU limit of the scheduled handler. */
const batchesPerRun = 25

export interface Seal extends SealContent {
  mac: string
}

export interface Sealing {
  seals: number
  rows: number
  /**
   * `contradicted`: the database lacks the seal that the anchor names, or the anchor is forged. It stays in place
   * as the evidence and somebody must be told; once it is deleted by hand, the next run writes a new one.
   */
  anchor: 'written' | 'current' | 'contradicted' | 'unavailable'
}

type SealPorts = Pick<Ports, 'auditAnchor' | 'clock' | 'config' | 'database'>

/**
 * Seals the rows that were written since the last run. Until then, for about a minute, a row is open to edits.
 * Rows that were committed late, with lower ids, are simply in the next batch.
 */
export async function sealAudit(ports: SealPorts): Promise<Sealing> {
  // Before the database: an anchor read later could name a seal that our view of the database lacks.
  const anchor = await fetchAnchor(ports)
  const trail = await readTrail(ports.database, anchor)
  const { seals, rows, newest } = await sealBatches(ports, trail)
  return { seals, rows, anchor: await moveAnchor(ports, anchor, trail, newest) }
}

/** What one look at the database shows; all of it from one snapshot. */
interface Trail {
  newest: Newest | null
  /** MAC of the seal that the anchor names. */
  anchoredMac: string | null
  /** Rows without a seal, as many as one takes. */
  rows: string | null
}

type Newest = Pick<Seal, 'number' | 'mac'>

async function readTrail(database: Database, anchor: AnchorReading): Promise<Trail> {
  const [row] = await database.run<{
    number: string | null
    mac: string | null
    anchored_mac: string | null
    rows: string | null
  }>(
    sql`select
      (select max(number)::text from audit_seals) as number,
      (select encode(mac, 'hex') from audit_seals order by number desc limit 1) as mac,
      (select encode(mac, 'hex') from audit_seals where number = ${anchor.number}::bigint) as anchored_mac,
      ${rowsText(sql`where seal is null order by id limit ${policy.sealBatch}::integer`)} as rows`,
    'idempotent',
  )
  return {
    newest: row?.number && row.mac ? { number: row.number, mac: row.mac } : null,
    anchoredMac: row?.anchored_mac ?? null,
    rows: row?.rows ?? null,
  }
}

async function sealBatches(ports: SealPorts, start: Trail) {
  let { newest, rows: waiting } = start
  let seals = 0
  let rows = 0
  while (waiting !== null && seals < batchesPerRun) {
    const batch = await makeBatch(waiting)
    const seal = await signSeal(ports, batch, newest)
    // Another sealer was first: it goes on with the rest.
    if (!(await storeBatch(ports.database, batch, seal))) break
    newest = seal
    seals += 1
    rows += batch.ids.length
    if (batch.ids.length < policy.sealBatch) break
    waiting = (await readTrail(ports.database, noAnchor)).rows
  }
  return { seals, rows, newest }
}

interface Batch {
  /** Ascending: the text form of a uuid sorts as its bytes do. */
  ids: string[]
  root: string
  leaves: Bytes
  rowsHash: string
}

async function makeBatch(text: string): Promise<Batch> {
  const events = parseRows(text)
  const ids = events.map(([id]) => id)
  const hashes = await leafHashes(events.map(canonicalEvent))
  const rowsHash = toHex(await sha256(utf8(text)))
  return { ids, root: toHex(await merkleRoot(hashes)), leaves: leavesOf(ids, hashes), rowsHash }
}

async function signSeal(
  ports: Pick<Ports, 'clock' | 'config'>,
  batch: Batch,
  newest: Newest | null,
): Promise<Seal> {
  const { current } = ports.config.keys.audit
  const content: SealContent = {
    number: String(Number(newest?.number ?? 0) + 1),
    firstId: batch.ids.at(0) ?? '',
    lastId: batch.ids.at(-1) ?? '',
    count: String(batch.ids.length),
    merkleRoot: batch.root,
    leavesHash: toHex(await sha256(batch.leaves)),
    rowsHash: batch.rowsHash,
    previousMac: newest?.mac ?? genesisMac,
    keyId: current.id,
    sealedAt: (ports.clock.now() / 1000).toFixed(6),
  }
  return { ...content, mac: toHex(await hmac(current.bytes, canonicalSeal(content))) }
}

/**
 * The seal and the marks of its rows, both or neither. The locks make a second sealer wait and then count too few
 * rows; the number and the previous MAC are unique, so a chain cannot fork. A repeat after a lost answer finds its
 * own seal, because no other has that MAC.
 */
async function storeBatch(database: Database, batch: Batch, seal: Seal): Promise<boolean> {
  const ids = `{${batch.ids.join(',')}}`
  const stored = await database.run(
    sql`with batch as materialized (
      select id from audit_events where id = any(${ids}::uuid[]) and seal is null order by id for update
    ), sealed as (
      insert into audit_seals
        (number, first_id, last_id, count, merkle_root, leaves, rows_hash, previous_mac, key_id, mac, sealed_at)
      select ${seal.number}::bigint, ${seal.firstId}::uuid, ${seal.lastId}::uuid, ${seal.count}::integer,
        decode(${seal.merkleRoot}, 'hex'), decode(${toHex(batch.leaves)}, 'hex'),
        decode(${seal.rowsHash}, 'hex'), decode(${seal.previousMac}, 'hex'), ${seal.keyId}, decode(${seal.mac}, 'hex'),
        to_timestamp(${seal.sealedAt}::double precision)
      where (select count(*) from batch) = ${seal.count}::integer
      on conflict do nothing
      returning number
    ), marked as (
      update audit_events set seal = sealed.number from sealed
      where audit_events.id in (select id from batch)
    )
    select number from sealed
    union all
    select number from audit_seals
    where number = ${seal.number}::bigint and mac = decode(${seal.mac}, 'hex')`,
    'idempotent',
  )
  return stored.length > 0
}

export type AnchorReading =
  | { state: 'absent' | 'forged' | 'unavailable'; number: null; mac: null }
  | { state: 'signed'; number: string; mac: string }

const noAnchor: AnchorReading = { state: 'absent', number: null, mac: null }

/** Sealing goes on without the anchor: rows that wait for it would be open to edits. */
async function fetchAnchor(ports: Pick<Ports, 'auditAnchor' | 'config'>): Promise<AnchorReading> {
  try {
    return await readAnchor(ports.auditAnchor, ports.config.keys.audit)
  } catch {
    return { state: 'unavailable', number: null, mac: null }
  }
}

/**
 * `number.mac.key id.signature`. The signature stops whoever can write to the store of the anchor from naming a
 * seal of their own; putting an older anchor back they still can, which only hides what was sealed since.
 */
export async function readAnchor(anchor: AuditAnchor, keys: Keyring): Promise<AnchorReading> {
  const text = await anchor.read()
  if (text === null) return noAnchor
  const [number = '', mac = '', keyId = ''] = text.split('.')
  const key = keys.all.find((candidate) => candidate.id === keyId)
  if (!key || text !== (await signAnchor({ number, mac }, key))) {
    return { state: 'forged', number: null, mac: null }
  }
  return { state: 'signed', number, mac }
}

async function signAnchor({ number, mac }: Newest, key: Keyring['current']): Promise<string> {
  const signature = await hmac(key.bytes, canonicalAnchor(number, mac, key.id))
  return [number, mac, key.id, toHex(signature)].join('.')
}

/**
 * Never over an anchor that the database contradicts: after a cut tail the next seal would wipe out the proof.
 * Limit: a store that answers late shows an older anchor, and a cut of what was sealed since then passes here.
 */
async function moveAnchor(
  ports: Pick<Ports, 'auditAnchor' | 'config'>,
  anchor: AnchorReading,
  trail: Trail,
  newest: Newest | null,
): Promise<Sealing['anchor']> {
  if (anchor.state === 'unavailable') return 'unavailable'
  if (anchor.state === 'forged' || anchor.mac !== trail.anchoredMac) return 'contradicted'
  if (newest === null || newest.number === anchor.number) return 'current'
  try {
    await ports.auditAnchor.write(await signAnchor(newest, ports.config.keys.audit.current))
    return 'written'
  } catch {
    return 'unavailable'
  }
}
