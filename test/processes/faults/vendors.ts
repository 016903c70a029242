import { randomInt } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Answer, call, randomEmail, unlessBusy } from '../support/client.ts'
import { awaitMails, breakNeighbour, faultsLeft, mailsTo, until } from '../support/outside.ts'
import { registration } from '../support/people.ts'
import { ownSite, site } from '../support/site.ts'
import type { TestWorker, WorkerProcess } from '../support/worker.ts'

type Channel = 'email' | 'sms' | 'whatsapp'

interface Vendor {
  channel: Channel
  variables: Record<string, string>
  address(): string
  /** Asks for a message to an address. */
  ask(worker: TestWorker, to: string): Promise<Answer>
  /** Minutes until the message is worthless. */
  life: number
}

const code = (worker: TestWorker, destination: string) =>
  call(worker, '/api/v1/auth/otp/send', { destination, type: 'phone' })

const byText = { address: randomPhone, ask: code, life: 5 } as const

const vendors: Record<string, Vendor> = {
  'SES (links)': {
    channel: 'email',
    variables: {},
    address: randomEmail,
    ask: (worker, email) =>
      unlessBusy(() => call(worker, '/api/v1/auth/register', registration(email))),
    life: 24 * 60,
  },
  'SES (codes)': {
    channel: 'email',
    variables: {},
    address: randomEmail,
    ask: (worker, destination) =>
      call(worker, '/api/v1/auth/otp/send', { destination, type: 'email' }),
    life: 5,
  },
  Twilio: {
    channel: 'sms',
    variables: { TEXT_CHANNELS: 'sms', SMS_VENDOR: 'twilio' },
    ...byText,
  },
  AWS: { channel: 'sms', variables: { TEXT_CHANNELS: 'sms', SMS_VENDOR: 'aws' }, ...byText },
  Meta: {
    channel: 'whatsapp',
    variables: { TEXT_CHANNELS: 'whatsapp', WHATSAPP_VENDOR: 'meta' },
    ...byText,
  },
}

const workers = new Map<Vendor, Promise<WorkerProcess>>()

/** The Worker that sends by a vendor: one for both of its tests, the last of which kills it. */
function workerOf(vendor: Vendor): Promise<WorkerProcess> {
  const worker = workers.get(vendor) ?? ownSite().addWorker(vendor.variables)
  workers.set(vendor, worker)
  return worker
}

const outage = 30
/** Minutes after the outage in which whatever still waits has its turn. */
const aftermath = 20
const troubles = [{ status: 429 }, { status: 500 }, { status: 0 }]

describe.each(Object.entries(vendors))('while %s is down for half an hour', (_name, vendor) => {
  let worker: TestWorker

  beforeAll(async () => {
    worker = vendor.channel === 'email' ? site().workers[0] : await workerOf(vendor)
    // The first request that an isolate sees of a tenant reads it: one trip more than all that follow.
    expect((await vendor.ask(worker, vendor.address())).status).toBe(202)
  })

  it('nothing is lost, doubled or sent too late, and who asks notices nothing', async () => {
    const { channel, life } = vendor
    const healthy = await vendor.ask(worker, vendor.address())
    const asked: { to: string; minute: number }[] = []
    for (let minute = 0; minute < outage + aftermath; minute += 1) {
      await ownSite().heal()
      const trouble = troubles[minute % troubles.length] ?? {}
      const isDown = minute < outage
      if (isDown) await breakNeighbour({ channel, ...trouble })
      // The last minutes closely: of the codes, those are still good when the vendor is back.
      if (isDown && (minute % 5 === 0 || minute >= outage - 5)) {
        const to = vendor.address()
        const answer = await vendor.ask(worker, to)
        expect(answer.status).toBe(202)
        expect(trips(answer)).toBe(trips(healthy))
        asked.push({ to, minute })
        await until('its first try', async () => (await untried(to)) === 0 || undefined)
      }
      await aMinuteLater(worker, asked)
    }

    expect(asked.length).toBeGreaterThanOrEqual(10)
    for (const { to, minute } of asked) {
      // The first sweep that finds the vendor back comes a minute after the last that does not.
      const isStillGood = minute + life > outage + 1
      expect(await stateOf(to), `asked at minute ${minute}`).toEqual({
        status: isStillGood ? 'sent' : 'expired',
        sealed: null,
        has_reason: !isStillGood,
      })
      expect(await mailsTo(to), `asked at minute ${minute}`).toHaveLength(isStillGood ? 1 : 0)
    }
  })
})

