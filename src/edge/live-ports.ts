import { type Config, type ConfigResult, readConfig } from '../config.ts'
import { connect, type Deadline } from '../database/connect.ts'
import type { ProvideResult } from '../http/environment.ts'
import { log } from '../log.ts'
import { database as policy } from '../policy.ts'
import { type Background, type Clock, type Meter, newMeter, type Ports } from '../ports.ts'
import { analyticsPort } from './analytics.ts'
import { auditAnchorPort } from './audit-anchor.ts'
import { codesPort } from './codes.ts'
import { countedKv } from './counted-kv.ts'
import { egressPort } from './egress.ts'
import { floodPort } from './flood.ts'
import { hasherPort } from './hasher.ts'
import { mailerPort } from './mailer.ts'
import { mfaSetupPort } from './mfa-setup.ts'
import { originMemoryPort } from './origin-memory.ts'
import { pagesPort } from './pages.ts'
import { passwordListsPort } from './password-lists.ts'
import { tenantMemoryPort } from './tenant-memory.ts'
import { texterPort } from './texter.ts'
import { throttlePort } from './throttle.ts'
import { webhookSenderPort } from './webhook-sender.ts'

/** The environment of an isolate never changes: it is read and judged once. */
const configs = new WeakMap<Env, ConfigResult>()

/** The composition root: the only place that knows bindings, and what stands behind each port. */
export function livePorts(env: Env, execution: Pick<ExecutionContext, 'waitUntil'>): ProvideResult {
  const { config, faults } = configOf(env)
  if (!config) return { provision: null, faults }
  const meter = newMeter()
  const deadline: Deadline = { at: Date.now() + policy.requestTimeoutMs }
  const { background, answered } = afterTheAnswer(execution, deadline)
  const ports = portsOf(env, config, meter, deadline, background)
  return { provision: { meter, ports, answered }, faults: [] }
}

function configOf(env: Env): ConfigResult {
  const known = configs.get(env)
  if (known) return known
  const read = readConfig({ ...env })
  configs.set(env, read)
  return read
}

function portsOf(
  env: Env,
  config: Config,
  meter: Meter,
  deadline: Deadline,
  background: Background,
): Ports {
  const clock: Clock = { now: () => Date.now() }
  const kv = countedKv(env.KV, meter)
  const egress = egressPort(config)
  return {
    clock,
    config,
    background,
    database: connect(config.database, meter, deadline),
    hasher: hasherPort(config.keys.passwordPeppers, clock, meter),
    throttle: throttlePort(env.THROTTLE, config, meter, clock),
    flood: floodPort(env, { kv, background, clock, config }),
    mailer: { ...mailerPort(config), ...texterPort(config) },
    egress,
    webhookSender: webhookSenderPort(config, egress),
    auditAnchor: auditAnchorPort(kv),
    mfaSetup: mfaSetupPort(env.MFA_SETUP, config, meter, clock),
    passwordLists: passwordListsPort(env.ASSETS),
    pages: pagesPort(env.ASSETS),
    tenantMemory: tenantMemoryPort(),
    originMemory: originMemoryPort(),
    // Not there in every local runtime.
    analytics: env.ANALYTICS ? analyticsPort(env.ANALYTICS) : null,
    codes: codesPort({ CODES: env.CODES, KV: kv }, { background, clock, config, meter }),
  }
}

/**
 * Keeps work back until the answer is made, so that what follows a request for a known address (a mail) and for an
 * unknown one (nothing) weighs on neither answer. Then it has a patience of its own.
 */
function afterTheAnswer(execution: Pick<ExecutionContext, 'waitUntil'>, deadline: Deadline) {
  let waiting: (() => void)[] | null = []
  const background: Background = {
    run(name, work) {
      const start = () =>
        execution.waitUntil(
          scheduler
            .wait(0)
            .then(work)
            .catch(() => log('error', { event: 'background_failed', reason: name })),
        )
      if (!waiting) return start()
      waiting.push(start)
    },
  }
  return {
    background,
    answered() {
      const kept = waiting ?? []
      waiting = null
      deadline.at = Date.now() + policy.backgroundTimeoutMs
      for (const start of kept) start()
    },
  }
}
