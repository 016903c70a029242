import { AuthError } from '../../errors.ts'
import { egress as policy } from '../../policy.ts'
import type { EgressAnswer, Ports } from '../../ports.ts'
import { readSnsMessage, type SnsMessage } from './sns-message.ts'
import { isSnsUrl, type SnsTrust, verifySns } from './verify-sns.ts'

type SnsPorts = Pick<Ports, 'clock' | 'egress'>

/** A topic that may speak to us, and what is done with what it says. */
export interface Topic {
  /** Null where none is configured. */
  arn: string | null
  region: string
  takeNote(text: string): Promise<void>
}

/**
 * One delivery of an SNS topic.
 * Throws `WEBHOOK_INVALID` for what nobody vouches for, and `UNAVAILABLE` where it could not be found out or written:
 * SNS repeats after a 5xx, but takes a 4xx for an answer.
 */
export async function handleSns(ports: SnsPorts, topic: Topic, rawText: string): Promise<void> {
  const { arn, region } = topic
  const message = readSnsMessage(rawText)
  if (!arn || !message) throw new AuthError('WEBHOOK_INVALID', { reason: 'not_sns' })

  const trust = { topicArn: arn, region }
  const fetchCertificate = async (url: string) => {
    const { status, text } = await get(ports, url)
    return status === 200 ? text : null
  }
  const verified = await verifySns(message, trust, ports.clock.now(), fetchCertificate)
  if (!verified) throw new AuthError('WEBHOOK_INVALID', { reason: 'not_verified' })
  if (message.Type === 'SubscriptionConfirmation') return confirm(ports, message, trust)
  // Who ends a subscription has rights on the topic: to undo that is theirs.
  if (message.Type === 'Notification') await topic.takeNote(message.Message)
}

type Confirmation = Extract<SnsMessage, { Type: 'SubscriptionConfirmation' }>

async function confirm(
  ports: SnsPorts,
  message: Confirmation,
  { region }: SnsTrust,
): Promise<void> {
  if (!isSnsUrl(message.SubscribeURL, region)) {
    throw new AuthError('WEBHOOK_INVALID', { reason: 'subscribe_url' })
  }
  const { status } = await get(ports, message.SubscribeURL)
  if (status !== 200)
    throw new AuthError('UNAVAILABLE', {
      retryAfter: policy.retryAfter,
      reason: `subscribe_${status}`,
    })
}

async function get(ports: SnsPorts, url: string): Promise<EgressAnswer> {
  const answer = await ports.egress.fetch(url)
  if (!answer || answer.status >= 500 || answer.status === 429) {
    throw new AuthError('UNAVAILABLE', { retryAfter: policy.retryAfter, reason: 'sns_unreachable' })
  }
  return answer
}
