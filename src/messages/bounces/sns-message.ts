import { z } from 'zod'
import { lazily } from '../../lazily.ts'

/** No line breaks: they are the separators of what is signed, so a field must not be able to hold two. */
const line = lazily(() => z.string().regex(/^[^\r\n]{1,4096}$/))

const common = {
  MessageId: lazily(() => z.uuid()),
  TopicArn: line,
  Timestamp: lazily(() => z.iso.datetime()),
  SignatureVersion: line,
  Signature: lazily(() => z.base64().min(1)),
  SigningCertURL: line,
  Message: lazily(() => z.string()),
}

const confirmation = { ...common, Token: line, SubscribeURL: line }

const snsMessage = lazily(() =>
  z.discriminatedUnion('Type', [
    z.object({ Type: z.literal('Notification'), Subject: line.optional(), ...common }),
    z.object({ Type: z.literal('SubscriptionConfirmation'), ...confirmation }),
    z.object({ Type: z.literal('UnsubscribeConfirmation'), ...confirmation }),
  ]),
)

/** What SNS posts. https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html */
export type SnsMessage = z.infer<typeof snsMessage>

export function readSnsMessage(text: string): SnsMessage | null {
  try {
    return snsMessage.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/**
 * The text that SNS signs: name and value of these fields, a line each, in this order. A missing subject is left out.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message-verify-message-signature.html
 */
export function signedText(message: SnsMessage): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = message
  const fields: Record<string, string | undefined> =
    message.Type === 'Notification'
      ? { Message, MessageId, Subject: message.Subject, Timestamp, TopicArn, Type }
      : {
          Message,
          MessageId,
          SubscribeURL: message.SubscribeURL,
          Timestamp,
          Token: message.Token,
          TopicArn,
          Type,
        }
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}\n${value}\n`)
    .join('')
}
