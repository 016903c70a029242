import { type Config, readConfig } from '../config.ts'
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

/** The composition root: the only place that knows bindings, and what stands behind each port. */
export function livePorts(env: Env, execution: Pick<ExecutionContext, 'waitUntil'>): ProvideResult {
  const { lasting, faults } = isolateOf(env)
  if (!lasting) return { provision: null, faults }
  const meter = newMeter()
  const deadline: Deadline = { at: Date.now() + policy.requestTimeoutMs }
  const { background, answered } = afterTheAnswer(execution, deadline)
  const ports = { ...lasting, ...portsOfRequest(env, lasting, meter, deadline, background) }
  return { provision: { meter, ports, answered }, faults: [] }
}

/** What knows nothing of a request: an isolate makes it once, as its environment never changes. */
type LastingPorts = Omit<Ports, keyof ReturnType<typeof portsOfRequest>>
type Isolate = { lasting: LastingPorts; faults: [] } | { lasting: null; faults: string[] }

const isolates = new WeakMap<Env, Isolate>()

function isolateOf(env: Env): Isolate {
  const known = isolates.get(env)
  if (known) return known
  const { config, faults } = readConfig({ ...env })
  const made = config ? { lasting: lastingPorts(env, config), faults } : { lasting: null, faults }
  isolates.set(env, made)
  return made
}

function lastingPorts(env: Env, config: Config): LastingPorts {
  const clock: Clock = { now: () => Date.now() }
  const egress = egressPort(config)
  return {
    clock,
    config,
    mailer: { ...mailerPort(config), ...texterPort(config) },
    egress,
    webhookSender: webhookSenderPort(config, egress),
    passwordLists: passwordListsPort(env.ASSETS),
    pages: pagesPort(env.ASSETS),
    tenantMemory: tenantMemoryPort(),
    originMemory: originMemoryPort(),
    // Not there in every local runtime.
    analytics: env.ANALYTICS ? analyticsPort(env.ANALYTICS) : null,
  }
}

/** What counts for its request, keeps to its deadline or leaves work for after its answer. */
function portsOfRequest(
  env: Env,
  { config, clock }: Pick<Ports, 'config' | 'clock'>,
  meter: Meter,
  deadline: Deadline,
  background: Background,
) {
  const kv = countedKv(env.KV, meter)
  return {
    background,
    database: connect(config.database, meter, deadline),
    hasher: hasherPort(config.keys.passwordPeppers, clock, meter),
    throttle: throttlePort(env.THROTTLE, config, meter, clock),
    flood: floodPort(env, { kv, background, clock, config }),
    auditAnchor: auditAnchorPort(kv),
    mfaSetup: mfaSetupPort(env.MFA_SETUP, config, meter, clock),
    codes: codesPort({ CODES: env.CODES, KV: kv }, { background, clock, config, meter }),
  } satisfies Partial<Ports>
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
