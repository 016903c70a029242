import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { app } from '../../src/app.ts'
import { livePorts } from '../../src/edge/live-ports.ts'
import worker from '../../src/index.ts'
import { settleEarly } from '../../src/messages/status/early.ts'
import type { Row } from '../../src/ports.ts'
import { hmac, hmacSha1, utf8 } from '../../src/tokens/encoding.ts'
import {
  type Answer,
  call,
  codeIn,
  type Message,
  mails,
  origin,
  patience,
  randomAddress,
  randomPhone,
} from '../support/client.ts'
import { row, rows } from '../support/database.ts'
import { codeOf } from '../support/problem.ts'
import { certificates, signer } from './sns-certificates.ts'

const twilioPath = '/api/v1/webhooks/twilio'
const metaPath = '/api/v1/webhooks/whatsapp'

interface Sent {
  id: string
  status: string
  channel: string
  provider_message_id: string
  delivered: boolean
  sealed: string | null
  last_error: string | null
}

function rowOf(phone: string): Promise<Sent> {
  return row<Sent>(
    `select id, status, channel, provider_message_id, delivered_at is not null as delivered, sealed, last_error
     from outbox where recipient = $1`,
    [phone],
  )
}

/** A text that a vendor has taken. */
async function sent(
  channel: 'sms' | 'whatsapp',
  phone = randomPhone(),
): Promise<{ phone: string; id: string }> {
  await call('/api/v1/auth/otp/send', { destination: phone, type: 'phone', channel })
  await mails(phone)
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { provider_message_id: id } = await rowOf(phone)
    if (id) return { phone, id: id.replace(/^\w+:/, '') }
    await scheduler.wait(20)
  }
  throw new Error('never marked')
}

async function twilio(fields: Record<string, string>, signature?: string): Promise<Answer> {
  const body = new URLSearchParams(fields)
  const text = Object.keys(fields)
    .sort()
    .map((name) => name + fields[name])
    .join('')
  const mac = await hmacSha1(utf8(env.TWILIO_AUTH_TOKEN), utf8(env.PUBLIC_URL + twilioPath + text))
  const signed = btoa(String.fromCharCode(...mac))
  return call(twilioPath, undefined, {
    method: 'POST',
    raw: body.toString(),
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': signature ?? signed,
    },
  })
}

async function meta(statuses: object[], signature?: string): Promise<Answer> {
  const raw = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '1',
        changes: [{ field: 'messages', value: { messaging_product: 'whatsapp', statuses } }],
      },
    ],
  })
  const mac = await hmac(utf8(env.META_APP_SECRET), utf8(raw))
  const hex = [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return call(metaPath, undefined, {
    method: 'POST',
    raw,
    headers: { 'X-Hub-Signature-256': signature ?? `sha256=${hex}` },
  })
}

