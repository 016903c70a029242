import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { json, type Send, serviceWith, withoutDatabase } from '../../http/service.ts'
import {
  call,
  codeIn,
  type Message,
  mails,
  randomEmail,
  randomPhone,
} from '../../support/client.ts'
import { row, rows, userOf } from '../../support/database.ts'
import { behind } from '../../support/lock.ts'
import { preparedUser } from '../../support/prepared.ts'
import { codeOf } from '../../support/problem.ts'
import { send, sentCode, verify, wrong } from './codes.ts'

const sendPath = '/api/v1/auth/otp/send'
const verifyPath = '/api/v1/auth/otp/verify'

/** A vendor misbehaves, once and for this address alone: other files send at the same time, and have faults of their own. */
async function breakVendor(address: string, fault: object): Promise<void> {
  const body = JSON.stringify({ ...fault, match: address.replace('+', ''), count: 1 })
  await fetch(`${env.SES_ENDPOINT}/api/faults`, { method: 'POST', body })
}

interface OutboxState {
  status: string
  channel: string
  last_error: string | null
}

/** What became of the message to an address, once it was tried. */
async function tried(address: string): Promise<OutboxState> {
  for (let times = 0; times < 100; times += 1) {
    const [state] = await rows<OutboxState & { attempts: number }>(
      'select status, channel, last_error, attempts from outbox where recipient = $1',
      [address],
    )
    if (state && state.attempts > 0) return state
    await scheduler.wait(20)
  }
  throw new Error('never tried')
}

const withKv = (kv: object): Send => serviceWith({ KV: { ...kv, put: kvPut } })
const kvPut = async () => undefined

describe('KV', () => {
  it.each([
    ['shows nothing yet', async () => null],
    ['shows the code of another time', async () => 'AAAA'],
    [
      'is away',
      async () => {
        throw new Error('KV 503')
      },
    ],
  ])('%s: the code is right or wrong all the same', async (_title, get) => {
    const through = withKv({ get })
    const { challenge, code } = await sentCode(randomEmail())
    const body = { challenge_id: challenge, code }
    const refused = await through(verifyPath, json({ ...body, code: wrong(code) }))
    expect([refused.status, codeOf(refused)]).toEqual([400, 'CODE_INVALID'])
    expect((await through(verifyPath, json(body))).status).toBe(200)
    expect((await through(verifyPath, json(body))).status).toBe(400)
  })

  it('still shows a code that is spent or burnt: it stays so', async () => {
    const spent = await sentCode(randomEmail())
    const copies = new Map<string, string>()
    const through = withKv({
      get: async (key: string) => copies.get(key) ?? (await env.KV.get(key)),
    })
    const body = { challenge_id: spent.challenge, code: spent.code }
    expect((await through(verifyPath, json(body))).status).toBe(200)
    expect((await through(verifyPath, json(body))).status).toBe(400)
    const burnt = await sentCode(randomEmail())
    for (let tries = 0; tries < 3; tries += 1) await verify(burnt.challenge, wrong(burnt.code))
    expect((await verify(burnt.challenge, burnt.code)).status).toBe(400)
  })

  it('that takes no copy changes nothing', async () => {
    const through = serviceWith({
      KV: {
        get: async () => null,
        put: async () => {
          throw new Error('KV 503')
        },
      },
    })
    const email = randomEmail()
    const sent = await through(sendPath, json({ destination: email, type: 'email' }))
    expect(sent.status).toBe(202)
    const [mail] = (await mails(email)) as [Message]
    const body = { challenge_id: sent.body.challenge_id, code: codeIn(mail) }
    expect((await through(verifyPath, json(body))).status).toBe(200)
  })

  it('holds a keyed hash under a random name, and neither code nor address', async () => {
    const email = randomEmail()
    const { code } = await sentCode(email)
    const { keys } = await env.KV.list({ prefix: 'code:' })
    expect(keys.length).toBeGreaterThan(0)
    for (const { name, expiration } of keys) {
      expect(name).toMatch(/^code:[\da-f-]{36}$/)
      expect(expiration).toBeDefined()
      const value = (await env.KV.get(name)) ?? ''
      expect(value).toMatch(/^[\w-]{43}$/)
      expect(value).not.toContain(code)
    }
  })
})

describe('without the object', () => {
  const broken = {
    getByName: () => ({
      issue: async () => Promise.reject(new Error('object down')),
      redeem: async () => Promise.reject(new Error('object down')),
    }),
  }

  it('nothing is sent, and no code is taken', async () => {
    const through = serviceWith({ CODES: broken })
    const email = randomEmail()
    const refused = await through(sendPath, json({ destination: email, type: 'email' }))
    expect([refused.status, codeOf(refused)]).toEqual([503, 'UNAVAILABLE'])
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(await rows('select 1 from outbox where recipient = $1', [email])).toEqual([])

    const { challenge, code } = await sentCode(randomEmail())
    const body = { challenge_id: challenge, code }
    expect((await through(verifyPath, json(body))).status).toBe(503)
    expect((await verify(challenge, code)).status).toBe(200)
  })
})

