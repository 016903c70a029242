import type { Ports } from '../../ports.ts'
import { readFeedback } from './feedback.ts'
import { suppress } from './suppress.ts'

/** What a verified SES event says of addresses. */
export async function takeFeedback(ports: Pick<Ports, 'database'>, text: string): Promise<void> {
  const feedback = readFeedback(text)
  if (feedback) await suppress(ports, feedback)
}