describe('Twilio says', () => {
  it('delivered: the row keeps it, and no secret', async () => {
    const { phone, id } = await sent('sms')
    expect((await rowOf(phone)).sealed).not.toBeNull()
    const answer = await twilio({ MessageSid: id, MessageStatus: 'delivered', To: phone })
    expect(answer.status).toBe(204)
    expect(await rowOf(phone)).toMatchObject({ status: 'sent', delivered: true, sealed: null })
  })

  it('undelivered: the code goes on to the next channel, once', async () => {
    const { phone, id } = await sent('sms')
    const [first] = (await mails(phone)) as [Message]
    const word = { MessageSid: id, MessageStatus: 'undelivered', ErrorCode: '30003' }
    await Promise.all(Array.from({ length: 10 }, () => twilio(word)))
    const [second] = (await mails(phone, 2)) as [Message]
    expect(second.channel).toBe('whatsapp')
    expect(codeIn(second)).toBe(codeIn(first))
    await scheduler.wait(100)
    expect(await mails(phone)).toHaveLength(2)
  })

  it('undelivered, and the next channel refuses: the vendor took the first, so its place is not given back', async () => {
    // No other file sends to Estonia.
    const { phone, id } = await sent('sms', '+37251234567')
    const fault = {
      channel: 'whatsapp',
      status: 400,
      code: 131026,
      count: 1,
      match: phone.slice(1),
    }
    await fetch(`${env.SES_ENDPOINT}/api/faults`, { method: 'POST', body: JSON.stringify(fault) })
    await twilio({ MessageSid: id, MessageStatus: 'undelivered', ErrorCode: '30003' })
    await vi.waitFor(async () => expect((await rowOf(phone)).status).toBe('dead'), patience)
    const counted = await row("select sent from text_counts where prefix = '+372 EE'")
    expect(counted).toEqual({ sent: 1 })
  })

  it('nothing that counts while it is on its way', async () => {
    const { phone, id } = await sent('sms')
    expect((await twilio({ MessageSid: id, MessageStatus: 'queued' })).status).toBe(204)
    expect(await rowOf(phone)).toMatchObject({ status: 'sent', delivered: false })
  })

  it.each(['', 'AAAA', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='])(
    'nothing at all under the signature %j',
    async (signature) => {
      const { phone, id } = await sent('sms')
      const refused = await twilio({ MessageSid: id, MessageStatus: 'failed' }, signature)
      expect([refused.status, codeOf(refused)]).toEqual([400, 'WEBHOOK_INVALID'])
      expect(await rowOf(phone)).toMatchObject({ status: 'sent', channel: 'sms' })
    },
  )

  it('nothing under a signature of other fields', async () => {
    const { phone, id } = await sent('sms')
    const mac = await hmacSha1(utf8(env.TWILIO_AUTH_TOKEN), utf8(env.PUBLIC_URL + twilioPath))
    const refused = await twilio(
      { MessageSid: id, MessageStatus: 'failed' },
      btoa(String.fromCharCode(...mac)),
    )
    expect(refused.status).toBe(400)
    expect((await rowOf(phone)).status).toBe('sent')
  })
})

describe('Meta says', () => {
  it('failed: the code goes on by SMS, and a late word about WhatsApp changes nothing', async () => {
    const { phone, id } = await sent('whatsapp')
    const failed = { id, status: 'failed', errors: [{ code: 131026, title: 'Undeliverable' }] }
    expect((await meta([failed])).status).toBe(204)
    const [second] = (await mails(phone, 2)) as [Message]
    expect(second.channel).toBe('sms')
    await meta([{ id, status: 'delivered' }])
    expect(await rowOf(phone)).toMatchObject({ channel: 'sms', delivered: false })
  })

  it('failed, when the code is dead: nothing more is sent', async () => {
    const { phone, id } = await sent('whatsapp')
    await row('update outbox set expires_at = now() where recipient = $1 returning id', [phone])
    await meta([{ id, status: 'failed' }])
    await scheduler.wait(100)
    expect(await mails(phone)).toHaveLength(1)
    expect(await rowOf(phone)).toMatchObject({
      status: 'dead',
      sealed: null,
      last_error: 'meta_failed',
    })
  })

  it('delivered, of several at once', async () => {
    const both = [await sent('whatsapp'), await sent('whatsapp')]
    await meta(both.map(({ id }) => ({ id, status: 'delivered' })))
    for (const { phone } of both) expect((await rowOf(phone)).delivered).toBe(true)
  })

  it.each(['', 'sha256=00', `sha256=${'0'.repeat(64)}`, `sha1=${'0'.repeat(40)}`])(
    'nothing at all under the signature %j',
    async (signature) => {
      const { phone, id } = await sent('whatsapp')
      const refused = await meta([{ id, status: 'failed' }], signature)
      expect([refused.status, codeOf(refused)]).toEqual([400, 'WEBHOOK_INVALID'])
      expect((await rowOf(phone)).status).toBe('sent')
    },
  )

  it('hello, and gets its own number back, where it knows the word', async () => {
    const ask = (token: string, challenge = '1158201444') =>
      call<{ text: string }>(
        `${metaPath}?hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=${encodeURIComponent(challenge)}`,
      )
    const answer = await ask(env.META_VERIFY_TOKEN)
    expect([answer.status, answer.body]).toEqual([200, 1158201444])
    expect((await ask('wrong')).status).toBe(400)
    expect((await ask(env.META_VERIFY_TOKEN, '<script>')).status).toBe(400)
  })
})

it('failed, before the row says that it was sent: the next sweep hears of it', async () => {
  const { phone, id } = await sent('whatsapp')
  const unmark =
    "update outbox set status = 'pending', provider_message_id = null where recipient = $1 returning id"
  await row(unmark, [phone])
  const word = { id, status: 'failed', errors: [{ code: 131026 }] }
  expect((await meta([word])).status).toBe(204)
  expect((await meta([word])).status).toBe(204)
  const mark = `update outbox set status = 'sent', provider_message_id = $2 where recipient = $1 returning id`
  await row(mark, [phone, `meta:${id}`])
  await sweep()
  const [second] = (await mails(phone, 2)) as [Message]
  expect(second.channel).toBe('sms')
  expect(await rows('select 1 from text_reports where message_id = $1', [`meta:${id}`])).toEqual([])
  await sweep()
  expect(await mails(phone)).toHaveLength(2)
})

it('failed, and two sweeps hear of it at once: nothing stays behind', async () => {
  const { phone, id } = await sent('whatsapp')
  const keep = `insert into text_reports (message_id, delivered, reason) values ($1, false, 'meta_131026') returning message_id as id`
  await row(keep, [`meta:${id}`])
  const execution = createExecutionContext()
  const { provision } = livePorts(env as Env, execution)
  if (!provision) throw new Error('misconfigured')
  const { database, ...others } = provision.ports
  let isFirst = true
  const late: typeof database = {
    async run<T extends Row>(...asked: Parameters<typeof database.run>) {
      const found = await database.run<T>(...asked)
      if (isFirst) {
        isFirst = false
        await settleEarly(provision.ports)
      }
      return found
    },
  }
  await settleEarly({ ...others, database: late })
  provision.answered()
  await waitOnExecutionContext(execution)
  expect(await mails(phone, 2)).toHaveLength(2)
  expect(await rows('select 1 from text_reports where message_id = $1', [`meta:${id}`])).toEqual([])
})

async function sweep(): Promise<void> {
  const execution = createExecutionContext()
  worker.scheduled(createScheduledController(), env as Env, execution)
  await waitOnExecutionContext(execution)
}

describe('AWS says, by its topic,', () => {
  const topic = 'arn:aws:sns:eu-central-1:123456789012:texts'
  const variables = { SMS_VENDOR: 'aws', AWS_SMS_TOPIC_ARN: topic }
  const service = app((bindings, execution) => {
    const made = livePorts(bindings, execution)
    // Amazon's host, with the certificate of these tests.
    const fetch = async () => ({ status: 200, text: certificates.sns })
    if (made.provision) made.provision.ports.egress = { fetch }
    return made
  })

  async function post(path: string, body: object): Promise<Response> {
    const execution = createExecutionContext()
    const request = new Request(`${origin}${path}`, {
      method: 'POST',
      headers: { 'CF-Connecting-IP': randomAddress(), 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = await service.fetch(request, { ...env, ...variables } as Env, execution)
    await waitOnExecutionContext(execution)
    return answer
  }

  async function word(id: string, eventType: string, changes: Record<string, string> = {}) {
    const fields: Record<string, string> = {
      Type: 'Notification',
      MessageId: crypto.randomUUID(),
      TopicArn: topic,
      Message: JSON.stringify({ eventType, messageId: id }),
      Timestamp: new Date().toISOString(),
      SignatureVersion: '2',
      SigningCertURL: 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem',
      ...changes,
    }
    const names = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type']
    const text = names.map((name) => `${name}\n${fields[name]}\n`).join('')
    const der = Uint8Array.from(atob(signer.replace(/-----[^-]+-----|\s/g, '')), (c) =>
      c.charCodeAt(0),
    )
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
    const mac = await crypto.subtle.sign(algorithm.name, key, utf8(text))
    return { ...fields, Signature: btoa(String.fromCharCode(...new Uint8Array(mac))) }
  }

  const path = '/api/v1/webhooks/aws-sms'

  async function sentByAws(): Promise<{ phone: string; id: string }> {
    const phone = randomPhone()
    await post('/api/v1/auth/otp/send', { destination: phone, type: 'phone', channel: 'sms' })
    const { provider_message_id: id } = await rowOf(phone)
    expect(id).toMatch(/^aws:[\da-f-]{36}$/)
    return { phone, id: id.slice('aws:'.length) }
  }

  it('delivered: the row keeps it, and no secret', async () => {
    const { phone, id } = await sentByAws()
    expect((await post(path, await word(id, 'TEXT_DELIVERED'))).status).toBe(204)
    expect(await rowOf(phone)).toMatchObject({ status: 'sent', delivered: true, sealed: null })
  })

  it('blocked: the code goes on by WhatsApp, once, however often it is said', async () => {
    const { phone, id } = await sentByAws()
    const blocked = await word(id, 'TEXT_CARRIER_BLOCKED')
    for (let times = 0; times < 3; times += 1) {
      expect((await post(path, blocked)).status).toBe(204)
    }
    const found = (await mails(phone, 2)).map(({ channel }) => channel)
    expect(found).toEqual(['whatsapp', 'sms'])
  })

  it.each([
    ['another topic', { TopicArn: 'arn:aws:sns:eu-central-1:666666666666:texts' }, {}],
    ['two hours ago', { Timestamp: new Date(Date.now() - 7_200_000).toISOString() }, {}],
    ['SHA-1', { SignatureVersion: '1' }, {}],
    ['another message than was signed', {}, { Message: '{"eventType":"TEXT_SPAM"}' }],
    ['no signature', {}, { Signature: btoa('x'.repeat(256)) }],
  ])('nothing with %s', async (_name, signed, after) => {
    const { phone, id } = await sentByAws()
    const body = { ...(await word(id, 'TEXT_BLOCKED', signed as Record<string, string>)), ...after }
    const answer = await post(path, body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'WEBHOOK_INVALID' })
    expect(await rowOf(phone)).toMatchObject({ status: 'sent', channel: 'sms', delivered: false })
  })
})

it('is taken from AWS only under the signature of its topic', async () => {
  const refused = await call('/api/v1/webhooks/aws-sms', {
    eventType: 'TEXT_BLOCKED',
    messageId: 'x',
  })
  expect([refused.status, codeOf(refused)]).toEqual([400, 'WEBHOOK_INVALID'])
})