describe('without the database', () => {
  const down = serviceWith(withoutDatabase)

  it('sending answers 503 and takes nothing from the address', async () => {
    for (const [destination, type] of [
      [randomEmail(), 'email'],
      [randomPhone(), 'phone'],
    ]) {
      const refused = await down(sendPath, json({ destination, type }))
      expect([refused.status, codeOf(refused)]).toEqual([503, 'UNAVAILABLE'])
      expect((await send(String(destination))).status).toBe(202)
    }
  })

  it('a right code is not lost', async () => {
    const { challenge, code } = await sentCode(randomEmail())
    const refused = await down(verifyPath, json({ challenge_id: challenge, code }))
    expect([refused.status, codeOf(refused)]).toEqual([503, 'UNAVAILABLE'])
    expect((await verify(challenge, code)).status).toBe(200)
    expect((await verify(challenge, code)).status).toBe(400)
  })

  it('a wrong one counts', async () => {
    const { challenge, code } = await sentCode(randomEmail())
    for (let tries = 0; tries < 3; tries += 1) {
      await down(verifyPath, json({ challenge_id: challenge, code: wrong(code) }))
    }
    expect((await verify(challenge, code)).status).toBe(400)
  })

  it('asking for a link answers 503, and the next asker gets one', async () => {
    const email = randomEmail()
    const refused = await down('/api/v1/auth/magic-link', json({ email }))
    expect(refused.status).toBe(503)
    expect((await call('/api/v1/auth/magic-link', { email })).status).toBe(202)
  })
})

describe('a vendor that', () => {
  it.each([
    ['answers 500', { channel: 'sms', status: 500 }],
    ['answers 429', { channel: 'sms', status: 429 }],
    ['cuts the connection', { channel: 'sms', status: 0 }],
    ['refuses the number', { channel: 'sms', status: 400, code: 21614 }],
  ])('%s: the code goes by the other channel, at once', async (_title, fault) => {
    const phone = randomPhone()
    await breakVendor(phone, fault)
    const { challenge, code, message } = await sentCode(phone)
    expect(message.channel).toBe('whatsapp')
    expect((await verify(challenge, code)).status).toBe(200)
  })

  it('is down with all others: the answer is the same, the code waits', async () => {
    const phone = randomPhone()
    await breakVendor(phone, { channel: 'sms', status: 503 })
    await breakVendor(phone, { channel: 'whatsapp', status: 503 })
    expect((await send(phone)).status).toBe(202)
    expect(await tried(phone)).toMatchObject({ status: 'pending', last_error: 'meta_131000' })
  })

  it('refuses everywhere: the message is dead, and its place in the budget is free again', async () => {
    // No other file sends to Iceland.
    const phone = '+3546111234'
    await breakVendor(phone, { channel: 'sms', status: 400, code: 21614 })
    await breakVendor(phone, { channel: 'whatsapp', status: 400, code: 131026 })
    expect((await send(phone)).status).toBe(202)
    expect(await tried(phone)).toMatchObject({ status: 'dead', last_error: 'meta_131026' })
    expect(await sentToday('+354 IS')).toBe(0)
  })
})

async function sentToday(prefix: string): Promise<number | undefined> {
  const [found] = await rows<{ sent: number }>(
    `select sent from text_counts where prefix = $1
       and tenant_id = (select id from tenants where slug = 'default')`,
    [prefix],
  )
  return found?.sent
}

it('sends no code that is late', async () => {
  const email = randomEmail()
  await breakVendor(email, { channel: 'email', status: 503 })
  await send(email)
  expect(await tried(email)).toMatchObject({ status: 'pending' })
  await row(
    "update outbox set expires_at = now() - interval '1 second', next_attempt_at = now() - interval '1 second' where recipient = $1 returning id",
    [email],
  )
  const { default: worker } = await import('../../../src/index.ts')
  const { createExecutionContext, createScheduledController, waitOnExecutionContext } =
    await import('cloudflare:test')
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
  const inbox = await fetch(`${env.SES_ENDPOINT}/api/messages?to=${encodeURIComponent(email)}`)
  expect(await inbox.json()).toEqual([])
  expect((await tried(email)).status).toBe('expired')
})

it('tells known and unknown apart neither by words nor by work', async () => {
  const [known, unknown] = [await send(await preparedUser()), await send(randomEmail())]
  expect(Object.keys(known.body)).toEqual(Object.keys(unknown.body))
  expect(known.body.challenge_id).toHaveLength(unknown.body.challenge_id.length)
  expect(known.headers.get('Server-Timing')?.replace(/dur=\d+/g, '')).toBe(
    unknown.headers.get('Server-Timing')?.replace(/dur=\d+/g, ''),
  )
})

it('a sign-in whose number another account proves at that moment is a sign-in to that account', async () => {
  const phone = randomPhone()
  const { id: owner } = await userOf(await preparedUser())
  await rows(
    `insert into users (id, tenant_id, status, phone_e164)
     select gen_random_uuid(), tenant_id, 'pending', $2 from users where id = $1`,
    [owner, phone],
  )
  const { challenge, code } = await sentCode(phone)
  const proving = `update users set phone_e164 = '${phone}', phone_verified_at = now() where id = $1 returning id`
  const [answer] = await behind(proving, owner, [() => verify(challenge, code)])
  expect([answer?.status, answer?.body.user.id]).toEqual([200, owner])
})
