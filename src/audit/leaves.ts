import { hexToBytes } from '@noble/hashes/utils.js'
import { sql } from 'drizzle-orm'
import type { Database } from '../ports.ts'
import { type Bytes, toHex } from '../tokens/encoding.ts'

/** The column `leaves` holds, for each row of a seal, its id and its leaf hash; both of fixed length. */
const leafBytes = { id: 16, whole: 48 } as const

export function leavesOf(ids: readonly string[], hashes: readonly Bytes[]): Bytes {
  const leaves = new Uint8Array(ids.length * leafBytes.whole)
  for (const [at, id] of ids.entries()) {
    leaves.set(hexToBytes(id.replaceAll('-', '')), at * leafBytes.whole)
    leaves.set(hashes[at] ?? [], at * leafBytes.whole + leafBytes.id)
  }
  return leaves
}

export interface Leaf {
  id: string
  hash: string
}

/** The leaves of a seal, as its column has them. */
export async function readLeaves(database: Database, number: string): Promise<Leaf[]> {
  const [row] = await database.run<{ leaves: string }>(
    sql`select encode(leaves, 'hex') as leaves from audit_seals where number = ${number}::bigint`,
    'idempotent',
  )
  return inHex(row?.leaves ?? '')
}

/** The same of rows that were found. */
export function toLeaves(leaves: Bytes): Leaf[] {
  return inHex(toHex(leaves))
}

function inHex(leaves: string): Leaf[] {
  const entries = leaves.match(new RegExp(`.{${2 * leafBytes.whole}}`, 'g')) ?? []
  return entries.map((entry) => ({
    id: entry.slice(0, 2 * leafBytes.id),
    hash: entry.slice(2 * leafBytes.id),
  }))
}

/** Both lists ascend by id, so that the first place where they part names the row. */
export function firstDifference(sealed: readonly Leaf[], found: readonly Leaf[]) {
  const at = sealed.findIndex(
    (leaf, index) => leaf.id !== found[index]?.id || leaf.hash !== found[index].hash,
  )
  const was = at < 0 ? undefined : sealed[at]
  const is = at < 0 ? found[sealed.length] : found[at]
  if (was && was.id === is?.id) return { id: was.id, reason: 'row_edited' as const }
  if (was && (!is || was.id < is.id)) return { id: was.id, reason: 'row_deleted' as const }
  return is ? { id: is.id, reason: 'row_inserted' as const } : null
}
