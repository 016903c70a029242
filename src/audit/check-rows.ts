import { sql } from 'drizzle-orm'
import type { Database } from '../ports.ts'
import { sha256, toHex, utf8 } from '../tokens/encoding.ts'
import { canonicalEvent, parseRows, rowsText } from './canonical.ts'
import { firstDifference, leavesOf, readLeaves, toLeaves } from './leaves.ts'
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
  let next = readRows(database, groups[0])
  for (const [at, group] of groups.entries()) {
    const found = next
    // Asked for before these are there, so that Postgres makes the next rows while we hash.
    next = readRows(database, groups[at + 1])
    // Whoever gets its failure does so in the next turn, unless this one ends here.
    next.catch(() => undefined)
    const badRow = await checkGroup(database, group, await found)
    if (badRow) return badRow
  }
  return null
}

/** The text of the rows of each seal. */
type RowsBySeal = Map<string, string | null>

async function checkGroup(database: Database, group: readonly Seal[], found: RowsBySeal) {
  for (const seal of group) {
    const text = found.get(seal.number) ?? null
    if (toHex(await sha256(utf8(text ?? ''))) === seal.rowsHash) continue
    const badRow = await findBadRow(database, seal, text)
    if (badRow) return badRow
  }
  return null
}

/** One row more than a seal counts is enough to show that some were slipped in, however many. */
async function readRows(database: Database, group: readonly Seal[] = []): Promise<RowsBySeal> {
  if (group.length === 0) return new Map()
  const [numbers, counts] = [group.map(({ number }) => number), group.map(({ count }) => count)]
  const rows = await database.run<{ seal: string; rows: string | null }>(
    sql`select sealed.number::text as seal,
      ${rowsText(sql`where seal = sealed.number order by id limit sealed.count + 1`)} as rows
    from unnest(${`{${numbers}}`}::bigint[], ${`{${counts}}`}::integer[]) as sealed (number, count)`,
    'idempotent',
  )
  return new Map(rows.map(({ seal, rows: text }) => [seal, text]))
}

/**
 * The hash of the text says only that something differs; the leaves, for which the MAC of the seal vouches too, say
 * where, if anywhere: they are made of what the text means, so another Postgres may space its JSON as it likes.
 */
async function findBadRow(
  database: Database,
  seal: Seal,
  text: string | null,
): Promise<BadAudit | null> {
  const events = parseRows(text)
  const ids = events.map(([id]) => id)
  const found = leavesOf(ids, await leafHashes(events.map(canonicalEvent)))
  if (toHex(await sha256(found)) === seal.leavesHash) return null
  const number = Number(seal.number)
  const difference = firstDifference(await readLeaves(database, seal.number), toLeaves(found))
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
