import { env } from 'cloudflare:workers'
import { type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { sealAudit } from '../../src/audit/seal.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { auditAnchorPort } from '../../src/edge/audit-anchor.ts'
import { AuthError } from '../../src/errors.ts'
import { audit as policy } from '../../src/policy.ts'
import type { Database } from '../../src/ports.ts'
import { idOf, newKey, openTrail, withKeys } from './trail.ts'

const trail = await openTrail()
beforeEach(() => trail.empty())
afterAll(() => trail.close())

const dialect = new PgDialect()

/** Calls `meet` in place of the statement that stores a seal. */
function onStore(meet: (store: () => Promise<unknown[]>) => Promise<unknown[]>): Database {
  return {
    run: (statement: SQL, retry) => {
      const run = () => trail.database.run(statement, retry)
      const stores = dialect.sqlToQuery(statement).sql.includes('insert into audit_seals')
      return (stores ? meet(run) : run()) as never
    },
  }
}

function seals() {
  return trail.database.run(sql`select * from audit_seals`, 'idempotent')
}

describe('sealing', () => {
  it('does nothing where nothing is unsealed', async () => {
    expect(await trail.seal()).toEqual({ seals: 0, rows: 0, anchor: 'current' })
    expect(trail.anchor.text).toBeNull()
  })

  it('seals what was written since, and moves the anchor', async () => {
    await trail.write(1, 3)
    expect(await trail.seal()).toEqual({ seals: 1, rows: 3, anchor: 'written' })
    await trail.write(4)
    expect(await trail.seal()).toEqual({ seals: 1, rows: 1, anchor: 'written' })
    expect(await trail.seal()).toEqual({ seals: 0, rows: 0, anchor: 'current' })
    expect(await trail.verify()).toEqual({ ok: true, seals: 2, rows: 4, anchored: 2 })
  })

  it('goes on until less than a full batch is left', async () => {
    await trail.write(1, 2 * policy.sealBatch + 5)
    expect(await trail.seal()).toMatchObject({ seals: 3, rows: 2 * policy.sealBatch + 5 })
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 3, anchored: 3 })
  })

  it('takes a row that was committed late, with a lower id, into the next batch', async () => {
    await trail.write(1, 4)
    await trail.write(6, 9)
    await trail.seal()
    await trail.write(5)
    expect(await trail.seal()).toMatchObject({ seals: 1, rows: 1 })
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 2, rows: 9 })
  })

  it('goes on with a new key, and checks old seals with the retired one', async () => {
    const [old, fresh] = [newKey('old'), newKey('fresh')]
    const before = { ...trail.ports, config: withKeys(old) }
    const after = { ...trail.ports, config: withKeys(fresh, old) }
    await trail.write(1)
    await sealAudit(before)
    await trail.write(2)
    expect(await sealAudit(after)).toMatchObject({ seals: 1, anchor: 'written' })
    expect(await verifyAudit(after)).toMatchObject({ ok: true, seals: 2, anchored: 2 })
    expect(await verifyAudit(before)).toMatchObject({ ok: false, seal: 2 })
  })

  it('keeps its anchor in KV', async () => {
    // The anchor of the service's own trail stays where it is: other files verify by it.
    const own = (key: string) => `seal.test:${key}`
    const kv = {
      get: (key: string) => env.KV.get(own(key)),
      put: (key: string, value: string) => env.KV.put(own(key), value),
    }
    await env.KV.delete(own('audit:newest-seal'))
    const ports = { ...trail.ports, auditAnchor: auditAnchorPort(kv) }
    await trail.write(1)
    expect(await sealAudit(ports)).toMatchObject({ anchor: 'written' })
    expect(await verifyAudit(ports)).toMatchObject({ ok: true, anchored: 1 })
  })
})

/** Each has a clock of its own: one batch signed at one instant is one seal, whoever stores it. */
function sealer(at: number) {
  const clock = { now: () => trail.ports.clock.now() + at }
  return sealAudit({ ...trail.ports, clock })
}

