import { Hono } from 'hono'
import { beforeAll, describe, expect, test } from 'vitest'
import { AuthError, statusOf } from '../../src/errors.ts'
import type { HttpEnv } from '../../src/http/environment.ts'
import { bounceRoutes } from '../../src/messages/bounces/routes.ts'
import type { EgressAnswer, Ports } from '../../src/ports.ts'
import { fakeDatabase, testConfig, topicArn } from './fakes.ts'
import { certificates, signer, weakSigner } from './sns-certificates.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const certificateUrl =
  'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem'
const subscribeUrl = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t'
type Fields = Record<string, string>

const bounceEvent = (overrides: object = {}) => ({
  eventType: 'Bounce',
  bounce: {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    bouncedRecipients: [{ emailAddress: 'Ada <ADA@Example.org>' }],
    ...overrides,
  },
  mail: { messageId: 'ses-1' },
})
const complaintEvent = (feedback: string | undefined) => ({
  notificationType: 'Complaint',
  complaint: {
    complaintFeedbackType: feedback,
    complainedRecipients: [{ emailAddress: 'ada@example.org' }],
  },
  mail: { messageId: 'ses-1' },
})

function notification(event: unknown, overrides: Fields = {}): Fields {
  return {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: topicArn,
    Subject: 'Amazon SES Email Event Notification',
    Message: typeof event === 'string' ? event : JSON.stringify(event),
    Timestamp: '2026-11-21T11:59:00.000Z',
    SignatureVersion: '2',
    SigningCertURL: certificateUrl,
    UnsubscribeURL: 'https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe',
    ...overrides,
  }
}

function subscription(overrides: Fields = {}): Fields {
  const { Subject, UnsubscribeURL, ...common } = notification('You have chosen to subscribe.')
  return {
    ...common,
    Type: 'SubscriptionConfirmation',
    Token: 't0ken',
    SubscribeURL: subscribeUrl,
    ...overrides,
  } as Fields
}

const keys: Record<string, CryptoKey> = {}

beforeAll(async () => {
  for (const [name, pem] of Object.entries({ signer, weakSigner })) {
    const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (c) =>
      c.charCodeAt(0),
    )
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
    keys[name] = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  }
})

/** Signs as AWS describes it, written apart from the code under test. */
async function sign(fields: Fields, key = 'signer'): Promise<Fields> {
  const names =
    fields.Type === 'Notification'
      ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
      : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type']
  const present = names.filter((name) => fields[name] !== undefined)
  const text = present.map((name) => `${name}\n${fields[name]}\n`).join('')
  const bytes = new TextEncoder().encode(text)
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', keys[key] as CryptoKey, bytes)
  return { ...fields, Signature: btoa(String.fromCharCode(...new Uint8Array(signature))) }
}

interface Scene {
  certificate?: EgressAnswer | null
  topic?: string | null
  clock?: number
  subscribe?: EgressAnswer | null
}

/** A service that has just the webhook; tells what it asked and wrote. */
function newService(scene: Scene = {}) {
  const database = fakeDatabase()
  const asked: string[] = []
  const config = testConfig()
  config.mail.snsTopicArn = scene.topic === undefined ? topicArn : scene.topic
  const certificate = scene.certificate ?? { status: 200, text: certificates.sns }
  const ports = {
    clock: { now: () => scene.clock ?? now },
    config,
    database,
    egress: {
      async fetch(url: string) {
        asked.push(url)
        if (url !== certificateUrl) return scene.subscribe ?? { status: 200, text: '<ok/>' }
        return scene.certificate === null ? null : certificate
      },
    },
  } as unknown as Ports
  const app = new Hono<HttpEnv>()
    .use(async (c, next) => {
      c.set('ports', ports)
      await next()
    })
    .route('/api/v1/webhooks', bounceRoutes)
    .onError((error, c) =>
      error instanceof AuthError
        ? c.text(error.code, statusOf(error.code) as 400)
        : c.text(String(error), 500),
    )
  async function post(body: Fields | string) {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const headers = { 'content-type': 'text/plain; charset=UTF-8' }
    const init = { method: 'POST', body: text, headers }
    const response = await app.request('/api/v1/webhooks/ses', init)
    return { status: response.status, text: await response.text() }
  }
  return { post, asked, statements: database.statements }
}