const ofTexts = Object.entries(vendors).filter(([, { channel }]) => channel !== 'email')

// With SES: mail.ts.
describe.each(ofTexts)('a Worker that is killed after its answer, with %s', (_name, vendor) => {
  it('leaves its messages to another: nothing is lost, and doubled once at most', async () => {
    const worker = await workerOf(vendor)
    const { channel } = vendor
    const [untaken, taken] = [vendor.address(), vendor.address()]
    const slow = { channel, delayMs: 2_000, count: 1 }
    await breakNeighbour({ ...slow, match: digits(untaken), status: 500 })
    await breakNeighbour({ ...slow, match: digits(taken) })
    const answers = [await vendor.ask(worker, untaken), await vendor.ask(worker, taken)]
    await until('both at the vendor', async () => (await faultsLeft()) === 0 || undefined)
    await worker.kill()
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    expect(await mailsTo(untaken)).toEqual([])
    await awaitMails(taken)
    await ownSite().heal()

    const [other] = site().workers
    const both = [{ to: untaken }, { to: taken }]
    for (let minute = 0; minute < 3; minute += 1) await aMinuteLater(other, both)
    expect(await mailsTo(untaken)).toHaveLength(1)
    expect(await mailsTo(taken)).toHaveLength(2)
    for (const { to } of both) expect(await stateOf(to)).toMatchObject({ status: 'sent' })
  })
})

function randomPhone(): string {
  return `+88017${String(randomInt(100_000_000)).padStart(8, '0')}`
}

function digits(address: string): string {
  return address.replace('+', '')
}

/** Counts of what an answer cost; how long it took is no matter here. */
function trips({ headers }: Answer): string {
  return (headers.get('server-timing') ?? '').replace(/;dur=[\d.]+/g, '')
}

/**
 * Moves the messages back by a minute and has the sweep run. It answers before its work is done, so each message that is
 * due is marked, and it is waited for until every mark is gone: a try overwrites the reason of the one before.
 */
async function aMinuteLater(worker: TestWorker, asked: readonly { to: string }[]): Promise<void> {
  const addresses = asked.map(({ to }) => to)
  await site().database.query(
    `update outbox set created_at = created_at - interval '1 minute',
        expires_at = expires_at - interval '1 minute',
        next_attempt_at = next_attempt_at - interval '1 minute',
        last_error = case when next_attempt_at <= now() + interval '1 minute'
          then coalesce(last_error, '') || ' due' else last_error end
      where recipient = any($1) and status = 'pending'`,
    [addresses],
  )
  await worker.sweep()
  await until('the sweep', async () => (await marked(addresses)) === 0 || undefined)
}

/** While the request that wrote a message is still trying to send it. */
function untried(address: string): Promise<number> {
  return countOf([address], 'attempts = 0')
}

function marked(addresses: string[]): Promise<number> {
  return countOf(addresses, `last_error like '% due'`)
}

async function countOf(addresses: string[], condition: string): Promise<number> {
  const { rowCount } = await site().database.query(
    `select from outbox where recipient = any($1) and status = 'pending' and ${condition}`,
    [addresses],
  )
  return rowCount ?? 0
}

async function stateOf(address: string) {
  const { rows } = await site().database.query(
    `select status, sealed, coalesce(last_error, '') <> '' as has_reason
      from outbox where recipient = $1`,
    [address],
  )
  expect(rows).toHaveLength(1)
  return rows[0]
}
