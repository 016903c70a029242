import { afterEach, describe, expect, test, vi } from 'vitest'
import type { TextChannel, TextVendor } from '../../src/config.ts'
import { texterPort } from '../../src/edge/texter.ts'
import type { Text } from '../../src/ports.ts'
import { testConfig } from '../messages/fakes.ts'

const to = '+8801712345678'
const text: Text = {
  channel: 'sms',
  to,
  body: '123456 is it',
  code: '123456',
  locale: 'bn',
  life: 240,
}

afterEach(() => vi.unstubAllGlobals())

/** Answers every fetch; keeps what was asked. */
function stubFetch(answer: () => Response | Promise<Response>) {
  const requests: Request[] = []
  vi.stubGlobal('fetch', async (request: Request, init?: RequestInit) => {
    expect(init?.redirect).toBe('manual')
    requests.push(request)
    return answer()
  })
  return requests
}

function texter(sms: TextVendor | null, whatsapp: TextVendor | null) {
  const { texts, publicUrl } = testConfig()
  return texterPort({ publicUrl, texts: { ...texts, vendors: { sms, whatsapp } } })
}

type Case = { vendor: TextVendor; channel: TextChannel; taken: object; id: string; status: number }
const cases: Case[] = [
  { vendor: 'twilio', channel: 'sms', taken: { sid: 'SM1' }, id: 'twilio:SM1', status: 201 },
  { vendor: 'aws', channel: 'sms', taken: { MessageId: 'a-1' }, id: 'aws:a-1', status: 200 },
  {
    vendor: 'meta',
    channel: 'whatsapp',
    taken: { messages: [{ id: 'wamid.1' }] },
    id: 'meta:wamid.1',
    status: 200,
  },
  { vendor: 'twilio', channel: 'whatsapp', taken: { sid: 'MM1' }, id: 'twilio:MM1', status: 201 },
]
const portOf = ({ vendor, channel }: Case) =>
  channel === 'sms' ? texter(vendor, null) : texter(null, vendor)

describe.each(cases)('$vendor, $channel', (each) => {
  const send = () => portOf(each).text({ ...text, channel: each.channel })

  test('takes a text, and its id is kept', async () => {
    const requests = stubFetch(() => Response.json(each.taken, { status: each.status }))
    expect(await send()).toEqual({ outcome: 'sent', messageId: each.id })
    expect(requests).toHaveLength(1)
    expect(requests[0]?.method).toBe('POST')
  })

  test('has taken it, even where the answer cannot be read', async () => {
    stubFetch(() => new Response('<?>', { status: each.status }))
    expect(await send()).toEqual({ outcome: 'sent', messageId: `${each.vendor}:unknown` })
  })

  test.each([401, 403, 429, 500, 503, 302])('is asked again after %i, once', async (status) => {
    const requests = stubFetch(() => new Response(`{"message":"${to}"}`, { status }))
    const reason = `${each.vendor}_status_${status}`
    expect(await send()).toEqual({ outcome: 'retry', reason })
    expect(requests).toHaveLength(1)
  })

  test('is asked again after a lost connection and a time-out', async () => {
    stubFetch(() => Promise.reject(new TypeError(`connection for ${to} lost`)))
    expect(await send()).toEqual({ outcome: 'retry', reason: 'network' })
    stubFetch(() => Promise.reject(new DOMException('late', 'TimeoutError')))
    expect(await send()).toEqual({ outcome: 'retry', reason: 'timeout' })
  })
})

test('Twilio gets a form with the token of the account, and where to report', async () => {
  const requests = stubFetch(() => Response.json({ sid: 'SM1' }, { status: 201 }))
  await texter('twilio', null).text(text)
  const [request] = requests
  expect(request?.url).toBe('https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json')
  expect(request?.headers.get('authorization')).toBe(`Basic ${btoa('AC1:twilio-token')}`)
  expect(Object.fromEntries(new URLSearchParams(await request?.text()))).toEqual({
    To: to,
    From: '+15005550006',
    Body: '123456 is it',
    StatusCallback: 'https://id.example/api/v1/webhooks/twilio',
    ValidityPeriod: '240',
  })
})

test('Twilio gets the approved template of the language for WhatsApp', async () => {
  const requests = stubFetch(() => Response.json({ sid: 'MM1' }, { status: 201 }))
  await texter(null, 'twilio').text({ ...text, channel: 'whatsapp' })
  const form = Object.fromEntries(new URLSearchParams(await requests[0]?.text()))
  expect(form).toMatchObject({
    To: `whatsapp:${to}`,
    From: 'whatsapp:+15005550007',
    ContentSid: 'HXbn',
    ContentVariables: '{"1":"123456"}',
  })
  expect(form).not.toHaveProperty('Body')
})

