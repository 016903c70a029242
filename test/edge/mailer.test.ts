import { afterEach, expect, test, vi } from 'vitest'
import { mailerPort } from '../../src/edge/mailer.ts'
import { testConfig } from '../messages/fakes.ts'

const config = testConfig()
const mail = {
  from: '"Acme Shop" <no-reply@id.example>',
  replyTo: null,
  to: 'ada@example.org',
  subject: 'Hello',
  text: 'plain',
  html: '<p>rich</p>',
}

afterEach(() => vi.unstubAllGlobals())

/** Answers every fetch; keeps what was asked. */
function stubFetch(answer: () => Response | Promise<Response>) {
  const requests: Request[] = []
  const inits: (RequestInit | undefined)[] = []
  vi.stubGlobal('fetch', async (request: Request, init?: RequestInit) => {
    requests.push(request)
    inits.push(init)
    return answer()
  })
  return { requests, inits }
}

const refusal = (status: number, type?: string) =>
  new Response('{"message":"Address ada@example.org is bad"}', {
    status,
    headers: type ? { 'x-amzn-errortype': type } : {},
  })

test('a mail is posted to SES v2, signed for `ses` in the region, once', async () => {
  const { requests, inits } = stubFetch(() => Response.json({ MessageId: 'ses-1' }))
  expect(await mailerPort(config).send(mail)).toEqual({ outcome: 'sent', messageId: 'ses-1' })
  expect(requests).toHaveLength(1)
  const [request] = requests
  expect(request?.url).toBe('https://email.eu-central-1.amazonaws.com/v2/email/outbound-emails')
  expect(request?.method).toBe('POST')
  expect(request?.headers.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/ses\/aws4_request, /,
  )
  expect(await request?.json()).toEqual({
    FromEmailAddress: '"Acme Shop" <no-reply@id.example>',
    Destination: { ToAddresses: ['ada@example.org'] },
    Content: {
      Simple: {
        Subject: { Data: 'Hello', Charset: 'UTF-8' },
        Body: {
          Text: { Data: 'plain', Charset: 'UTF-8' },
          Html: { Data: '<p>rich</p>', Charset: 'UTF-8' },
        },
      },
    },
    ConfigurationSetName: 'auth',
  })
  expect(inits[0]?.redirect).toBe('manual')
  expect(inits[0]?.signal).toBeInstanceOf(AbortSignal)
})

test('answers to a mail go where its tenant says', async () => {
  const { requests } = stubFetch(() => Response.json({ MessageId: 'x' }))
  await mailerPort(config).send({ ...mail, replyTo: 'help@acme.example' })
  expect(await requests[0]?.json()).toMatchObject({ ReplyToAddresses: ['help@acme.example'] })
})

test('a local endpoint is signed for `ses` too', async () => {
  const { requests } = stubFetch(() => Response.json({ MessageId: 'x' }))
  const local = { mail: { ...config.mail, endpoint: 'http://localhost:8025' } }
  await mailerPort(local).send(mail)
  expect(requests[0]?.headers.get('authorization')).toContain('/eu-central-1/ses/')
})

test('a taken mail is sent, even where the answer cannot be read', async () => {
  stubFetch(() => new Response('<?>'))
  expect(await mailerPort(config).send(mail)).toEqual({ outcome: 'sent', messageId: 'unknown' })
})

test.each([
  [429, 'TooManyRequestsException'],
  [500, undefined],
  [503, 'ServiceUnavailable'],
  [302, undefined],
  [403, 'InvalidClientTokenId'],
  [400, 'SendingPausedException'],
  [400, 'LimitExceededException'],
  [404, 'NotFoundException'],
])('%i %s: to be tried again, asked once', async (status, type) => {
  const { requests } = stubFetch(() => refusal(status, type))
  const reason = type ?? `status_${status}`
  expect(await mailerPort(config).send(mail)).toEqual({ outcome: 'retry', reason })
  expect(requests).toHaveLength(1)
})

test.each([
  [400, 'BadRequestException:http://internal.amazon.com/', 'BadRequestException'],
  [400, 'MessageRejected', 'MessageRejected'],
  [413, undefined, 'status_413'],
  [400, 'ada@example.org is bad', 'status_400'],
])('%i %s: refused, with a reason that holds no address', async (status, type, reason) => {
  stubFetch(() => refusal(status, type))
  expect(await mailerPort(config).send(mail)).toEqual({ outcome: 'refused', reason })
})

test('a network error and a time-out are tried again', async () => {
  stubFetch(() => Promise.reject(new TypeError('connection to ada@example.org lost')))
  expect(await mailerPort(config).send(mail)).toEqual({ outcome: 'retry', reason: 'network' })
  stubFetch(() => Promise.reject(new DOMException('late', 'TimeoutError')))
  expect(await mailerPort(config).send(mail)).toEqual({ outcome: 'retry', reason: 'timeout' })
})

test.each([
  'ada@example.org\r\nBcc: eve@example.org',
  'ada@example.org, eve@example.org',
  'Ada <ada@example.org>',
  'ada@example.org;eve@example.org',
  'ada',
  '',
])('the recipient %j is refused before anything leaves', async (to) => {
  const { requests } = stubFetch(() => Response.json({ MessageId: 'x' }))
  expect(await mailerPort(config).send({ ...mail, to })).toEqual({
    outcome: 'refused',
    reason: 'bad_address',
  })
  expect(requests).toHaveLength(0)
})

test('a subject with a line break is refused before anything leaves', async () => {
  const { requests } = stubFetch(() => Response.json({ MessageId: 'x' }))
  const subject = 'Hello\r\nBcc: eve@example.org'
  expect((await mailerPort(config).send({ ...mail, subject })).outcome).toBe('refused')
  expect(requests).toHaveLength(0)
})
