import { AwsClient } from 'aws4fetch'
import { z } from 'zod'
import type { Config, TextChannel, TextVendor } from '../config.ts'
import { egress } from '../policy.ts'
import type { Delivery, Mailer, Text } from '../ports.ts'
import { readBounded } from './egress.ts'

/** Milliseconds. Longer than other calls: a time-out after the vendor has taken a text means a second text. */
const sendTimeoutMs = 10_000

/** One vendor on one channel: what is asked of it, and how it answers. No vendor has an idempotency key. */
interface Sender {
  request(config: TextConfig, text: Text): Request | Promise<Request>
  /** Id of a text that was taken, out of a successful answer. */
  id(body: unknown): string | undefined
  /** The vendor's own code for a refusal; never its message, which may hold the number. */
  code(body: unknown, headers: Headers): string | undefined
  /** Refusals that pass, or that the operator can mend: the text waits until its code dies. */
  passing: RegExp
}

export type TextConfig = Pick<Config, 'texts' | 'publicUrl'>

/** https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
const twilio = {
  id: (body: unknown) => z.object({ sid: z.string() }).safeParse(body).data?.sid,
  code: numericCode,
  /** Authentication, limits, queue overflow. */
  passing: /^(20003|20429|30001|63018)$/,
}

const senders: Record<TextChannel, Partial<Record<TextVendor, Sender>>> = {
  sms: {
    twilio: { ...twilio, request: twilioSms },
    /** https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html */
    aws: {
      request: awsSms,
      id: (body) => z.object({ MessageId: z.string() }).safeParse(body).data?.MessageId,
      code: awsCode,
      passing:
        /^(Throttling|AccessDenied|ServiceQuotaExceeded|ResourceNotFound|InternalServer|RequestExpired)/,
    },
  },
  whatsapp: {
    /** https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages */
    meta: {
      request: metaTemplate,
      id: (body) =>
        z.object({ messages: z.array(z.object({ id: z.string() })).min(1) }).safeParse(body).data
          ?.messages[0]?.id,
      code: (body) => {
        const shape = z.object({ error: z.object({ code: z.int() }) })
        return shape.safeParse(body).data?.error.code.toString()
      },
      /** Token, limits, outage, account and template faults; 131026 (undeliverable) and its like do not pass. */
      passing:
        /^(0|1|2|4|10|190|368|80007|130429|131000|131005|131016|131031|131042|131048|131056|132\d{3}|133\d{3})$/,
    },
    twilio: { ...twilio, request: twilioWhatsapp },
  },
}

/** Sends texts by the vendor that the configuration names for the channel. */
export function texterPort(config: TextConfig): Pick<Mailer, 'text'> {
  return {
    async text(text) {
      const vendor = config.texts.vendors[text.channel]
      const sender = vendor && senders[text.channel][vendor]
      if (!sender) return { outcome: 'refused', reason: 'no_vendor' }
      if (!/^\+[1-9]\d{6,14}$/.test(text.to)) return { outcome: 'refused', reason: 'bad_number' }
      try {
        const request = await sender.request(config, text)
        const signal = AbortSignal.timeout(sendTimeoutMs)
        const response = await fetch(request, { redirect: 'manual', signal })
        return await toDelivery(sender, vendor, response)
      } catch (error) {
        const isTimeout = error instanceof Error && error.name === 'TimeoutError'
        return { outcome: 'retry', reason: isTimeout ? 'timeout' : 'network' }
      }
    },
  }
}

async function toDelivery(
  sender: Sender,
  vendor: TextVendor,
  response: Response,
): Promise<Delivery> {
  const { status } = response
  const body = await readJson(response)
  // Taken, even where the answer cannot be read: a repeat would be a second text.
  if (status === 200 || status === 201) {
    return { outcome: 'sent', messageId: `${vendor}:${sender.id(body) ?? 'unknown'}` }
  }
  const code = sender.code(body, response.headers)
  const reason = code ? `${vendor}_${code}` : `${vendor}_status_${status}`
  const aboutThisText = status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status)
  const passes = code !== undefined && sender.passing.test(code)
  return { outcome: aboutThisText && !passes ? 'refused' : 'retry', reason }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse((await readBounded(response, egress.maxBytes)) ?? 'null')
  } catch {
    return null
  }
}

function numericCode(body: unknown): string | undefined {
  return z.object({ code: z.int() }).safeParse(body).data?.code.toString()
}

function awsCode(body: unknown, headers: Headers): string | undefined {
  const { __type } = z.object({ __type: z.string() }).safeParse(body).data ?? {}
  const name = (headers.get('x-amzn-errortype') ?? __type ?? '').split('#').at(-1)?.split(':')[0]
  return name && /^\w{1,64}$/.test(name) ? name : undefined
}

function twilioSms(config: TextConfig, { to, body, life }: Text): Request {
  const { from } = config.texts.twilio
  return twilioRequest(config, life, {
    To: to,
    Body: body,
    ...(from.startsWith('MG') ? { MessagingServiceSid: from } : { From: from }),
  })
}

/** Outside a conversation WhatsApp takes approved templates only; without one the body is sent as it is. */
function twilioWhatsapp(config: TextConfig, { to, body, code, locale, life }: Text): Request {
  const { whatsappFrom, templates } = config.texts.twilio
  const template = code === null ? undefined : (templates[locale] ?? templates.en)
  return twilioRequest(config, life, {
    To: `whatsapp:${to}`,
    From: `whatsapp:${whatsappFrom}`,
    ...(template
      ? { ContentSid: template, ContentVariables: JSON.stringify({ 1: code }) }
      : { Body: body }),
  })
}

function twilioRequest(
  { texts, publicUrl }: TextConfig,
  life: number,
  fields: Record<string, string>,
): Request {
  const { accountSid, authToken, endpoint } = texts.twilio
  const form = new URLSearchParams({
    ...fields,
    StatusCallback: `${publicUrl}/api/v1/webhooks/twilio`,
    ValidityPeriod: String(bounded(life, 1, 14_400)),
  })
  return new Request(`${endpoint}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
  })
}

/** Service and region are named because a local endpoint does not betray them; the outbox repeats, not this client. */
function awsSms({ texts }: TextConfig, { to, body, life }: Text): Promise<Request> {
  const { accessKeyId, secretAccessKey, region, origination, configurationSet, endpoint } =
    texts.aws
  const service = 'sms-voice'
  const aws = new AwsClient({ accessKeyId, secretAccessKey, region, service, retries: 0 })
  return aws.sign(`${endpoint}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'PinpointSMSVoiceV2.SendTextMessage',
    },
    body: JSON.stringify({
      DestinationPhoneNumber: to,
      OriginationIdentity: origination,
      MessageBody: body,
      MessageType: 'TRANSACTIONAL',
      TimeToLive: bounded(life, 5, 259_200),
      ...(configurationSet ? { ConfigurationSetName: configurationSet } : {}),
    }),
  })
}

/** An authentication template has the code in its body and on its button. Other texts have no template at Meta. */
function metaTemplate({ texts }: TextConfig, { to, body, code, locale }: Text): Request {
  const { endpoint, phoneNumberId, accessToken, template } = texts.meta
  const parameters = [{ type: 'text', text: code }]
  const content =
    code === null
      ? { type: 'text', text: { body } }
      : {
          type: 'template',
          template: {
            name: template,
            language: { code: locale },
            components: [
              { type: 'body', parameters },
              { type: 'button', sub_type: 'url', index: '0', parameters },
            ],
          },
        }
  return new Request(`${endpoint}/${phoneNumberId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: to.slice(1),
      ...content,
    }),
  })
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