test('AWS gets a signed call that ends with the code', async () => {
  const requests = stubFetch(() => Response.json({ MessageId: 'a-1' }))
  await texter('aws', null).text({ ...text, life: 1 })
  const [request] = requests
  expect(request?.url).toBe('https://sms-voice.eu-central-1.amazonaws.com/')
  expect(request?.headers.get('x-amz-target')).toBe('PinpointSMSVoiceV2.SendTextMessage')
  expect(request?.headers.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/sms-voice\/aws4_request, /,
  )
  expect(await request?.json()).toEqual({
    DestinationPhoneNumber: to,
    OriginationIdentity: 'Gatehouse',
    MessageBody: '123456 is it',
    MessageType: 'TRANSACTIONAL',
    TimeToLive: 5,
    ConfigurationSetName: 'texts',
  })
})

test('Meta gets a template with the code in its body and on its button', async () => {
  const requests = stubFetch(() => Response.json({ messages: [{ id: 'wamid.1' }] }))
  await texter(null, 'meta').text({ ...text, channel: 'whatsapp' })
  const [request] = requests
  expect(request?.url).toBe('https://graph.facebook.com/v25.0/100/messages')
  expect(request?.headers.get('authorization')).toBe('Bearer meta-token')
  const parameters = [{ type: 'text', text: '123456' }]
  expect(await request?.json()).toEqual({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: '8801712345678',
    type: 'template',
    template: {
      name: 'one_time_code',
      language: { code: 'bn' },
      components: [
        { type: 'body', parameters },
        { type: 'button', sub_type: 'url', index: '0', parameters },
      ],
    },
  })
})

const twilioError = (code: number) => ({ code, message: `The number ${to} is bad`, status: 400 })
const metaError = (code: number) => ({ error: { code, message: `(#${code}) ${to}` } })

test.each([
  ['twilio', 400, twilioError(21211), 'refused', 'twilio_21211'],
  ['twilio', 400, twilioError(21610), 'refused', 'twilio_21610'],
  ['twilio', 429, twilioError(20429), 'retry', 'twilio_20429'],
  ['twilio', 400, twilioError(30001), 'retry', 'twilio_30001'],
  [
    'aws',
    400,
    { __type: 'ValidationException', message: to },
    'refused',
    'aws_ValidationException',
  ],
  ['aws', 400, { __type: 'com.amazonaws#ThrottlingException' }, 'retry', 'aws_ThrottlingException'],
  ['aws', 400, { __type: 'AccessDeniedException' }, 'retry', 'aws_AccessDeniedException'],
  [
    'aws',
    402,
    { __type: 'ServiceQuotaExceededException' },
    'retry',
    'aws_ServiceQuotaExceededException',
  ],
  ['aws', 409, { __type: 'ConflictException' }, 'refused', 'aws_ConflictException'],
  ['meta', 400, metaError(131026), 'refused', 'meta_131026'],
  ['meta', 400, metaError(131009), 'refused', 'meta_131009'],
  ['meta', 401, metaError(190), 'retry', 'meta_190'],
  ['meta', 400, metaError(130429), 'retry', 'meta_130429'],
  ['meta', 404, metaError(132001), 'retry', 'meta_132001'],
] as const)('%s %i %j: %s', async (vendor, status, body, outcome, reason) => {
  stubFetch(() => Response.json(body, { status }))
  const channel = vendor === 'meta' ? 'whatsapp' : 'sms'
  const port = channel === 'sms' ? texter(vendor, null) : texter(null, vendor)
  expect(await port.text({ ...text, channel })).toEqual({ outcome, reason })
})

test.each([
  '',
  '8801712345678',
  '+880171234567812345',
  '+88017\r\nTo: +1',
  'whatsapp:+8801712345678',
])('the number %j is refused before anything leaves', async (number) => {
  const requests = stubFetch(() => Response.json({ sid: 'SM1' }, { status: 201 }))
  const refused = { outcome: 'refused', reason: 'bad_number' }
  expect(await texter('twilio', null).text({ ...text, to: number })).toEqual(refused)
  expect(requests).toHaveLength(0)
})

test('a channel without a vendor refuses, so that the next one is tried', async () => {
  expect(await texter(null, null).text(text)).toEqual({ outcome: 'refused', reason: 'no_vendor' })
})
