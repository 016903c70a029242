import { z } from 'zod'
import { lazily } from '../../lazily.ts'
import type { Fate } from './settle.ts'

const event = lazily(() => z.object({ eventType: z.string(), messageId: z.string().max(200) }))

/** Events after which nothing more comes; the others are steps on the way. */
const lastWords: Readonly<Record<string, boolean>> = {
  TEXT_DELIVERED: true,
  TEXT_SUCCESSFUL: true,
  TEXT_BLOCKED: false,
  TEXT_CARRIER_BLOCKED: false,
  TEXT_CARRIER_UNREACHABLE: false,
  TEXT_INVALID: false,
  TEXT_INVALID_MESSAGE: false,
  TEXT_SPAM: false,
  TEXT_TTL_EXPIRED: false,
  TEXT_UNREACHABLE: false,
  TEXT_PROTECT_BLOCKED: false,
  TEXT_UNKNOWN: false,
}

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html */
export function readAws(text: string): Fate | null {
  const read = event.safeParse(parse(text)).data
  const delivered = read && Object.hasOwn(lastWords, read.eventType) && lastWords[read.eventType]
  if (!read || delivered === undefined || !Object.hasOwn(lastWords, read.eventType)) return null
  const reason = delivered ? null : `aws_${read.eventType}`
  return { messageId: `aws:${read.messageId}`, delivered: delivered === true, reason }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
