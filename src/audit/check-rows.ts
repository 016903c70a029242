import { sql } from 'drizzle-orm'
import type { Database } from '../ports.ts'
import { sha256 } from '../tokens/encoding.ts'
import { canonicalEvent, type EventFields, eventColumns, toHex } from './canonical.ts'
import { firstDifference, type Leaf, leavesOf, readLeaves, toLeaves } from './leaves.ts'
import { leafHashes } from './merkle.ts'
import type { Seal } from './seal.ts'
import { type BadAudit, bad } from './verdict.ts'

/** Rows read in one statement: a few megabytes, well inside the limits of Neon and of an isolate. */
const rowPage = 10_000

/** The first row that is not as these seals, which hold, have it. */
export async function checkRows(
  database: Database,
  seals: readonly Seal[],
): Promise<BadAudit | null> {
  const groups = groupByRows(seals)
  let found = await readRows(database, groups[0])
  for (const [at, group] of groups.entries()) {
    // The next rows travel while these are hashed.
    const [badRow, next] = await Promise.all([
      checkGroup(database, group, found),
      readRows(database, groups[at + 1]),
    ])
    if (badRow) return badRow
    found = next
  }
  return null
}

type RowsBySeal = Map<string, EventFields[]>

/** By the leaves, which the MAC of a seal vouches for as it does for the root above them: that is half the hashes. */
async function checkGroup(database: Database, group: readonly Seal[], found: RowsBySeal) {
  for (const seal of group) {
    const events = found.get(seal.number) ?? []
    const ids = events.map(([id]) => id)
    const leaves = leavesOf(ids, await leafHashes(events.map(canonicalEvent)))
    if (toHex(await sha256(leaves)) !== seal.leavesHash) {
      return nameBadRow(database, seal, toLeaves(leaves))
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

/** The hash says only that the batch is bad; the leaves that it is of say where. */
async function nameBadRow(
  database: Database,
  seal: Seal,
  found: readonly Leaf[],
): Promise<BadAudit> {
  const number = Number(seal.number)
  const sealed = await readLeaves(database, seal.number)
  const difference = firstDifference(sealed, found)
  if (!difference) return bad('seal_edited', number)
  return bad(difference.reason, number, toUuid(difference.id))
}

function toUuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
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

export function sumOfRows(seals: readonly Seal[]): number {
  return seals.reduce((sum, seal) => sum + Number(seal.count), 0)
}
