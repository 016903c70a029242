import { sealAudit } from '../audit/seal.ts'
import { log } from '../http/log.ts'
import { sweepOutbox } from '../messages/sweep.ts'
import type { Ports } from '../ports.ts'
import { sweepExpired } from '../sessions/sweep.ts'
import { livePorts } from './live-ports.ts'

/** What is done outside every request, each for itself: one that fails does not stop the others. */
const chores: Record<string, (ports: Ports) => Promise<unknown>> = {
  outbox: sweepOutbox,
  audit: sealAndWarn,
  expired: sweepExpired,
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
