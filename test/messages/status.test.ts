import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { hmac, hmacSha1, utf8 } from '../../src/tokens/encoding.ts'
import { type Answer, call, codeIn, type Message, mails, randomPhone } from '../support/client.ts'
import { row } from '../support/database.ts'
import { codeOf } from '../support/problem.ts'

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
  for (let tries = 0; tries < 100; tries += 1) {
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
    await vi.waitFor(async () => expect((await rowOf(phone)).status).toBe('dead'))
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

it('is taken from AWS only under the signature of its topic', async () => {
  const refused = await call('/api/v1/webhooks/aws-sms', {
    eventType: 'TEXT_BLOCKED',
    messageId: 'x',
  })
  expect([refused.status, codeOf(refused)]).toEqual([400, 'WEBHOOK_INVALID'])
})
