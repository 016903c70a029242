import { buryDeleted } from '../accounts/bury.ts'
import { sealAudit } from '../audit/seal.ts'
import { log } from '../log.ts'
import { suppressEarly } from '../messages/bounces/early.ts'
import { settleEarly } from '../messages/status/early.ts'
import { sweepOutbox } from '../messages/sweep.ts'
import type { Ports } from '../ports.ts'
import { sweepExpired } from '../sessions/sweep.ts'
import { sweepWebhooks } from '../webhooks/sweep.ts'
import { livePorts } from './live-ports.ts'

/** What is done outside every request, each for itself: one that fails does not stop the others. */
const chores: Record<string, (ports: Ports) => Promise<unknown>> = {
  outbox: sweepAndWarn,
  reports: settleEarly,
  bounces: suppressEarly,
  audit: sealAndWarn,
  expired: sweepExpired,
  deletions: buryDeleted,
  webhooks: sweepWebhooksAndWarn,
}

/** What stays undeliverable is written down: a letter must not be lost in silence. */
async function sweepAndWarn(ports: Ports): Promise<void> {
  const { dead, expired } = await sweepOutbox(ports)
  if (dead > 0) log('error', { event: 'outbox_dead', count: dead })
  if (expired > 0) log('warn', { event: 'outbox_expired', count: expired })
}

async function sweepWebhooksAndWarn(ports: Ports): Promise<void> {
  const { dead, expired } = await sweepWebhooks(ports)
  if (dead + expired > 0) log('warn', { event: 'webhooks_undelivered', count: dead + expired })
}

async function sealAndWarn(ports: Ports): Promise<void> {
  const { anchor } = await sealAudit(ports)
  // The database holds an older or another trail than the one that was sealed: somebody must look.
  if (anchor === 'contradicted') log('error', { event: 'audit_anchor_contradicted' })
}

/** Once a minute. */
export function runScheduled(
  _event: ScheduledController,
  env: Env,
  execution: ExecutionContext,
): void {
  for (const [name, chore] of Object.entries(chores)) {
    const { provision, faults } = livePorts(env, execution)
    if (!provision) {
      log('error', { event: 'misconfigured', faults: faults.join('; ') })
      return
    }
    const { ports, answered } = provision
    answered()
    ports.background.run(name, () => chore(ports))
  }
}
