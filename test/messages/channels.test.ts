import { describe, expect, test } from 'vitest'
import { deliver } from '../../src/messages/deliver.ts'
import { draft, type OutboxRow } from '../../src/messages/outbox.ts'
import type { Delivery } from '../../src/ports.ts'
import { fakeDatabase, fakeMailer, outboxRow, testConfig } from './fakes.ts'

const config = testConfig()
const taken = (messageId: string): Delivery => ({ outcome: 'sent', messageId })
const number = '+8801712345678'

async function codeRow(overrides: Partial<OutboxRow> = {}): Promise<OutboxRow> {
  const { id, sealed } = await draft({ config }, { code: '482915' })
  const route = { channel: 'whatsapp', fallback: ['sms'] } as const
  return outboxRow({
    id,
    sealed,
    letter: 'one_time_code',
    recipient: number,
    ...route,
    fallback: ['sms'],
    ...overrides,
  })
}

async function delivered(row: OutboxRow, answers: Partial<Record<string, Delivery>>) {
  const database = fakeDatabase()
  const refused: Delivery = { outcome: 'refused', reason: 'unexpected' }
  const { mailer, texts } = fakeMailer(
    () => refused,
    (text) => answers[text.channel] ?? refused,
  )
  const verdict = await deliver({ config, database, mailer }, row, 1)
  return { verdict, texts, marks: database.statements }
}

describe('a code on its way', () => {
  test('stays on the channel that takes it, and keeps the others for later', async () => {
    const { verdict, texts } = await delivered(await codeRow(), { whatsapp: taken('meta:1') })
    expect(texts.map(({ channel }) => channel)).toEqual(['whatsapp'])
    expect(verdict).toMatchObject({
      status: 'sent',
      channel: 'whatsapp',
      fallback: ['sms'],
      messageId: 'meta:1',
    })
  })

  test.each([
    { outcome: 'refused', reason: 'meta_131026' },
    { outcome: 'retry', reason: 'meta_status_503' },
    { outcome: 'retry', reason: 'network' },
  ] as Delivery[])('goes on at once where WhatsApp says %j', async (whatsapp) => {
    const { verdict, texts } = await delivered(await codeRow(), {
      whatsapp,
      sms: taken('twilio:1'),
    })
    expect(texts.map(({ channel }) => channel)).toEqual(['whatsapp', 'sms'])
    expect(verdict).toMatchObject({
      status: 'sent',
      channel: 'sms',
      fallback: [],
      messageId: 'twilio:1',
    })
  })

  test('does not go on after a time-out: it may be on its way', async () => {
    const late: Delivery = { outcome: 'retry', reason: 'timeout' }
    const { verdict, texts } = await delivered(await codeRow(), { whatsapp: late })
    expect(texts).toHaveLength(1)
    expect(verdict).toMatchObject({ status: 'pending', channel: 'whatsapp', fallback: ['sms'] })
  })

  test('is tried again on the last channel where none takes it now', async () => {
    const down: Delivery = { outcome: 'retry', reason: 'network' }
    const { verdict } = await delivered(await codeRow(), { whatsapp: down, sms: down })
    expect(verdict).toMatchObject({
      status: 'pending',
      channel: 'sms',
      fallback: [],
      wait: expect.any(Number),
    })
  })

  test('is dead where every channel refuses it', async () => {
    const { verdict } = await delivered(await codeRow(), {})
    expect(verdict).toMatchObject({ status: 'dead', reason: 'unexpected' })
  })

  test('is not sent when its time is over', async () => {
    const { verdict, texts } = await delivered(await codeRow({ life: 0 }), {
      whatsapp: taken('meta:1'),
    })
    expect(texts).toHaveLength(0)
    expect(verdict).toMatchObject({ status: 'dead', reason: 'expired' })
  })

  test('says what it is for, fills itself in on our host alone, and tells the carrier how long it lives', async () => {
    for (const [locale, words] of [
      ['en', 'Give it to nobody'],
      ['bn', 'কাউকে দেবেন না'],
    ] as const) {
      const { texts } = await delivered(await codeRow({ locale, life: 290 }), {
        whatsapp: taken('1'),
      })
      expect(texts[0]).toMatchObject({ to: number, code: '482915', locale, life: 290 })
      expect(texts[0]?.body).toContain(words)
      expect(texts[0]?.body).toMatch(/\n\n@id\.example #482915$/)
      const isLatin = locale === 'en'
      expect(texts[0]?.body.length).toBeLessThanOrEqual(isLatin ? 160 : 70)
    }
  })
})
