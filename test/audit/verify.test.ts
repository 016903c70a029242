import { type SQL, sql } from 'drizzle-orm'
import { getTableConfig } from 'drizzle-orm/pg-core'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { verifyAudit } from '../../src/audit/verify.ts'
import { auditEvents, auditSeals } from '../../src/database/schema.ts'
import type { Database, Retry, Row } from '../../src/ports.ts'
import { idOf, openTrail } from './trail.ts'

const trail = await openTrail()
afterAll(() => trail.close())

/** Seals 1, 2 and 3 hold the rows 1 to 10, 11 to 20 and 21 to 30. */
beforeEach(async () => {
  await trail.empty()
  for (const first of [1, 11, 21]) {
    await trail.write(first, first + 9)
    await trail.seal()
  }
})

function row(number: number): SQL {
  return sql`${idOf(number)}::uuid`
}

function bad(reason: string, seal: number | null, number?: number) {
  const firstBadId = number === undefined ? null : idOf(number)
  return { ok: false, seal, firstBadId, reason }
}

function columnsOf(table: typeof auditEvents | typeof auditSeals): string[] {
  return getTableConfig(table).columns.map((column) => column.name)
}

describe('an untouched trail', () => {
  it('holds', async () => {
    expect(await trail.verify()).toEqual({ ok: true, seals: 3, rows: 30, anchored: 3 })
  })

  it('holds in parts', async () => {
    expect(await verifyAudit(trail.ports, { from: 2 })).toMatchObject({
      ok: true,
      seals: 2,
      rows: 20,
    })
    expect(await verifyAudit(trail.ports, { from: 2, through: 2 })).toMatchObject({
      ok: true,
      rows: 10,
    })
  })

  it('holds where Postgres spaces its JSON in another way', async () => {
    const spaced: Database = {
      run: async <T extends Row>(statement: SQL, retry: Retry) => {
        const rows = await trail.database.run<T>(statement, retry)
        return rows.map((row) =>
          typeof row.rows === 'string' ? { ...row, rows: row.rows.replaceAll('", "', '","') } : row,
        )
      },
    }
    const elsewhere = { ...trail.ports, database: spaced }
    expect(await verifyAudit(elsewhere)).toEqual({ ok: true, seals: 3, rows: 30, anchored: 3 })
    await trail.tamper(sql`update audit_events set reason = 'XX' where id = ${row(15)}`)
    expect(await verifyAudit(elsewhere)).toEqual(bad('row_edited', 2, 15))
  })

  it('holds with rows that wait for their seal', async () => {
    await trail.write(31, 33)
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 3, rows: 30 })
  })

  it('holds under an anchor that is older, or not there at all', async () => {
    const older = trail.anchor.text
    await trail.write(31)
    await trail.seal()
    trail.anchor.text = older
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 4, anchored: 3 })
    trail.anchor.text = null
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 4, anchored: null })
  })

  it('holds over more seals than one page', async () => {
    for (let number = 31; number <= 260; number += 1) {
      await trail.write(number)
      await trail.seal()
    }
    expect(await trail.verify()).toEqual({ ok: true, seals: 233, rows: 260, anchored: 233 })
    await trail.tamper(sql`update audit_events set reason = 'XX' where id = ${row(250)}`)
    expect(await trail.verify()).toEqual(bad('row_edited', 223, 250))
  })
})

describe('an edit of a row', () => {
  /** The smallest change there is to each column. */
  const edits: Record<string, SQL> = {
    id: sql`id = ${row(500)}`,
    tenant_id: sql`tenant_id = '00000000-0000-7000-8000-000000000000'`,
    user_id: sql`user_id = null`,
    session_id: sql`session_id = null`,
    action: sql`action = 'session.openee'`,
    outcome: sql`outcome = 'failure'`,
    reason: sql`reason = ''`,
    origin: sql`origin = set_bit(origin, 0, 1 - get_bit(origin, 0))`,
    request_id: sql`request_id = null`,
    details: sql`details = jsonb_set(details, '{n}', '1.0')`,
    occurred_at: sql`occurred_at = occurred_at + interval '1 microsecond'`,
    seal: sql`seal = null`,
  }

  it('is tried on every column', () => {
    expect(Object.keys(edits).sort()).toEqual(columnsOf(auditEvents).sort())
  })

  it.each(Object.entries(edits))('shows in %s, and the row is named', async (column, edit) => {
    await trail.tamper(sql`update audit_events set ${edit} where id = ${row(15)}`)
    const reason = ['id', 'seal'].includes(column) ? 'row_deleted' : 'row_edited'
    expect(await trail.verify()).toEqual(bad(reason, 2, 15))
  })

  it('shows where null becomes empty text', async () => {
    await trail.write(31)
    await trail.tamper(sql`update audit_events set reason = null where id = ${row(31)}`)
    await trail.seal()
    await trail.tamper(sql`update audit_events set reason = '' where id = ${row(31)}`)
    expect(await trail.verify()).toEqual(bad('row_edited', 4, 31))
  })

  it('shows where a word moves over the border of two fields', async () => {
    await trail.tamper(
      sql`update audit_events set action = 'session', reason = 'opened","password' where id = ${row(15)}`,
    )
    expect(await trail.verify()).toEqual(bad('row_edited', 2, 15))
  })

  it.each([
    [
      'before Christ',
      sql`occurred_at = (to_char(occurred_at, 'YYYY-MM-DD HH24:MI:SS.US') || '+00 BC')::timestamptz`,
    ],
    ['the end of time', sql`occurred_at = 'infinity'`],
  ])('shows where the time moves to %s', async (_, edit) => {
    await trail.tamper(sql`update audit_events set ${edit} where id = ${row(15)}`)
    expect(await trail.verify()).toEqual(bad('row_edited', 2, 15))
  })

  it('names the first of several', async () => {
    await trail.tamper(
      sql`update audit_events set reason = 'XX' where id in (${row(28)}, ${row(17)}, ${row(19)})`,
    )
    expect(await trail.verify()).toEqual(bad('row_edited', 2, 17))
  })
})