describe('sealers at once', () => {
  it('seal every row exactly once, in one chain', async () => {
    await trail.write(1, 200)
    const sealings = await Promise.all(Array.from({ length: 20 }, (_, at) => sealer(at)))
    expect(sealings.reduce((sum, { rows }) => sum + rows, 0)).toBe(200)
    expect(await trail.verify()).toMatchObject({ ok: true, rows: 200 })
  })

  it('that saw different rows after the same seal do not fork the chain', async () => {
    await trail.write(1, 3)
    const slow = onStore(async (store) => {
      await trail.write(4, 6)
      await trail.tamper(sql`update audit_events set seal = 99 where id <= ${idOf(3)}::uuid`)
      await trail.seal()
      await trail.tamper(sql`update audit_events set seal = null where seal = 99`)
      return store()
    })
    expect(await sealAudit({ ...trail.ports, database: slow })).toMatchObject({ seals: 0 })
    expect(await trail.seal()).toMatchObject({ seals: 1, rows: 3 })
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 2, rows: 6 })
  })
})

describe('a fault', () => {
  it.each([
    ['gone', sql`delete from audit_events where id = ${idOf(3)}::uuid`],
    ['under a seal', sql`update audit_events set seal = 9 where id = ${idOf(3)}::uuid`],
  ])('leaves nothing half done where a row of the batch is %s by then', async (_, meddle) => {
    await trail.write(1, 5)
    const raced = onStore(async (store) => {
      await trail.tamper(meddle)
      return store()
    })
    expect(await sealAudit({ ...trail.ports, database: raced })).toMatchObject({
      seals: 0,
      rows: 0,
    })
    expect(await seals()).toEqual([])
    const marked = sql`select id from audit_events where seal is distinct from 9 and seal is not null`
    expect(await trail.database.run(marked, 'idempotent')).toEqual([])
    expect(await trail.seal()).toMatchObject({ seals: 1, rows: 4 })
  })

  it('of a lost answer and a repeated statement finds the own seal', async () => {
    await trail.write(1, 5)
    const repeating = onStore(async (store) => {
      await store()
      return store()
    })
    expect(await sealAudit({ ...trail.ports, database: repeating })).toMatchObject({
      seals: 1,
      rows: 5,
    })
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 1, rows: 5, anchored: 1 })
  })

  it('of a lost answer and a given-up run is made good by the next run', async () => {
    await trail.write(1, 5)
    const losing = onStore(async (store) => {
      await store()
      throw new AuthError('UNAVAILABLE')
    })
    const lost = async () => sealAudit({ ...trail.ports, database: losing })
    await expect(lost).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await trail.seal()).toEqual({ seals: 0, rows: 0, anchor: 'written' })
    expect(await trail.verify()).toMatchObject({ ok: true, seals: 1, rows: 5, anchored: 1 })
  })

  it('of the anchor does not stop the sealing', async () => {
    const down = () => Promise.reject(new Error('503'))
    await trail.write(1)
    const blind = { ...trail.ports, auditAnchor: { read: down, write: down } }
    expect(await sealAudit(blind)).toEqual({ seals: 1, rows: 1, anchor: 'unavailable' })
    await trail.write(2)
    const mute = { ...trail.ports, auditAnchor: { read: () => trail.anchor.read(), write: down } }
    expect(await sealAudit(mute)).toEqual({ seals: 1, rows: 1, anchor: 'unavailable' })
    expect(await trail.seal()).toEqual({ seals: 0, rows: 0, anchor: 'written' })
  })
})

describe('an anchor that the database contradicts', () => {
  it('is not overwritten after a cut tail, whatever is sealed since', async () => {
    await trail.write(1)
    await trail.seal()
    await trail.write(2)
    await trail.seal()
    const kept = trail.anchor.text
    await trail.tamper(sql`with gone as (delete from audit_seals where number = 2)
      delete from audit_events where seal = 2`)
    expect(await trail.seal()).toMatchObject({ anchor: 'contradicted' })
    await trail.write(3, 4)
    expect(await trail.seal()).toEqual({ seals: 1, rows: 2, anchor: 'contradicted' })
    expect(trail.anchor.text).toBe(kept)
    expect(await trail.verify()).toMatchObject({
      ok: false,
      seal: 2,
      reason: 'anchor_contradicted',
    })
  })

  it('is not overwritten where it is forged', async () => {
    await trail.write(1)
    await trail.seal()
    const forged = (trail.anchor.text ?? '').replace(/^1\./, '2.')
    trail.anchor.text = forged
    await trail.write(2)
    expect(await trail.seal()).toMatchObject({ seals: 1, anchor: 'contradicted' })
    expect(trail.anchor.text).toBe(forged)
  })
})
