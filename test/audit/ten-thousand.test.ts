import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { audit as policy } from '../../src/policy.ts'
import { idOf, openTrail } from './trail.ts'

const trail = await openTrail()
afterAll(() => trail.close())

const rows = 10_000
const seals = rows / policy.sealBatch

beforeAll(async () => {
  await trail.write(1, rows)
  await trail.seal()
  await trail.keep()
})
beforeEach(() => trail.restore())

function row(number: number): SQL {
  return sql`${idOf(number)}::uuid`
}

function sealOf(number: number): number {
  return Math.ceil(number / policy.sealBatch)
}

function bad(reason: string, seal: number, number?: number) {
  return { ok: false, reason, seal, firstBadId: number === undefined ? null : idOf(number) }
}

/** The first and the last one, those at the border of two seals, and one somewhere. */
const places = [1, policy.sealBatch, policy.sealBatch + 1, 7_321, rows]

describe('among ten thousand rows', () => {
  it('nothing is found where nothing was done', async () => {
    expect(await trail.verify()).toEqual({ ok: true, seals, rows, anchored: seals })
  })

  it('one flipped bit is found', async () => {
    for (const at of places) {
      const flip = sql`update audit_events set origin = set_bit(origin, 100, 1 - get_bit(origin, 100)) where id = ${row(at)}`
      await trail.tamper(flip)
      expect(await trail.verify()).toEqual(bad('row_edited', sealOf(at), at))
      await trail.tamper(flip)
    }
    expect(await trail.verify()).toMatchObject({ ok: true, rows })
  })

  it('one deleted row is found', async () => {
    // From the end: of several the first is named.
    for (const at of places.toReversed()) {
      await trail.tamper(sql`delete from audit_events where id = ${row(at)}`)
      expect(await trail.verify()).toEqual(bad('row_deleted', sealOf(at), at))
    }
  })

  it('one inserted row is found', async () => {
    const stranger = 20_000
    await trail.write(stranger)
    for (let seal = seals; seal >= 1; seal -= 1) {
      await trail.tamper(sql`update audit_events set seal = ${seal} where id = ${row(stranger)}`)
      expect(await trail.verify()).toEqual(bad('row_inserted', seal, stranger))
    }
  })

  it.each([
    ['neighbours', 4_711, 4_712],
    ['of two seals', 1_999, 8_003],
  ])('two rows that changed places are found: %s', async (_, one, two) => {
    await trail.tamper(sql`update audit_events as a set user_id = b.user_id, session_id = b.session_id,
      request_id = b.request_id, details = b.details from audit_events as b
      where (a.id, b.id) in ((${row(one)}, ${row(two)}), (${row(two)}, ${row(one)}))`)
    expect(await trail.verify()).toEqual(bad('row_edited', sealOf(one), one))
  })

  it('a cut tail is found, with its rows and without', async () => {
    await trail.tamper(sql`delete from audit_seals where number = ${seals}`)
    expect(await trail.verify()).toEqual(bad('tail_cut', seals, rows - policy.sealBatch + 1))
    await trail.tamper(sql`delete from audit_events where seal = ${seals}`)
    expect(await trail.verify()).toEqual(bad('tail_cut', seals))
  })

  it('an old seal that was put back is found, though it and its rows are genuine', async () => {
    const old = 3
    const kept = (table: string) =>
      sql.raw(`${table} where ${table === 'audit_seals' ? 'number' : 'seal'} = ${old}`)
    await trail.tamper(sql`create table audit_seals_kept as select * from ${kept('audit_seals')}`)
    await trail.tamper(sql`create table audit_events_kept as select * from ${kept('audit_events')}`)
    await trail.empty()
    await trail.write(rows + 1, 2 * rows)
    await trail.seal()
    expect(await trail.verify()).toMatchObject({ ok: true, rows })

    await trail.tamper(sql`delete from ${kept('audit_seals')}`)
    await trail.tamper(sql`delete from ${kept('audit_events')}`)
    await trail.tamper(sql`insert into audit_seals select * from audit_seals_kept`)
    await trail.tamper(sql`insert into audit_events select * from audit_events_kept`)
    await trail.tamper(sql`drop table audit_seals_kept, audit_events_kept`)
    expect(await trail.verify()).toEqual(bad('seal_out_of_order', old))
  })
})