describe('rows that come and go', () => {
  it.each([1, 10, 15, 20, 30])('shows that row %i was deleted', async (number) => {
    await trail.tamper(sql`delete from audit_events where id = ${row(number)}`)
    expect(await trail.verify()).toEqual(bad('row_deleted', Math.ceil(number / 10), number))
  })

  it('shows that all rows of a seal were deleted', async () => {
    await trail.tamper(sql`delete from audit_events where seal = 2`)
    expect(await trail.verify()).toEqual(bad('row_deleted', 2, 11))
  })

  it.each([1, 2, 3])('shows a fresh row that claims seal %i', async (seal) => {
    await trail.write(100)
    await trail.tamper(sql`update audit_events set seal = ${seal} where id = ${row(100)}`)
    expect(await trail.verify()).toEqual(bad('row_inserted', seal, 100))
  })

  it('shows more fresh rows than a page holds', async () => {
    await trail.write(100, 12_000)
    await trail.tamper(sql`update audit_events set seal = 1 where seal is null`)
    expect(await trail.verify()).toEqual(bad('row_inserted', 1, 100))
  })

  it.each([-1, 0, 4, 1_000_000])(
    'shows a row that hides under seal %i, which never was',
    async (seal) => {
      await trail.write(100)
      await trail.tamper(sql`update audit_events set seal = ${seal} where id = ${row(100)}`)
      expect(await trail.verify()).toEqual(bad('row_inserted', seal, 100))
    },
  )

  it('shows two rows that changed places', async () => {
    await trail.tamper(sql`update audit_events as one set user_id = two.user_id, session_id = two.session_id,
      request_id = two.request_id, details = two.details, occurred_at = two.occurred_at
      from audit_events as two
      where (one.id, two.id) in ((${row(13)}, ${row(17)}), (${row(17)}, ${row(13)}))`)
    expect(await trail.verify()).toEqual(bad('row_edited', 2, 13))
  })

  it('shows two rows that changed seals', async () => {
    await trail.tamper(
      sql`update audit_events set seal = 3 - seal where id in (${row(5)}, ${row(15)})`,
    )
    expect(await trail.verify()).toEqual(bad('row_deleted', 1, 5))
  })

  it('shows a sealed row that was edited and sealed anew', async () => {
    await trail.tamper(
      sql`update audit_events set seal = null, reason = 'XX' where id = ${row(15)}`,
    )
    await trail.seal()
    expect(await trail.verify()).toEqual(bad('row_deleted', 2, 15))
  })
})

