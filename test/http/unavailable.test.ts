import { afterEach, describe, expect, it, vi } from 'vitest'
import { call, codeIn, type Message, mails, randomEmail, tokenIn } from '../support/client.ts'
import { preparedSignIn } from '../support/prepared.ts'
import { filled, operations } from './operations.ts'
import { expectProblem, problemOf } from './problem-document.ts'
import { sampleBody } from './sample-bodies.ts'
import { json, serviceWith, withoutDatabase } from './service.ts'

const auth = '/api/v1/auth'
const { access_token: token } = await preparedSignIn()
const routes = await operations()

/** What answers without the database: documents that are computed, and tokens that were never issued. */
const independent = [
  'GET /api/v1/auth/forms',
  'POST /api/v1/auth/password-strength',
  'POST /api/v1/auth/refresh',
  'POST /api/v1/auth/reset-password',
  'POST /api/v1/auth/recover/verify',
  'POST /api/v1/auth/recover/complete',
  'POST /api/v1/auth/recover/cancel',
  'POST /api/v1/auth/recover/not-me',
  'POST /api/v1/auth/me/email/verify',
  'POST /api/v1/auth/me/email/undo',
  'POST /api/v1/auth/magic-link/verify',
  // Its challenge is read before any table is.
  'POST /api/v1/auth/otp/verify',
  'POST /api/v1/auth/me/phone/verify',
  // They come to the database by what a provider or this service gave out (methods/social/refusals.test.ts).
  'GET /api/v1/auth/oauth/{provider}',
  'GET /api/v1/auth/oauth/{provider}/callback',
  'POST /api/v1/auth/oauth/{provider}/callback',
  'POST /api/v1/auth/oauth/exchange',
  'POST /api/v1/auth/social/{provider}',
  'POST /api/v1/auth/identities/{id}',
]
const dependent = routes.filter(
  ({ name }) =>
    /\/auth\/|\/tenants\b|\/admin\/|\/t\/|revocations|readyz/.test(name) &&
    !independent.includes(name),
)

afterEach(() => vi.restoreAllMocks())

describe('while the database is away', () => {
  const service = serviceWith(withoutDatabase)
  const ask = ({ method, path, body }: (typeof routes)[number]) =>
    service(filled(path.replace('/t/{slug}', '/t/not-remembered')), {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(sampleBody(body)) }),
    })

  it.each(dependent)('$name is unavailable, and says when to come back', async (route) => {
    const answer = await ask(route)
    expectProblem(answer, 503, 'UNAVAILABLE')
    expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it.each(routes.filter((route) => !dependent.includes(route)))('$name is not', async (route) => {
    expect((await ask(route)).status).toBeLessThan(500)
  })

  it('what these come to the database by is no worse for it', async () => {
    const [mailedTo, linkedTo] = [randomEmail(), randomEmail()]
    const sent = await call<{ challenge_id: string }>(`${auth}/otp/send`, {
      destination: mailedTo,
      type: 'email',
    })
    await call(`${auth}/magic-link`, { email: linkedTo })
    const [[mail], [letter]] = (await Promise.all([mails(mailedTo), mails(linkedTo)])) as [
      [Message],
      [Message],
    ]
    const shown: [path: string, body: object][] = [
      [`${auth}/otp/verify`, { challenge_id: sent.body.challenge_id, code: codeIn(mail) }],
      [`${auth}/magic-link/verify`, { token: tokenIn(letter) }],
    ]
    for (const [path, body] of shown) {
      const answer = await service(path, json(body))
      expectProblem(answer, 503, 'UNAVAILABLE')
      expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
      expect((await call(path, body)).status).toBe(200)
    }
  })

  it('a token that is not ours is still told from one that is', async () => {
    const answer = await service('/api/v1/auth/me', { headers: { Authorization: 'Bearer a.b.c' } })
    expectProblem(answer, 401, 'TOKEN_INVALID')
  })

  it('nothing of the fault is told', async () => {
    const { body } = await service('/readyz')
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|postgres|sql|fetch|network|ECONN/i)
  })
})

it('a delivery of Amazon that cannot be judged now may come again', async () => {
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('no network'))
  const topic = 'arn:aws:sns:eu-central-1:123456789012:feedback'
  const delivery = {
    Type: 'Notification',
    MessageId: crypto.randomUUID(),
    TopicArn: topic,
    Timestamp: new Date().toISOString(),
    SignatureVersion: '2',
    Signature: 'AAAA',
    SigningCertURL: 'https://sns.eu-central-1.amazonaws.com/certificate.pem',
    Message: 'anything',
  }
  const answer = await serviceWith({ SNS_TOPIC_ARN: topic })('/api/v1/webhooks/ses', json(delivery))
  expect(answer.status).toBe(503)
  expect(problemOf(answer).code).toBe('UNAVAILABLE')
  expect(answer.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/)
})
