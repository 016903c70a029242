import { randomBytes } from 'node:crypto'
import { parseJson } from '../http-server.ts'
import { type Answer, isRecord, type Service, type ServiceRequest } from './service.ts'

const PATH = /^\/2010-04-01\/Accounts\/([^/]+)\/Messages\.json$/

/** Twilio's Programmable Messaging: an SMS, or WhatsApp when the number is so prefixed. */
export const twilio: Service = {
  name: 'sms',
  matches: (method, url) => method === 'POST' && PATH.test(url.pathname),
  answer,
  fail: (status, code) => {
    const usual = status === 429 ? 20429 : 20500
    return refusal(status, Number(code ?? usual), 'Fault injected by the local inbox.')
  },
}

function answer({ url, headers, body, messages }: ServiceRequest): Answer {
  const sid = PATH.exec(url.pathname)?.[1] ?? ''
  if (!isAuthorized(headers.authorization)) return refusal(401, 20003, 'Authenticate')
  const form = new URLSearchParams(body)
  const to = form.get('To') ?? ''
  const text = form.get('Body')
  const number = to.replace(/^whatsapp:/, '')
  if (!to) return refusal(400, 21604, "A 'To' phone number is required.")
  if (!/^\+[1-9]\d{6,14}$/.test(number)) {
    return refusal(400, 21211, `The 'To' number ${to} is not a valid phone number.`)
  }
  if (!form.get('From') && !form.get('MessagingServiceSid')) {
    return refusal(400, 21603, "A 'From' phone number is required.")
  }
  const channel = number === to ? 'sms' : 'whatsapp'
  const shown = text ?? (channel === 'whatsapp' ? templateText(form) : null)
  if (!shown) return refusal(400, 21619, 'A text message body or media urls must be specified.')
  if (channel === 'whatsapp' && !form.get('From')?.startsWith('whatsapp:')) {
    return refusal(400, 63007, 'Twilio could not find a Channel with the specified From address')
  }

  messages.add({ channel, to: number, subject: null, text: shown, html: null })
  return {
    status: 201,
    body: {
      sid: `SM${randomBytes(16).toString('hex')}`,
      account_sid: sid,
      status: 'queued',
      to,
      from: form.get('From'),
      messaging_service_sid: form.get('MessagingServiceSid'),
      body: shown,
      direction: 'outbound-api',
      num_segments: '1',
      error_code: null,
      error_message: null,
    },
  }
}

/** An approved template is text at Twilio; here its id and its values are shown. */
function templateText(form: URLSearchParams): string | null {
  const sid = form.get('ContentSid')
  if (!sid || !/^HX[0-9a-f]{32}$/.test(sid)) return null
  const variables = parseJson(form.get('ContentVariables') ?? '{}')
  return isRecord(variables) ? `[${sid}] ${Object.values(variables).join(' ')}`.trim() : null
}

function isAuthorized(header: string | undefined): boolean {
  if (!header?.startsWith('Basic ')) return false
  return /^[^:]+:.+$/.test(Buffer.from(header.slice(6), 'base64').toString())
}

function refusal(status: number, code: number, message: string): Answer {
  const more_info = `https://www.twilio.com/docs/errors/${code}`
  return { status, body: { code, message, more_info, status } }
}
