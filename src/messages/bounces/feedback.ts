import { z } from 'zod'
import { lazily } from '../../lazily.ts'

/** Mail that did not arrive and never will, or that its reader called spam. */
export interface Feedback {
  /** `bounce` or `complaint`, with SES' own kind of it: `bounce: General`. */
  reason: string
  kind: 'bounce' | 'complaint'
  /** Lower case, without display names. */
  addresses: string[]
  /** Id that SES gave the mail, as in `outbox.provider_message_id`. */
  messageId: string
}

const recipients = lazily(() => z.array(z.object({ emailAddress: z.string().max(512) })).max(100))
const word = lazily(() =>
  z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .nullish()
    .catch(null),
)
const mail = lazily(() => z.object({ messageId: z.string().max(200) }))

const bounce = lazily(() =>
  z.object({
    mail,
    bounce: z.object({
      bounceType: z.string(),
      bounceSubType: word,
      bouncedRecipients: recipients,
    }),
  }),
)
const complaint = lazily(() =>
  z.object({
    mail,
    complaint: z.object({ complaintFeedbackType: word, complainedRecipients: recipients }),
  }),
)
/** `eventType` in event publishing (configuration sets), `notificationType` in identity notifications. */
const event = lazily(() =>
  z.looseObject({
    eventType: z.string().optional(),
    notificationType: z.string().optional(),
  }),
)

/**
 * Reads an SES event; null for all that calls for nothing: deliveries, delays, full mailboxes, texts that are no event
 * (SES greets a new topic with a sentence).
 * https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html
 */
export function readFeedback(text: string): Feedback | null {
  const read = event.safeParse(parseJson(text)).data
  const kind = read?.eventType ?? read?.notificationType
  if (kind === 'Bounce') return readBounce(read)
  if (kind === 'Complaint') return readComplaint(read)
  return null
}

function readBounce(value: unknown): Feedback | null {
  const read = bounce.safeParse(value).data
  // A transient bounce is a full mailbox or a server at rest: the address is good.
  if (read?.bounce.bounceType !== 'Permanent') return null
  return {
    kind: 'bounce',
    reason: `bounce: ${read.bounce.bounceSubType ?? 'unknown'}`,
    addresses: read.bounce.bouncedRecipients.map(toAddress),
    messageId: read.mail.messageId,
  }
}

function readComplaint(value: unknown): Feedback | null {
  const read = complaint.safeParse(value).data
  // `not-spam` takes a complaint back (RFC 6650).
  if (!read || read.complaint.complaintFeedbackType === 'not-spam') return null
  return {
    kind: 'complaint',
    reason: `complaint: ${read.complaint.complaintFeedbackType ?? 'unknown'}`,
    addresses: read.complaint.complainedRecipients.map(toAddress),
    messageId: read.mail.messageId,
  }
}

function toAddress({ emailAddress }: { emailAddress: string }): string {
  const bare = /<([^<>]+)>\s*$/.exec(emailAddress)?.[1] ?? emailAddress
  return bare.trim().toLowerCase()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
