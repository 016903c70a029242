import { randomUUID } from 'node:crypto'
import { parseJson } from '../http-server.ts'
import { awsError, awsFailure, refuseUnsigned } from './aws.ts'
import { type Answer, type Service, type ServiceRequest, textAt } from './service.ts'

/** AWS End User Messaging SMS, SendTextMessage. */
export const awsSms: Service = {
  name: 'sms',
  matches: (method, url, headers) =>
    method === 'POST' &&
    url.pathname === '/' &&
    headers['x-amz-target'] === 'PinpointSMSVoiceV2.SendTextMessage',
  answer,
  fail: (status, code) =>
    awsFailure(status, code ?? (status === 429 ? 'ThrottlingException' : undefined)),
}

function answer({ headers, body, messages }: ServiceRequest): Answer {
  const refusal = refuseUnsigned(headers, 'sms-voice')
  if (refusal) return refusal
  const sms = parseJson(body)
  const to = textAt(sms, 'DestinationPhoneNumber')
  const text = textAt(sms, 'MessageBody')
  if (!to || !/^\+?[1-9]\d{1,18}$/.test(to)) return invalid('DestinationPhoneNumber is invalid.')
  if (!text) return invalid('MessageBody is required.')
  messages.add({ channel: 'sms', to, subject: null, text, html: null })
  return { status: 200, body: { MessageId: randomUUID() } }
}

function invalid(message: string): Answer {
  return awsError(400, 'ValidationException', message)
}
