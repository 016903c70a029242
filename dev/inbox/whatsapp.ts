import { randomBytes } from 'node:crypto'
import { parseJson } from '../http-server.ts'
import { type Answer, isRecord, type Service, type ServiceRequest, textAt } from './service.ts'

/** Meta's WhatsApp Cloud API: template messages, and free text as a reply would be. */
export const whatsapp: Service = {
  name: 'whatsapp',
  matches: (method, url) =>
    method === 'POST' && /^\/v\d+(\.\d+)?\/\d+\/messages$/.test(url.pathname),
  answer,
  fail: (status, code) => {
    const usual = status === 429 ? 130429 : 131000
    return refusal(status, Number(code ?? usual), 'Fault injected by the local inbox.')
  },
}

function answer({ headers, body, messages }: ServiceRequest): Answer {
  if (!/^Bearer .+$/.test(headers.authorization ?? '')) {
    return refusal(401, 190, 'Invalid OAuth access token.')
  }
  const message = parseJson(body)
  const to = textAt(message, 'to')
  if (textAt(message, 'messaging_product') !== 'whatsapp') {
    return refusal(400, 100, "The parameter messaging_product must be 'whatsapp'.")
  }
  if (!to || !/^\+?[1-9]\d{6,14}$/.test(to)) return refusal(400, 131009, 'Parameter to is invalid.')
  const text = textAt(message, 'text', 'body') ?? templateText(message)
  if (!text) return refusal(400, 131008, 'Required parameter is missing.')

  const number = to.replace(/^\+/, '')
  messages.add({ channel: 'whatsapp', to: `+${number}`, subject: null, text, html: null })
  const id = `wamid.${randomBytes(24).toString('base64')}`
  return {
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [{ input: to, wa_id: number }],
      messages: [{ id, message_status: 'accepted' }],
    },
  }
}

/** A template is text at Meta; here its name and the values of its body are shown. */
function templateText(message: unknown): string | null {
  const name = textAt(message, 'template', 'name')
  if (!name || !textAt(message, 'template', 'language', 'code')) return null
  const template = (message as { template: Record<string, unknown> }).template
  const components = Array.isArray(template.components) ? template.components : []
  const body = components.find((each) => isRecord(each) && each.type === 'body')
  const parameters = isRecord(body) && Array.isArray(body.parameters) ? body.parameters : []
  const values = parameters.map((each) => textAt(each, 'text') ?? '')
  return `[${name}] ${values.join(' ')}`.trim()
}

function refusal(status: number, code: number, message: string): Answer {
  const error = {
    message: `(#${code}) ${message}`,
    type: 'OAuthException',
    code,
    error_data: { messaging_product: 'whatsapp', details: message },
    fbtrace_id: randomBytes(8).toString('base64url'),
  }
  return { status, body: { error } }
}
