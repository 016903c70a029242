import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { deliverSoon, waitAfter } from '../../src/messages/deliver.ts'
import { draft, type OutboxRow, outboxInsert } from '../../src/messages/outbox.ts'
import { sweepOutbox } from '../../src/messages/sweep.ts'
import { outbox as policy } from '../../src/policy.ts'
import type { Delivery, Row } from '../../src/ports.ts'
import { openPayload } from '../../src/tokens/sealed.ts'
import {
  fakeBackground,
  fakeDatabase,
  fakeMailer,
  outboxRow,
  type Statement,
  sent,
  testConfig,
} from './fakes.ts'

const config = testConfig()
const token = 'tok_SECRET-123'

async function pendingRow(overrides: Partial<OutboxRow> = {}): Promise<OutboxRow> {
  const { id, sealed } = await draft({ config }, { token })
  return outboxRow({ id, sealed, ...overrides })
}

/** Delivers after an answer; gives the mails and the one mark of each row. */
async function afterAnswer(rows: OutboxRow[], answer: Delivery) {
  const database = fakeDatabase()
  const { mailer, mails } = fakeMailer(() => answer)
  const { background, settled } = fakeBackground()
  deliverSoon({ config, database, mailer, background }, rows)
  await settled()
  return { mails, marks: database.statements }
}

test('a draft seals its payload for its own row, and the statement carries only the seal', async () => {
  const message = await draft({ config }, { token })
  expect(await openPayload(config.keys.outbox, message.id, message.sealed)).toEqual({ token })
  const { run, statements } = fakeDatabase()
  await run(outboxInsert(message, 3600, sql`told`))
  expect(JSON.stringify(statements)).not.toContain(token)
})

test('a row is rendered, sent and marked with the id of the provider', async () => {
  const { mails, marks } = await afterAnswer([await pendingRow()], sent)
  expect(mails).toHaveLength(1)
  expect(mails[0]?.text).toContain(`#token=${token}`)
  expect(marks).toHaveLength(1)
  expect(marks[0]?.params).toEqual(expect.arrayContaining(['sent', 'ses-1']))
})

test('a row of an unknown or suppressed address gets the same UPDATE and no mail', async () => {
  const known = await afterAnswer([await pendingRow()], sent)
  for (const status of ['none', 'suppressed'] as const) {
    const { mails, marks } = await afterAnswer([outboxRow({ status })], sent)
    expect(mails).toHaveLength(0)
    expect(marks.map(({ text }) => text)).toEqual(known.marks.map(({ text }) => text))
    expect(marks[0]?.params).toContain(status)
  }
})

test('a failed try stays pending with its reason, a refused one is dead', async () => {
  const retry = await afterAnswer([await pendingRow()], { outcome: 'retry', reason: 'timeout' })
  expect(retry.marks[0]?.params).toEqual(expect.arrayContaining(['pending', 'timeout']))
  const refused = await afterAnswer([await pendingRow()], { outcome: 'refused', reason: 'no' })
  expect(refused.marks[0]?.params).toEqual(expect.arrayContaining(['dead', 'no']))
})

test('a seal that does not open is kept for the next deployment and not sent', async () => {
  const row = await pendingRow({ sealed: 'other.AAAA.BBBB' })
  const { mails, marks } = await afterAnswer([row], sent)
  expect(mails).toHaveLength(0)
  expect(marks[0]?.params).toEqual(expect.arrayContaining(['pending', 'seal_not_opened']))
})

test('the wait doubles from the base to the longest, plus up to a fifth', () => {
  const day = 86_400
  expect([1, 2, 3, 4].map((attempt) => waitAfter(attempt, day, 0))).toEqual([30, 60, 120, 240])
  expect(waitAfter(40, day, 0)).toBe(policy.backoffLongest)
  expect(waitAfter(1, day, 1)).toBe(36)
})

test('the wait takes a fifth of what is left at most, so that a code does not sleep through its life', () => {
  expect([300, 240, 180, 60].map((life) => waitAfter(9, life, 0))).toEqual([60, 48, 36, 30])
})

interface World {
  now: number
  batches: Row[][]
  markFails: boolean
}

/** A database that hands out batches and counts marks. */
function sweepWorld(batches: Row[][], answer: () => Delivery) {
  const world: World = { now: 0, batches, markFails: false }
  const marks: Statement[] = []
  const database = fakeDatabase((statement) => {
    if (statement.text.includes('skip locked')) return world.batches.shift() ?? []
    if (statement.text.includes('removed')) return [{ expired: 2, dead: 1, removed: 3 }]
    if (world.markFails) throw new Error('down')
    marks.push(statement)
    return []
  })
  const { mailer, mails } = fakeMailer(answer)
  const ports = { clock: { now: () => world.now }, config, database, mailer }
  return { world, ports, mails, marks, database }
}

async function batchOf(size: number, attempts = 1): Promise<Row[]> {
  return Promise.all(
    Array.from({ length: size }, async () => ({ ...(await pendingRow()), attempts })),
  )
}

test('a sweep sends batch after batch until one is not full, and reports what became of all', async () => {
  const batches = [await batchOf(policy.batch), await batchOf(3)]
  const { ports, mails, marks } = sweepWorld(batches, () => sent)
  const report = await sweepOutbox(ports)
  expect(mails).toHaveLength(23)
  expect(marks).toHaveLength(23)
  expect(report).toEqual({
    claimed: 23,
    sent: 23,
    retried: 0,
    dead: 1,
    expired: 2,
    removed: 3,
    unmarked: 0,
  })
})

test('a provider that takes nothing is left alone after one batch', async () => {
  const batches = [await batchOf(policy.batch), await batchOf(policy.batch)]
  const { ports, mails } = sweepWorld(batches, () => ({ outcome: 'retry', reason: 'status_503' }))
  expect(await sweepOutbox(ports)).toMatchObject({ claimed: policy.batch, retried: policy.batch })
  expect(mails).toHaveLength(policy.batch)
})

test('the last try ends a row as dead, with its reason', async () => {
  const batches = [await batchOf(1, policy.maxAttempts)]
  const { ports, marks } = sweepWorld(batches, () => ({ outcome: 'retry', reason: 'status_503' }))
  expect(await sweepOutbox(ports)).toMatchObject({ dead: 2, retried: 0 })
  expect(marks[0]?.params).toEqual(expect.arrayContaining(['dead', 'status_503']))
})

test('a send that could not be marked in time is not begun', async () => {
  const batches = [await batchOf(policy.batch), await batchOf(policy.batch)]
  const { ports, world, mails } = sweepWorld(batches, () => {
    world.now += 1_000
    return sent
  })
  const report = await sweepOutbox(ports)
  expect(report.claimed).toBe(policy.batch)
  expect(mails.length).toBeLessThan(policy.batch)
  expect(report.sent).toBe(mails.length)
})

test('a mark that fails does not stop the others, and is reported', async () => {
  const { ports, world, mails } = sweepWorld([await batchOf(7)], () => sent)
  world.markFails = true
  expect(await sweepOutbox(ports)).toMatchObject({ sent: 0, unmarked: 7 })
  expect(mails).toHaveLength(7)
})
