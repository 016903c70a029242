import { sql } from 'drizzle-orm'
import type { Database } from '../ports.ts'
import type { AnchorReading } from './seal.ts'
import { type BadAudit, bad } from './verdict.ts'

/** What lies beyond the last seal: rows of a seal that is gone, and the seal that the anchor names. */
export async function checkEnd(
  database: Database,
  anchor: AnchorReading,
): Promise<BadAudit | null> {
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
