import type { SQL } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Config, Keyring } from '../../src/config.ts'
import type { OutboxRow } from '../../src/messages/outbox.ts'
import type { Delivery, Mail, Mailer, Ports, Row, Text } from '../../src/ports.ts'

export const topicArn = 'arn:aws:sns:eu-central-1:123456789012:ses-feedback'

export function keyring(...ids: string[]): Keyring {
  const all = ids.map((id) => ({ id, bytes: crypto.getRandomValues(new Uint8Array(32)) }))
  const [current] = all
  if (!current) throw new Error('a ring holds a key')
  return { current, all }
}

/** The parts of a configuration that messages read. */
export function testConfig(overrides: Partial<Config> = {}): Config {
  return {
    development: false,
    publicUrl: 'https://id.example',
    keys: { outbox: keyring('o1') },
    mail: {
      from: 'Gatehouse <no-reply@id.example>',
      region: 'eu-central-1',
      endpoint: 'https://email.eu-central-1.amazonaws.com',
      accessKeyId: 'AKID',
      secretAccessKey: 'secret',
      configurationSet: 'auth',
      snsTopicArn: topicArn,
    },
    texts: {
      channels: ['whatsapp', 'sms'],
      regions: ['BD'],
      vendors: { sms: 'twilio', whatsapp: 'meta' },
      twilio: {
        accountSid: 'AC1',
        authToken: 'twilio-token',
        from: '+15005550006',
        whatsappFrom: '+15005550007',
        templates: { en: 'HXen', bn: 'HXbn' },
        endpoint: 'https://api.twilio.com',
      },
      aws: {
        region: 'eu-central-1',
        accessKeyId: 'AKID',
        secretAccessKey: 'secret',
        origination: 'Gatehouse',
        configurationSet: 'texts',
        snsTopicArn: null,
        endpoint: 'https://sms-voice.eu-central-1.amazonaws.com',
      },
      meta: {
        phoneNumberId: '100',
        accessToken: 'meta-token',
        appSecret: 'meta-secret',
        verifyToken: 'meta-verify',
        template: 'one_time_code',
        endpoint: 'https://graph.facebook.com/v25.0',
      },
    },
    checks: {
      domain: true,
      domainEndpoint: 'https://dns.example/dns-query',
      disposable: true,
      breach: true,
      breachEndpoint: 'https://breach.example/range',
    },
    social: {
      endpoint: null,
      google: { ids: ['client'], secret: 'secret' },
      facebook: null,
      apple: null,
      github: null,
      microsoft: null,
    },
    ...overrides,
  } as Config
}

export interface Statement {
  text: string
  params: unknown[]
}

const dialect = new PgDialect()

/** Answers each statement by `answer` and keeps it as text. */
export function fakeDatabase(answer: (statement: Statement) => Row[] = () => []) {
  const statements: Statement[] = []
  async function run<T extends Row>(statement: SQL): Promise<T[]> {
    const { sql: text, params } = dialect.sqlToQuery(statement)
    statements.push({ text, params })
    return answer({ text, params }) as T[]
  }
  return { run, statements }
}

export function fakeMailer(answer: (mail: Mail) => Delivery, answerText = answerOfNobody) {
  const mails: Mail[] = []
  const texts: Text[] = []
  const mailer: Mailer = {
    async send(mail) {
      mails.push(mail)
      return answer(mail)
    },
    async text(text) {
      texts.push(text)
      return answerText(text)
    },
  }
  return { mailer, mails, texts }
}

function answerOfNobody(_text: Text): Delivery {
  return { outcome: 'refused', reason: 'no_vendor' }
}

export const sent: Delivery = { outcome: 'sent', messageId: 'ses-1' }

/** Keeps what a request leaves behind, for a test to wait for. */
export function fakeBackground() {
  const work: Promise<unknown>[] = []
  const background: Ports['background'] = { run: (_, start) => void work.push(start()) }
  return { background, settled: () => Promise.allSettled(work) }
}

export function outboxRow(overrides: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id: '01930000-0000-7000-8000-000000000001',
    letter: 'reset_password',
    recipient: 'ada@example.org',
    locale: 'en',
    status: 'pending',
    sealed: null,
    channel: 'email',
    fallback: [],
    life: 300,
    tenant: { slug: 'default', name: null, sender: null, reply_to: null },
    ...overrides,
  }
}
