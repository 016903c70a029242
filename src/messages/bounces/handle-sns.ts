import { AuthError } from '../../errors.ts'
import { egress as policy } from '../../policy.ts'
import type { EgressAnswer, Ports } from '../../ports.ts'
import { readFeedback } from './feedback.ts'
import { readSnsMessage, type SnsMessage } from './sns-message.ts'
import { suppress } from './suppress.ts'
import { isSnsUrl, type SnsTrust, verifySns } from './verify-sns.ts'

type SnsPorts = Pick<Ports, 'clock' | 'config' | 'database' | 'egress'>

/**
 * One delivery of the SNS topic that carries SES' bounces and complaints.
 * Throws `WEBHOOK_INVALID` for what nobody vouches for, and `UNAVAILABLE` where it could not be found out or written:
 * SNS repeats after a 5xx, but takes a 4xx for an answer.
 */
export async function handleSns(ports: SnsPorts, rawText: string): Promise<void> {
  const { snsTopicArn, region } = ports.config.mail
  const message = readSnsMessage(rawText)
  if (!snsTopicArn || !message) throw new AuthError('WEBHOOK_INVALID', { reason: 'not_sns' })

  const trust = { topicArn: snsTopicArn, region }
  const fetchCertificate = async (url: string) => {
    const { status, text } = await get(ports, url)
    return status === 200 ? text : null
  }
  const verified = await verifySns(message, trust, ports.clock.now(), fetchCertificate)
  if (!verified) throw new AuthError('WEBHOOK_INVALID', { reason: 'not_verified' })
  await handlers[message.Type](ports, message, trust)
}

type Handler = (ports: SnsPorts, message: SnsMessage, trust: SnsTrust) => Promise<void>

const handlers: Record<SnsMessage['Type'], Handler> = {
  SubscriptionConfirmation: confirm,
  Notification: takeNote,
  // Somebody with rights on the topic ended the subscription: to undo that is theirs.
  UnsubscribeConfirmation: async () => {},
}

async function confirm(ports: SnsPorts, message: SnsMessage, { region }: SnsTrust): Promise<void> {
  if (message.Type !== 'SubscriptionConfirmation') return
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

async function takeNote(ports: SnsPorts, message: SnsMessage): Promise<void> {
  const feedback = readFeedback(message.Message)
  if (feedback) await suppress(ports, feedback)
}

async function get(ports: SnsPorts, url: string): Promise<EgressAnswer> {
  const answer = await ports.egress.fetch(url)
  if (!answer || answer.status >= 500 || answer.status === 429) {
    throw new AuthError('UNAVAILABLE', { retryAfter: policy.retryAfter, reason: 'sns_unreachable' })
  }
  return answer
}