describe('a seal', () => {
  const flip = (column: string) =>
    sql.raw(`${column} = set_byte(${column}, 0, get_byte(${column}, 0) # 1)`)
  const edits: Record<string, SQL> = {
    number: sql`number = 4`,
    first_id: sql`first_id = ${row(12)}`,
    last_id: sql`last_id = ${row(19)}`,
    count: sql`count = 9`,
    merkle_root: flip('merkle_root'),
    leaves: flip('leaves'),
    rows_hash: flip('rows_hash'),
    previous_mac: flip('previous_mac'),
    key_id: sql`key_id = 'other'`,
    mac: flip('mac'),
    sealed_at: sql`sealed_at = sealed_at + interval '1 microsecond'`,
  }

  it('is edited in every column', () => {
    expect(Object.keys(edits).sort()).toEqual(columnsOf(auditSeals).sort())
  })

  it.each(Object.entries(edits))('that was edited in %s shows', async (column, edit) => {
    await trail.tamper(sql`update audit_seals set ${edit} where number = 2`)
    const verdict = await trail.verify()
    expect(verdict).toEqual(
      column === 'number' ? bad('seal_missing', 2, 11) : bad('seal_edited', 2),
    )
  })

  it('that was removed shows, and its first row is named', async () => {
    await trail.tamper(sql`delete from audit_seals where number = 2`)
    expect(await trail.verify()).toEqual(bad('seal_missing', 2, 11))
  })

  it('that was removed with its rows shows', async () => {
    await trail.tamper(sql`with gone as (delete from audit_seals where number = 1)
      delete from audit_events where seal = 1`)
    expect(await trail.verify()).toEqual(bad('seal_missing', 1))
  })

  it('that changed places with another shows', async () => {
    await trail.tamper(sql`update audit_seals set number = number + 10 where number < 3`)
    await trail.tamper(sql`update audit_seals set number = 13 - number where number > 10`)
    expect(await trail.verify()).toEqual(bad('seal_edited', 1))
  })

  it('that was copied to the end shows', async () => {
    await trail.tamper(sql`insert into audit_seals select 4, first_id, last_id, count, merkle_root, leaves,
      rows_hash, decode(repeat('ab', 32), 'hex'), key_id, mac, sealed_at from audit_seals where number = 3`)
    expect(await trail.verify()).toEqual(bad('seal_edited', 4))
  })

  it('that was slipped in before the first shows', async () => {
    await trail.tamper(sql`insert into audit_seals select 0, first_id, last_id, count, merkle_root, leaves,
      rows_hash, decode(repeat('ab', 32), 'hex'), key_id, mac, sealed_at from audit_seals where number = 1`)
    expect(await trail.verify()).toEqual(bad('seal_inserted', 1))
  })

  it('of another history that was put back, with its rows, shows in the chain', async () => {
    await trail.tamper(
      sql`create table audit_seals_kept as select * from audit_seals where number = 2`,
    )
    await trail.tamper(
      sql`create table audit_events_kept as select * from audit_events where seal = 2`,
    )
    await trail.tamper(sql`delete from audit_seals where number > 1`)
    await trail.tamper(sql`delete from audit_events where seal > 1`)
    trail.anchor.text = null
    for (const number of [41, 42]) {
      await trail.write(number)
      await trail.seal()
    }
    await trail.tamper(sql`delete from audit_seals where number = 2`)
    await trail.tamper(sql`delete from audit_events where seal = 2`)
    await trail.tamper(sql`insert into audit_seals select * from audit_seals_kept`)
    await trail.tamper(sql`insert into audit_events select * from audit_events_kept`)
    await trail.tamper(sql`drop table audit_seals_kept, audit_events_kept`)
    expect(await trail.verify()).toEqual(bad('seal_out_of_order', 3))
  })
})

describe('a cut tail', () => {
  it('shows, and the first row without its seal is named', async () => {
    await trail.tamper(sql`delete from audit_seals where number > 1`)
    expect(await trail.verify()).toEqual(bad('tail_cut', 2, 11))
  })

  it('shows where the rows are gone too', async () => {
    await trail.tamper(sql`delete from audit_seals where number = 3`)
    await trail.tamper(sql`delete from audit_events where seal = 3`)
    expect(await trail.verify()).toEqual(bad('tail_cut', 3))
  })

  it('shows where its rows were set free to be sealed anew', async () => {
    await trail.tamper(sql`delete from audit_seals where number = 3`)
    await trail.tamper(sql`update audit_events set seal = null where seal = 3`)
    expect(await trail.verify()).toEqual(bad('tail_cut', 3))
    await trail.tamper(sql`delete from audit_events where id = ${row(21)}`)
    await trail.seal()
    expect(await trail.verify()).toEqual(bad('anchor_contradicted', 3))
  })

  it('shows where nothing at all is left', async () => {
    await trail.tamper(sql`truncate audit_events, audit_seals`)
    expect(await trail.verify()).toEqual(bad('tail_cut', 1))
  })

  it('shows under an anchor that is older than the cut seal', async () => {
    const older = trail.anchor.text
    await trail.write(31)
    await trail.seal()
    trail.anchor.text = older
    await trail.tamper(sql`delete from audit_seals where number >= 3`)
    expect(await trail.verify()).toEqual(bad('tail_cut', 3, 21))
  })
})

describe('a forged anchor', () => {
  it.each([
    ['another number', (text: string) => text.replace(/^3/, '2')],
    ['an unknown key', (text: string) => text.replace('.first.', '.other.')],
    ['a broken signature', (text: string) => text.replace(/.$/, 'x')],
    ['nonsense', () => 'nonsense'],
    ['nothing', () => ''],
  ])('with %s shows', async (_, forge) => {
    trail.anchor.text = forge(trail.anchor.text ?? '')
    expect(await trail.verify()).toEqual(bad('anchor_forged', null))
  })
})