const invalid = { status: 400, text: 'WEBHOOK_INVALID' }

describe('feedback', () => {
  test('a permanent bounce suppresses the address in lower case and marks the mail', async () => {
    const { post, statements } = newService()
    expect((await post(await sign(notification(bounceEvent())))).status).toBe(204)
    expect(statements).toHaveLength(1)
    expect(statements[0]?.params).toEqual(
      expect.arrayContaining(['["ada@example.org"]', 'bounce: General', 'ses-1']),
    )
  })

  test('a complaint suppresses, one that was taken back does not', async () => {
    const { post, statements } = newService()
    await post(await sign(notification(complaintEvent('not-spam'))))
    expect(statements).toHaveLength(0)
    await post(await sign(notification(complaintEvent('abuse'))))
    await post(await sign(notification(complaintEvent(undefined))))
    expect(statements).toHaveLength(2)
  })

  test.each([
    ['a transient bounce', bounceEvent({ bounceType: 'Transient' })],
    ['a delivery', { eventType: 'Delivery', mail: { messageId: 'x' } }],
    ['a sentence', 'Successfully validated SNS topic for Amazon SES event publishing.'],
    ['an event of another shape', { eventType: 'Bounce', bounce: [] }],
    ['no object', 'null'],
  ])('%s is taken and changes nothing', async (_, event) => {
    const { post, statements } = newService()
    expect((await post(await sign(notification(event)))).status).toBe(204)
    expect(statements).toHaveLength(0)
  })

  test('a message without a subject is signed without it', async () => {
    const { Subject, ...fields } = notification(bounceEvent())
    expect((await newService().post(await sign(fields as Fields))).status).toBe(204)
  })

  test('a repeated delivery runs the same idempotent statement', async () => {
    const { post, statements } = newService()
    const message = await sign(notification(bounceEvent()))
    expect((await post(message)).status).toBe(204)
    expect((await post(message)).status).toBe(204)
    expect(statements[0]).toEqual(statements[1])
    expect(statements[0]?.text).toContain('on conflict (channel, address) do nothing')
  })
})

describe('subscription', () => {
  test('a confirmation asks the SubscribeURL once', async () => {
    const { post, asked } = newService()
    expect((await post(await sign(subscription()))).status).toBe(204)
    expect(asked).toEqual([certificateUrl, subscribeUrl])
  })

  test.each([
    'https://evil.example/?Action=ConfirmSubscription',
    'https://sns.eu-central-1.amazonaws.com.evil.example/',
    'https://sns.eu-central-1.amazonaws.com@evil.example/',
    'https://sns.eu-central-1.amazonaws.com:444/',
    'http://sns.eu-central-1.amazonaws.com/',
  ])('a SubscribeURL at %s is never asked', async (SubscribeURL) => {
    const { post, asked } = newService()
    expect(await post(await sign(subscription({ SubscribeURL })))).toEqual(invalid)
    expect(asked).toEqual([certificateUrl])
  })

  test('a confirmation that SNS does not take is repeated later', async () => {
    const { post } = newService({ subscribe: { status: 500, text: '' } })
    expect((await post(await sign(subscription()))).status).toBe(503)
  })

  test('the end of a subscription is taken and asks nothing', async () => {
    const { post, asked } = newService()
    const message = await sign(subscription({ Type: 'UnsubscribeConfirmation' }))
    expect((await post(message)).status).toBe(204)
    expect(asked).toEqual([certificateUrl])
  })
})

