import { randomUUID } from 'node:crypto'
import { parseJson } from '../http-server.ts'
import { awsError, awsFailure, refuseUnsigned } from './aws.ts'
import { type Answer, isRecord, type Service, type ServiceRequest, textAt } from './service.ts'

/** Amazon SES v2, SendEmail with simple content. */
export const ses: Service = {
  name: 'email',
  matches: (method, url) => method === 'POST' && url.pathname === '/v2/email/outbound-emails',
  answer,
  fail: awsFailure,
}

function answer({ headers, body, messages }: ServiceRequest): Answer {
  const refusal = refuseUnsigned(headers, 'ses')
  if (refusal) return refusal
  const mail = parseJson(body)
  if (!isRecord(mail)) return awsError(400, 'SerializationException', 'Not a JSON object.')

  const subject = textAt(mail, 'Content', 'Simple', 'Subject', 'Data')
  const text = textAt(mail, 'Content', 'Simple', 'Body', 'Text', 'Data')
  const html = textAt(mail, 'Content', 'Simple', 'Body', 'Html', 'Data')
  const recipients = addresses(mail.Destination)
  const from = textAt(mail, 'FromEmailAddress')
  if (!from) return badRequest('FromEmailAddress is required.')
  if (!recipients.length) return badRequest('Destination has no address.')
  if (subject === null || (text === null && html === null)) {
    return badRequest('Content.Simple needs a Subject and a Body with Text or Html.')
  }
  if (/[\r\n]/.test(subject)) return badRequest('Subject must not contain line breaks.')

  const replies = addresses({ ToAddresses: mail.ReplyToAddresses })
  const sender = { from, ...(replies.length ? { reply_to: replies } : {}) }
  for (const to of recipients) {
    messages.add({ channel: 'email', to, ...sender, subject, text, html })
  }
  return { status: 200, body: { MessageId: `local-${randomUUID()}` } }
}

function addresses(destination: unknown): string[] {
  if (!isRecord(destination)) return []
  return [destination.ToAddresses, destination.CcAddresses, destination.BccAddresses]
    .flat()
    .filter((each) => typeof each === 'string')
}

function badRequest(message: string): Answer {
  return awsError(400, 'BadRequestException', message)
}
