import type { Ports } from '../ports.ts'
import { type DispatchPorts, dispatch } from './dispatch.ts'
import { type Settled, settleStatement } from './statements.ts'
import { tellOwners } from './tell-owners.ts'

export interface WebhookReport {
  expired: number
  dead: number
}

/** The scheduled handler's work: what no request has delivered, what has ended, and letters about what is off. */
export async function sweepWebhooks(
  ports: DispatchPorts & Pick<Ports, 'background' | 'mailer'>,
): Promise<WebhookReport> {
  const [settled] = await ports.database.run<Settled>(settleStatement(), 'idempotent')
  await tellOwners(ports)
  await dispatch(ports, null)
  return { expired: settled?.expired ?? 0, dead: settled?.dead ?? 0 }
}