describe('trust', () => {
  test.each(['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type', 'Signature'])(
    'a changed %s is refused',
    async (name) => {
      const { post, statements } = newService()
      const message = await sign(notification(bounceEvent()))
      const changes: Fields = {
        MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf325',
        Timestamp: '2026-11-21T11:59:00.001Z',
        Type: 'SubscriptionConfirmation',
        Signature: btoa('x'.repeat(256)),
      }
      const changed = { ...message, [name]: changes[name] ?? `${message[name]} ` }
      expect(await post(changed)).toEqual(invalid)
      expect(statements).toHaveLength(0)
    },
  )

  test('an added subject is refused', async () => {
    const { Subject, ...fields } = notification(bounceEvent())
    const message = await sign(fields as Fields)
    expect(await newService().post({ ...message, Subject: 'x' })).toEqual(invalid)
  })

  test('another topic is refused, rightly signed as it is, before anything is asked', async () => {
    const { post, asked } = newService()
    const TopicArn = 'arn:aws:sns:eu-central-1:666666666666:ses-feedback'
    expect(await post(await sign(notification(bounceEvent(), { TopicArn })))).toEqual(invalid)
    expect(asked).toEqual([])
  })

  test('without a configured topic nothing is taken', async () => {
    const { post } = newService({ topic: null })
    expect(await post(await sign(notification(bounceEvent())))).toEqual(invalid)
  })

  test('signature version 1 (SHA-1) is refused', async () => {
    const message = await sign(notification(bounceEvent(), { SignatureVersion: '1' }))
    expect(await newService().post(message)).toEqual(invalid)
  })

  test.each([
    ['2026-11-21T10:59:59.000Z', 400],
    ['2026-11-21T11:00:00.000Z', 204],
    ['2026-11-21T12:05:00.000Z', 204],
    ['2026-11-21T12:05:01.000Z', 400],
  ])('a delivery of %s at noon is answered %i', async (Timestamp, status) => {
    const message = await sign(notification(bounceEvent(), { Timestamp }))
    expect((await newService().post(message)).status).toBe(status)
  })

  test('an old delivery that is played again is refused', async () => {
    const message = await sign(notification(bounceEvent()))
    expect((await newService().post(message)).status).toBe(204)
    expect(await newService({ clock: now + 3_600_000 }).post(message)).toEqual(invalid)
  })

  test.each([
    'http://sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem',
    'https://evil.example/a.pem',
    'https://sns.eu-central-1.amazonaws.com.evil.example/a.pem',
    'https://evil.example/sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com@evil.example/a.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.txt',
    'https://sns.eu-central-1.amazonaws.com/?x=a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.pem?x',
    'https://sns.eu-central-1.amazonaws.com/b/../?Action=x#a.pem',
    'a.pem',
  ])('a certificate at %s is never asked for', async (SigningCertURL) => {
    const { post, asked } = newService()
    expect(await post(await sign(notification(bounceEvent(), { SigningCertURL })))).toEqual(invalid)
    expect(asked).toEqual([])
  })

  test.each([
    ['otherName', 'signer'],
    ['foreignIssuer', 'signer'],
    ['authority', 'signer'],
    ['weak', 'weakSigner'],
    ['sns', 'weakSigner'],
  ] as const)('the certificate %s with the key %s is refused', async (name, key) => {
    const { post } = newService({ certificate: { status: 200, text: certificates[name] } })
    expect(await post(await sign(notification(bounceEvent()), key))).toEqual(invalid)
  })

  test('a certificate outside its dates is refused', async () => {
    for (const Timestamp of ['2020-01-01T00:00:00Z', '2200-01-01T00:00:00Z']) {
      const { post } = newService({ clock: Date.parse(Timestamp) })
      expect(await post(await sign(notification(bounceEvent(), { Timestamp })))).toEqual(invalid)
    }
  })

  test('a file that is no certificate, or does not exist, is refused', async () => {
    const message = await sign(notification(bounceEvent()))
    for (const certificate of [
      { status: 200, text: 'not a certificate' },
      { status: 404, text: certificates.sns },
      { status: 302, text: certificates.sns },
    ]) {
      expect(await newService({ certificate }).post(message)).toEqual(invalid)
    }
  })

  test('a certificate host that does not answer is no refusal: SNS shall try again', async () => {
    const message = await sign(notification(bounceEvent()))
    expect((await newService({ certificate: null }).post(message)).status).toBe(503)
    const certificate = { status: 500, text: '' }
    expect((await newService({ certificate }).post(message)).status).toBe(503)
  })
})

test.each(['', 'x', 'null', '[]', '{}', '{"Type":"Notification"}', '{"__proto__":{}}'])(
  'the body %j is refused',
  async (body) => {
    expect(await newService().post(body)).toEqual(invalid)
  },
)

test('a body above 256 KiB is refused unread', async () => {
  const { status, text } = await newService().post('x'.repeat(256 * 1_024 + 1))
  expect({ status, text }).toEqual({ status: 413, text: 'BODY_TOO_LARGE' })
})
